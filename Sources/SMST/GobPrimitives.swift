/// Reads the primitives of Go's `encoding/gob` and never past the end.
///
/// An unsigned integer is one byte below 128, or one byte holding 256 minus a length of 1...8 and then that many
/// bytes, most significant first. A signed one is zig-zag coded into it. Bytes and lists begin with their count.
struct GobReader {
    private let bytes: [UInt8]
    private(set) var position: Int
    private let end: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = 0
        end = bytes.count
    }

    private init(_ bytes: [UInt8], range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position >= end }
    var remaining: Int { end - position }

    func malformed(_ reason: String) -> SMSTError {
        .malformedGob(offset: position, reason: reason)
    }

    mutating func unsigned() throws(SMSTError) -> UInt64 {
        let first = try byte()
        guard first >= 0x80 else { return UInt64(first) }
        let length = 256 - Int(first)
        guard length <= 8 else { throw malformed("an integer of \(length) bytes") }
        var value: UInt64 = 0
        for _ in 0..<length {
            value = value << 8 | UInt64(try byte())
        }
        return value
    }

    mutating func signed() throws(SMSTError) -> Int64 {
        let value = try unsigned()
        let half = Int64(bitPattern: value >> 1)
        return value & 1 == 0 ? half : ~half
    }

    /// A count of elements, each of which takes at least one byte.
    mutating func count() throws(SMSTError) -> Int {
        let value = try unsigned()
        guard value <= UInt64(remaining) else { throw malformed("a length of \(value) with \(remaining) bytes left") }
        return Int(value)
    }

    mutating func byteString() throws(SMSTError) -> [UInt8] {
        let length = try count()
        defer { position += length }
        return Array(bytes[position..<(position + length)])
    }

    mutating func byteStrings() throws(SMSTError) -> [[UInt8]] {
        let number = try count()
        var list: [[UInt8]] = []
        list.reserveCapacity(number)
        for _ in 0..<number {
            list.append(try byteString())
        }
        return list
    }

    /// The next message: a count of bytes, then a reader of just these.
    mutating func message() throws(SMSTError) -> GobReader {
        let length = try count()
        defer { position += length }
        return GobReader(bytes, range: position..<(position + length))
    }

    mutating func expect(_ value: UInt64, _ what: String) throws(SMSTError) {
        let start = position
        let found = try unsigned()
        guard found == value else {
            throw .malformedGob(offset: start, reason: "expected \(value) for \(what), found \(found)")
        }
    }

    private mutating func byte() throws(SMSTError) -> UInt8 {
        guard position < end else { throw malformed("the end, too early") }
        defer { position += 1 }
        return bytes[position]
    }
}

/// Writes the primitives of Go's `encoding/gob`.
struct GobWriter {
    private(set) var bytes: [UInt8] = []

    mutating func unsigned(_ value: UInt64) {
        guard value >= 0x80 else {
            bytes.append(UInt8(truncatingIfNeeded: value))
            return
        }
        let length = 8 - value.leadingZeroBitCount / 8
        bytes.append(UInt8(truncatingIfNeeded: 256 - length))
        for shift in (0..<length).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * shift)))
        }
    }

    mutating func signed(_ value: Int64) {
        let doubled = UInt64(bitPattern: value) << 1
        unsigned(value < 0 ? ~doubled : doubled)
    }

    /// Bytes that are encoded already.
    mutating func raw(_ encoded: [UInt8]) {
        bytes.append(contentsOf: encoded)
    }

    mutating func byteString(_ value: some Collection<UInt8>) {
        unsigned(UInt64(value.count))
        bytes.append(contentsOf: value)
    }
}
