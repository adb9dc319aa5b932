/// Writes any `Encodable` value as compact bytes, fields by position.
///
/// State, sign bytes and journal entries use it: synthesized `Codable` visits fields in declaration order, so equal
/// values give equal bytes. Integers are LEB128 varints (signed ones zig-zag), floats 8 bytes, texts and byte arrays
/// length-prefixed, arrays count-prefixed, optionals one byte ahead, enum cases by name. `BinaryDecoder` reads it.
public struct BinaryEncoder {
    /// The bytes of a value; values with top-level state that cannot be encoded give what was written before it.
    public static func encode(_ value: some Encodable) -> [UInt8] {
        let sink = ByteSink()
        let encoder = ValueEncoder(sink: sink)
        // Every encode method below is total: the only throwing ones belong to custom encodings, of which the
        // state has none.
        try? encoder.write(value)
        return sink.bytes
    }
}

/// Writes a value's bytes field by field, for whoever knows the fields and writes many of them.
///
/// The bytes must be those that `BinaryEncoder` gives for the same value.
public struct BinaryWriter {
    private let sink = ByteSink()

    /// Nothing yet.
    public init() {}

    /// What was written.
    public var bytes: [UInt8] { sink.bytes }

    /// A signed number.
    public func write(_ value: Int64) { sink.write(signed: value) }
    /// An unsigned number.
    public func write(_ value: UInt64) { sink.write(varint: value) }
    /// A text; also the name of an enum's case, ahead of what the case holds.
    public func write(_ text: String) { sink.write(text: text) }
    /// Bytes.
    public func write(_ blob: [UInt8]) { sink.write(blob: blob) }
    /// Whether an optional has a value, ahead of it.
    public func write(isPresent: Bool) { sink.bytes.append(isPresent ? 1 : 0) }
    /// The number of a list's elements, ahead of them.
    public func write(count: Int) { sink.write(count32: count) }
    /// Any other value.
    public func write(_ value: some Encodable) { try? ValueEncoder(sink: sink).write(value) }
}

/// The bytes under construction, shared by the containers of one encoding.
///
/// Every write goes through here, one at a time, so its exclusive access needs no check at run time.
final class ByteSink {
    @exclusivity(unchecked) var bytes: [UInt8] = []

    func write(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    func write(signed value: Int64) {
        write(varint: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    func write(text: String) {
        // Copied as it lies in memory, which is several times faster than through its view.
        var text = text
        text.withUTF8 { utf8 in
            write(varint: UInt64(utf8.count))
            bytes.append(contentsOf: utf8)
        }
    }

    func write(blob: [UInt8]) {
        write(varint: UInt64(blob.count))
        bytes.append(contentsOf: blob)
    }

    func write(fixed64 value: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    func write(count32 count: Int) {
        let place = bytes.count
        bytes.append(contentsOf: [0, 0, 0, 0])
        patch(count: UInt32(truncatingIfNeeded: count), at: place)
    }

    /// Puts a number into four bytes reserved earlier.
    func patch(count: UInt32, at place: Int) {
        for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: count >> (8 * UInt32(index))) }
    }
}

struct ValueEncoder: Encoder {
    let sink: ByteSink
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(KeyedWriter(sink: sink))
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer { UnkeyedWriter(sink: sink) }
    func singleValueContainer() -> any SingleValueEncodingContainer { SingleWriter(sink: sink) }

    func write<Value: Encodable>(_ value: Value) throws {
        if Value.self == [UInt8].self, let blob = value as? [UInt8] {
            sink.write(blob: blob)
        } else {
            // An optional writes itself as nil or as what it wraps, so the byte ahead of the latter comes from here.
            // Optional fields do not pass: their containers write that byte.
            if _isOptional(Value.self), let optional = value as? any OptionalValue, optional.isPresent {
                sink.bytes.append(1)
            }
            try value.encode(to: self)
        }
    }
}

/// Tells an optional from other values where only its generic type is at hand.
private protocol OptionalValue {
    var isPresent: Bool { get }
}

extension Optional: OptionalValue {
    var isPresent: Bool { self != nil }
}

private struct KeyedWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let sink: ByteSink
    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil(forKey key: Key) { sink.bytes.append(0) }
    mutating func encode(_ value: Bool, forKey key: Key) { sink.bytes.append(value ? 1 : 0) }
    mutating func encode(_ value: String, forKey key: Key) { sink.write(text: value) }
    mutating func encode(_ value: Double, forKey key: Key) { sink.write(fixed64: value.bitPattern) }
    mutating func encode(_ value: Float, forKey key: Key) { sink.write(fixed64: Double(value).bitPattern) }
    mutating func encode(_ value: Int, forKey key: Key) { sink.write(signed: Int64(value)) }
    mutating func encode(_ value: Int8, forKey key: Key) { sink.write(signed: Int64(value)) }
    mutating func encode(_ value: Int16, forKey key: Key) { sink.write(signed: Int64(value)) }
    mutating func encode(_ value: Int32, forKey key: Key) { sink.write(signed: Int64(value)) }
    mutating func encode(_ value: Int64, forKey key: Key) { sink.write(signed: value) }
    mutating func encode(_ value: UInt, forKey key: Key) { sink.write(varint: UInt64(value)) }
    mutating func encode(_ value: UInt8, forKey key: Key) { sink.write(varint: UInt64(value)) }
    mutating func encode(_ value: UInt16, forKey key: Key) { sink.write(varint: UInt64(value)) }
    mutating func encode(_ value: UInt32, forKey key: Key) { sink.write(varint: UInt64(value)) }
    mutating func encode(_ value: UInt64, forKey key: Key) { sink.write(varint: value) }
    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try ValueEncoder(sink: sink).write(value)
    }

