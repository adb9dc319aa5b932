/// A set of bytes.
public struct ByteSet: Hashable, Sendable {
    private var low: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var high: UInt64 = 0

    /// The bytes of some ranges.
    public init(_ ranges: ClosedRange<UInt8>...) {
        for range in ranges {
            for byte in range { insert(byte) }
        }
    }

    /// The bytes of a text.
    public init(_ text: String) {
        for byte in text.utf8 { insert(byte) }
    }

    /// The bytes that are not in the set.
    public var inverted: ByteSet {
        var other = self
        (other.low, other.second, other.third, other.high) = (~low, ~second, ~third, ~high)
        return other
    }

    public mutating func insert(_ byte: UInt8) {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: low |= bit
        case 1: second |= bit
        case 2: third |= bit
        default: high |= bit
        }
    }

    public mutating func remove(_ byte: UInt8) {
        guard contains(byte) else { return }
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: low ^= bit
        case 1: second ^= bit
        case 2: third ^= bit
        default: high ^= bit
        }
    }

    public func contains(_ byte: UInt8) -> Bool {
        let word =
            switch byte >> 6 {
            case 0: low
            case 1: second
            case 2: third
            default: high
            }
        return word >> UInt64(byte & 63) & 1 == 1
    }
}
