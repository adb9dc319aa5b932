/// Reads what `BinaryEncoder` wrote.
public struct BinaryDecoder {
    /// The value in the bytes; throws `BinaryDecodingError` where they do not hold exactly one.
    public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let source = ByteSource(bytes: bytes)
        let value = try ValueDecoder(source: source).read(type)
        guard source.place == bytes.count else {
            throw BinaryDecodingError(place: source.place, expected: "the end", found: "more bytes")
        }
        return value
    }
}

/// Bytes that are not an encoded value: where, what was expected and what was found.
public struct BinaryDecodingError: Error, CustomStringConvertible, Sendable {
    /// The position in the bytes.
    public let place: Int
    /// What should be there.
    public let expected: String
    /// What is there.
    public let found: String

    public var description: String { "byte \(place): expected \(expected), found \(found)" }
}

/// A reading position in encoded bytes, shared by the containers of one decoding.
final class ByteSource {
    private let bytes: [UInt8]
    @exclusivity(unchecked) private(set) var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    func byte() throws -> UInt8 {
        guard place < bytes.count else { throw error("a byte", "the end") }
        place += 1
        return bytes[place - 1]
    }

    func varint() throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 70, by: 7) {
            let next = try byte()
            if shift == 63, next > 1 { throw error("a 64-bit varint", "a longer one") }
            value |= UInt64(next & 0x7f) << UInt64(shift)
            if next < 0x80 { return value }
        }
        throw error("a 64-bit varint", "a longer one")
    }

    func signed() throws -> Int64 {
        let raw = try varint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
        let value = Value.isSigned ? Value(exactly: try signed()) : Value(exactly: try varint())
        guard let value else { throw error("a number that fits \(type)", "a larger one") }
        return value
    }

    func blob() throws -> [UInt8] {
        guard let count = Int(exactly: try varint()), count <= bytes.count - place else {
            throw error("a length within the bytes", "a longer one")
        }
        defer { place += count }
        return Array(bytes[place..<place + count])
    }

    func text() throws -> String {
        guard let count = Int(exactly: try varint()), count <= bytes.count - place else {
            throw error("a length within the bytes", "a longer one")
        }
        let text = String(validating: bytes[place..<place + count], as: UTF8.self)
        guard let text else { throw error("a text", "no UTF-8") }
        place += count
        return text
    }

    func flag() throws -> Bool {
        switch try byte() {
        case 0: false
        case 1: true
        case let other: throw error("0 or 1", "\(other)")
        }
    }

    func double() throws -> Double {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 8) { value |= UInt64(try byte()) << shift }
        return Double(bitPattern: value)
    }

    /// The number of a list's elements, four bytes.
    func count32() throws -> Int {
        var value = 0
        for shift in stride(from: 0, to: 32, by: 8) { value |= Int(try byte()) << shift }
        // Every element takes at least a byte, so a larger count is damage; it must not cost memory or time.
        guard value <= bytes.count - place else { throw error("a count within the bytes", "\(value)") }
        return value
    }

    /// The text at this place without moving on, for an enum's case name.
    func peekText() -> String? {
        let start = place
        defer { place = start }
        return try? text()
    }

    func error(_ expected: String, _ found: String) -> BinaryDecodingError {
        BinaryDecodingError(place: place, expected: expected, found: found)
    }
}

struct ValueDecoder: Decoder {
    let source: ByteSource
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(KeyedReader(source: source))
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        UnkeyedReader(source: source, count: try source.count32())
    }
    func singleValueContainer() -> any SingleValueDecodingContainer { SingleReader(source: source) }

    func read<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if type == [UInt8].self, let blob = try source.blob() as? Value { return blob }
        return try Value(from: self)
    }
}

private struct KeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let source: ByteSource
    var codingPath: [any CodingKey] { [] }

    /// Asked only by enums: the name of the case that comes next.
    var allKeys: [Key] { source.peekText().flatMap { Key(stringValue: $0) }.map { [$0] } ?? [] }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) throws -> Bool { try !source.flag() }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try source.flag() }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try source.text() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try source.double() }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { Float(try source.double()) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try source.integer(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try source.integer(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try source.integer(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try source.integer(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try source.integer(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try source.integer(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try source.integer(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try source.integer(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try source.integer(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try source.integer(type) }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try ValueDecoder(source: source).read(type)
    }

    // The default implementations ask `contains` and `decodeNil` first, which read the presence byte.

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        let name = try source.text()
        guard name == key.stringValue else { throw source.error("case \(key.stringValue)", name) }
        return KeyedDecodingContainer(KeyedReader<Nested>(source: source))
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        UnkeyedReader(source: source, count: try source.count32())
    }
    func superDecoder() -> any Decoder { ValueDecoder(source: source) }
    func superDecoder(forKey key: Key) -> any Decoder { ValueDecoder(source: source) }
}

private struct UnkeyedReader: UnkeyedDecodingContainer {
    let source: ByteSource
    let count: Int?
    private(set) var currentIndex = 0
    var codingPath: [any CodingKey] { [] }
    var isAtEnd: Bool { currentIndex >= (count ?? 0) }

    init(source: ByteSource, count: Int) {
        self.source = source
        self.count = count
    }

    mutating func decodeNil() throws -> Bool { false }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard !isAtEnd else { throw source.error("another element", "the end of the list") }
        currentIndex += 1
        return try ValueDecoder(source: source).read(type)
    }
    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        currentIndex += 1
        return KeyedDecodingContainer(KeyedReader<Nested>(source: source))
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        currentIndex += 1
        return UnkeyedReader(source: source, count: try source.count32())
    }
    mutating func superDecoder() throws -> any Decoder {
        currentIndex += 1
        return ValueDecoder(source: source)
    }
}

private struct SingleReader: SingleValueDecodingContainer {
    let source: ByteSource
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { (try? source.flag()) == false }
    func decode(_ type: Bool.Type) throws -> Bool { try source.flag() }
    func decode(_ type: String.Type) throws -> String { try source.text() }
    func decode(_ type: Double.Type) throws -> Double { try source.double() }
    func decode(_ type: Float.Type) throws -> Float { Float(try source.double()) }
    func decode(_ type: Int.Type) throws -> Int { try source.integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try source.integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try source.integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try source.integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try source.integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try source.integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try source.integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try source.integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try source.integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try source.integer(type) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try ValueDecoder(source: source).read(type) }
}