    // Every width has its own requirement, and the default implementations write nothing for nil.
    mutating func encodeIfPresent(_ value: Bool?, forKey key: Key) { optional(value) { $0.encode($1, forKey: key) } }
    mutating func encodeIfPresent(_ value: String?, forKey key: Key) { optional(value) { $0.encode($1, forKey: key) } }
    mutating func encodeIfPresent(_ value: Double?, forKey key: Key) { optional(value) { $0.encode($1, forKey: key) } }
    mutating func encodeIfPresent(_ value: Float?, forKey key: Key) { optional(value) { $0.encode($1, forKey: key) } }
    mutating func encodeIfPresent(_ value: Int?, forKey key: Key) { optional(value) { $0.encode($1, forKey: key) } }
    mutating func encodeIfPresent(_ value: Int8?, forKey key: Key) { optional(value) { $0.encode($1, forKey: key) } }
    mutating func encodeIfPresent(_ value: Int16?, forKey key: Key) { optional(value) { $0.encode($1, forKey: key) } }
    mutating func encodeIfPresent(_ value: Int32?, forKey key: Key) { optional(value) { $0.encode($1, forKey: key) } }
    mutating func encodeIfPresent(_ value: Int64?, forKey key: Key) { optional(value) { $0.encode($1, forKey: key) } }
    mutating func encodeIfPresent(_ value: UInt?, forKey key: Key) { optional(value) { $0.encode($1, forKey: key) } }
    mutating func encodeIfPresent(_ value: UInt8?, forKey key: Key) { optional(value) { $0.encode($1, forKey: key) } }
    mutating func encodeIfPresent(_ value: UInt16?, forKey key: Key) { optional(value) { $0.encode($1, forKey: key) } }
    mutating func encodeIfPresent(_ value: UInt32?, forKey key: Key) { optional(value) { $0.encode($1, forKey: key) } }
    mutating func encodeIfPresent(_ value: UInt64?, forKey key: Key) { optional(value) { $0.encode($1, forKey: key) } }
    mutating func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
        guard let value else { return sink.bytes.append(0) }
        sink.bytes.append(1)
        try encode(value, forKey: key)
    }

    private mutating func optional<Value>(_ value: Value?, _ write: (inout Self, Value) -> Void) {
        guard let value else { return sink.bytes.append(0) }
        sink.bytes.append(1)
        write(&self, value)
    }

    /// Only enums with associated values nest, one container for each case: the case's name goes ahead.
    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        sink.write(text: key.stringValue)
        return KeyedEncodingContainer(KeyedWriter<Nested>(sink: sink))
    }
    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { UnkeyedWriter(sink: sink) }
    mutating func superEncoder() -> any Encoder { ValueEncoder(sink: sink) }
    mutating func superEncoder(forKey key: Key) -> any Encoder { ValueEncoder(sink: sink) }
}

private struct UnkeyedWriter: UnkeyedEncodingContainer {
    let sink: ByteSink
    private let place: Int
    private(set) var count = 0
    var codingPath: [any CodingKey] { [] }

    init(sink: ByteSink) {
        self.sink = sink
        place = sink.bytes.count
        sink.bytes.append(contentsOf: [0, 0, 0, 0])
    }

    private mutating func counted() {
        count += 1
        sink.patch(count: UInt32(truncatingIfNeeded: count), at: place)
    }

    mutating func encodeNil() {
        counted()
        sink.bytes.append(0)
    }
    mutating func encode<Value: Encodable>(_ value: Value) throws {
        counted()
        try ValueEncoder(sink: sink).write(value)
    }
    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        counted()
        return KeyedEncodingContainer(KeyedWriter<Nested>(sink: sink))
    }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        counted()
        return UnkeyedWriter(sink: sink)
    }
    mutating func superEncoder() -> any Encoder {
        counted()
        return ValueEncoder(sink: sink)
    }
}

private struct SingleWriter: SingleValueEncodingContainer {
    let sink: ByteSink
    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil() { sink.bytes.append(0) }
    mutating func encode(_ value: Bool) { sink.bytes.append(value ? 1 : 0) }
    mutating func encode(_ value: String) { sink.write(text: value) }
    mutating func encode(_ value: Double) { sink.write(fixed64: value.bitPattern) }
    mutating func encode(_ value: Float) { sink.write(fixed64: Double(value).bitPattern) }
    mutating func encode(_ value: Int) { sink.write(signed: Int64(value)) }
    mutating func encode(_ value: Int8) { sink.write(signed: Int64(value)) }
    mutating func encode(_ value: Int16) { sink.write(signed: Int64(value)) }
    mutating func encode(_ value: Int32) { sink.write(signed: Int64(value)) }
    mutating func encode(_ value: Int64) { sink.write(signed: value) }
    mutating func encode(_ value: UInt) { sink.write(varint: UInt64(value)) }
    mutating func encode(_ value: UInt8) { sink.write(varint: UInt64(value)) }
    mutating func encode(_ value: UInt16) { sink.write(varint: UInt64(value)) }
    mutating func encode(_ value: UInt32) { sink.write(varint: UInt64(value)) }
    mutating func encode(_ value: UInt64) { sink.write(varint: value) }
    mutating func encode<Value: Encodable>(_ value: Value) throws { try ValueEncoder(sink: sink).write(value) }
}
