/// A value taken apart into its fields, so that any of them can be another; its bytes are those that `BinaryEncoder`
/// gives for the value.
struct ValueTree {
    enum Content {
        /// The fields of a struct, or the case of an enum.
        case fields
        case list
        /// With one part or with none.
        case optional
        /// An enum's case, ahead of what it holds.
        case named(String)
        case signed(Int64)
        case unsigned(UInt64)
        case double(Double)
        case flag(Bool)
        case text(String)
        case blob([UInt8])
    }

    let name: String
    var content: Content
    var parts: [ValueTree]

    init(of value: some Encodable) throws {
        let branch = Branch(name: "")
        try branch.take(value)
        self.init(branch)
    }

    private init(_ branch: Branch) {
        (name, content) = (branch.name, branch.content)
        parts = branch.parts.map(ValueTree.init)
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    private func write(to bytes: inout [UInt8]) {
        func varint(_ value: UInt64) {
            var rest = value
            while rest >= 0x80 {
                bytes.append(UInt8(rest & 0x7f) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
        switch content {
        case .fields: break
        case .list: for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(parts.count >> shift & 0xff)) }
        case .optional: bytes.append(parts.isEmpty ? 0 : 1)
        case .named(let text), .text(let text):
            varint(UInt64(text.utf8.count))
            bytes += text.utf8
        case .signed(let value): varint(UInt64(bitPattern: value << 1 ^ value >> 63))
        case .unsigned(let value): varint(value)
        case .double(let value): for shift in 0..<8 { bytes.append(UInt8(value.bitPattern >> (8 * shift) & 0xff)) }
        case .flag(let value): bytes.append(value ? 1 : 0)
        case .blob(let blob):
            varint(UInt64(blob.count))
            bytes += blob
        }
        for part in parts { part.write(to: &bytes) }
    }

    /// The part at the end of a way of places; nil when the way leads nowhere.
    subscript(way: ArraySlice<Int>) -> ValueTree? {
        guard let place = way.first else { return self }
        return place < parts.count ? parts[place][way.dropFirst()] : nil
    }

    /// Changes the part at the end of a way; nothing when the way leads nowhere.
    mutating func change(_ way: ArraySlice<Int>, _ change: (inout ValueTree) -> Void) {
        guard let place = way.first else { return change(&self) }
        guard place < parts.count else { return }
        parts[place].change(way.dropFirst(), change)
    }

    /// The ways to all parts by what they are, such as `chain.bank.supply`, and of each kind at most so many.
    func ways(atMost most: Int) -> [String: [[Int]]] {
        var ways: [String: [[Int]]] = [:]
        func visit(_ tree: ValueTree, _ kind: String, _ way: [Int]) {
            guard ways[kind, default: []].count < most else { return }
            ways[kind, default: []].append(way)
            for (place, part) in tree.parts.enumerated() {
                let isLeaf = part.name.isEmpty
                visit(part, isLeaf ? kind + "[]" : kind.isEmpty ? part.name : kind + "." + part.name, way + [place])
            }
        }
        visit(self, "", [])
        return ways
    }
}

/// A tree in the making.
private final class Branch: Encoder {
    let name: String
    var content = ValueTree.Content.fields
    var parts: [Branch] = []
    private var count = 0
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(name: String) { self.name = name }

    /// Takes a plain value; a party, for one, writes its kind and its name one after the other.
    func put(_ value: ValueTree.Content) {
        count += 1
        if count == 2 {
            part("first").content = content
            content = .fields
        }
        if count == 1 { content = value } else { part("next").content = value }
    }

    func part(_ name: String) -> Branch {
        let branch = Branch(name: name)
        parts.append(branch)
        return branch
    }

    func take(_ value: some Encodable) throws {
        if let blob = value as? [UInt8], type(of: value) == [UInt8].self {
            content = .blob(blob)
        } else if let perhaps = value as? any PerhapsNothing {
            content = .optional
            try perhaps.something.map { try part("").take($0) }
        } else {
            try value.encode(to: self)
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(Fields(branch: self))
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        content = .list
        return Elements(branch: self)
    }
    func singleValueContainer() -> any SingleValueEncodingContainer { Single(branch: self) }
}

private protocol PerhapsNothing {
    var something: (any Encodable)? { get }
}

extension Optional: PerhapsNothing where Wrapped: Encodable {
    var something: (any Encodable)? { self }
}

private struct Single: SingleValueEncodingContainer {
    let branch: Branch
    var codingPath: [any CodingKey] { [] }

    func encodeNil() { branch.put(.optional) }
    func encode(_ value: Bool) { branch.put(.flag(value)) }
    func encode(_ value: String) { branch.put(.text(value)) }
    func encode(_ value: Double) { branch.put(.double(value)) }
    func encode(_ value: Float) { branch.put(.double(Double(value))) }
    func encode(_ value: Int) { branch.put(.signed(Int64(value))) }
    func encode(_ value: Int8) { branch.put(.signed(Int64(value))) }
    func encode(_ value: Int16) { branch.put(.signed(Int64(value))) }
    func encode(_ value: Int32) { branch.put(.signed(Int64(value))) }
    func encode(_ value: Int64) { branch.put(.signed(value)) }
    func encode(_ value: UInt) { branch.put(.unsigned(UInt64(value))) }
    func encode(_ value: UInt8) { branch.put(.unsigned(UInt64(value))) }
    func encode(_ value: UInt16) { branch.put(.unsigned(UInt64(value))) }
    func encode(_ value: UInt32) { branch.put(.unsigned(UInt64(value))) }
    func encode(_ value: UInt64) { branch.put(.unsigned(value)) }
    func encode<Value: Encodable>(_ value: Value) throws { try branch.take(value) }
}

private struct Elements: UnkeyedEncodingContainer {
    let branch: Branch
    var codingPath: [any CodingKey] { [] }
    var count: Int { branch.parts.count }

    func encodeNil() { branch.part("").content = .optional }
    func encode<Value: Encodable>(_ value: Value) throws { try branch.part("").take(value) }
    func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        branch.part("").container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { branch.part("").unkeyedContainer() }
    func superEncoder() -> any Encoder { branch.part("") }
}

private struct Fields<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let branch: Branch
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) { branch.part(key.stringValue).content = .optional }
    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try branch.part(key.stringValue).take(value)
    }
    func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
        let part = branch.part(key.stringValue)
        part.content = .optional
        try value.map { try part.part("").take($0) }
    }
    // Every width has a requirement of its own, and the default implementations write nothing for nil.
    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try optional(value, key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) throws { try optional(value, key) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try optional(value, key) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try optional(value, key) }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try optional(value, key) }
    func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try optional(value, key) }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try optional(value, key) }
    private func optional(_ value: (some Encodable)?, _ key: Key) throws {
        let part = branch.part(key.stringValue)
        part.content = .optional
        try value.map { try part.part("").take($0) }
    }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        let part = branch.part(key.stringValue)
        part.content = .named(key.stringValue)
        return KeyedEncodingContainer(Fields<Nested>(branch: part))
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        branch.part(key.stringValue).unkeyedContainer()
    }
    func superEncoder() -> any Encoder { branch }
    func superEncoder(forKey key: Key) -> any Encoder { branch.part(key.stringValue) }
}
