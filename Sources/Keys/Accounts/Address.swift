/// An account's address as it stands on the wire: bech32 text, `pokt1…` when it is valid.
///
/// Messages carry unvalidated text, so a value may hold anything; `isValid` and `bytes` judge it. Equality and
/// order go by the text's UTF-8 bytes, as the chain compares them.
public struct Address: RawRepresentable, Sendable {
    /// The prefix of account addresses (app/app.go).
    public static let prefix = "pokt"
    /// The prefix of validator operator addresses (app/app.go).
    public static let validatorPrefix = "poktvaloper"
    /// The number of bytes behind an address.
    public static let byteCount = 20

    /// The text, as received.
    public let rawValue: String

    /// Takes the text as it is.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Takes the text as it is.
    public init(_ text: String) {
        rawValue = text
    }

    /// Writes 20 bytes as `pokt1…`; any other number gives an address that is not valid.
    public init(bytes: Bytes) {
        rawValue = Bech32.encode(hrp: Address.prefix, bytes)
    }

    /// The 20 bytes behind the text, or nil when it is no bech32 with the prefix `pokt` and 20 bytes.
    public var bytes: Bytes? {
        guard let (hrp, bytes) = try? Bech32.decode(rawValue), hrp == Address.prefix, bytes.count == Address.byteCount
        else { return nil }
        return bytes
    }

    /// Whether the text is bech32 with the prefix `pokt` and 20 bytes.
    public var isValid: Bool { bytes != nil }

    /// The same bytes as a validator operator's text, `poktvaloper1…`; nil when the address is not valid.
    public var validatorOperator: String? {
        bytes.map { Bech32.encode(hrp: Address.validatorPrefix, $0) }
    }

    /// The address of a module's account: the first 20 bytes of SHA-256 of the module's name (Cosmos SDK).
    public static func module(_ name: String) -> Address {
        Address(bytes: Bytes(Digest.sha256(Bytes(name.utf8)).prefix(byteCount)))
    }
}

extension Address: Hashable, Comparable {
    public static func == (first: Address, second: Address) -> Bool {
        compare(first, second) { $0.count == $1.count && $0.order(before: $1) == 0 }
    }

    public static func < (first: Address, second: Address) -> Bool {
        compare(first, second) { left, right in
            let order = left.order(before: right)
            return order != 0 ? order < 0 : left.count < right.count
        }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(rawValue)
    }

    /// Compares both texts as they lie in memory, which is several times faster than through their views.
    private static func compare(
        _ first: Address, _ second: Address,
        _ relation: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        var first = first.rawValue
        var second = second.rawValue
        return first.withUTF8 { first in
            second.withUTF8 { second in relation(UnsafeRawBufferPointer(first), UnsafeRawBufferPointer(second)) }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// How the bytes stand to others as far as both go, eight at a time: -1, 0 or 1.
    fileprivate func order(before other: UnsafeRawBufferPointer) -> Int {
        let common = Swift.min(count, other.count)
        var place = 0
        while place + 8 <= common {
            let left = loadUnaligned(fromByteOffset: place, as: UInt64.self).bigEndian
            let right = other.loadUnaligned(fromByteOffset: place, as: UInt64.self).bigEndian
            if left != right { return left < right ? -1 : 1 }
            place += 8
        }
        while place < common {
            if self[place] != other[place] { return self[place] < other[place] ? -1 : 1 }
            place += 1
        }
        return 0
    }
}

extension Address: Codable, CodingKeyRepresentable {
    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension Address: ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral text: String) {
        rawValue = text
    }

    public var description: String { rawValue }
}
