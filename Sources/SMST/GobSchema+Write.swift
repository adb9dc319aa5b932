extension GobSchema {
    /// The ids under which a stream defines its types.
    struct Ids {
        var closestProof: Int64
        var byteStrings: Int64
        var membershipProof: Int64
    }

    /// The ids of a Go process whose first use of gob is this stream.
    static let freshIds = Ids(closestProof: 64, byteStrings: 65, membershipProof: 66)

    static func defineClosestProof(_ ids: Ids) -> [UInt8] {
        definition(of: "SparseCompactMerkleClosestProof", id: ids.closestProof, fields: closestProof, ids)
            + defineByteStrings(ids)
            + definition(of: "SparseCompactMerkleProof", id: ids.membershipProof, fields: membershipProof, ids)
    }

    static func defineMembershipProof(_ ids: Ids) -> [UInt8] {
        definition(of: "SparseCompactMerkleProof", id: ids.membershipProof, fields: membershipProof, ids)
            + defineByteStrings(ids)
    }

    static func message(id: Int64, _ body: [UInt8]) -> [UInt8] {
        var head = GobWriter()
        head.signed(id)
        var message = GobWriter()
        message.byteString(head.bytes + body)
        return message.bytes
    }

    private static func defineByteStrings(_ ids: Ids) -> [UInt8] {
        var body = common(kind: 2, name: "[][]uint8", id: ids.byteStrings)
        body.signed(bytesId)
        body.unsigned(0)
        body.unsigned(0)
        return message(id: -ids.byteStrings, body.bytes)
    }

    private static func definition(of name: String, id: Int64, fields: [Field], _ ids: Ids) -> [UInt8] {
        var body = common(kind: 3, name: name, id: id)
        body.unsigned(UInt64(fields.count))
        for field in fields {
            body.unsigned(1)
            body.byteString(field.name.utf8)
            body.unsigned(1)
            switch field.type {
            case .bytes: body.signed(bytesId)
            case .integer: body.signed(integerId)
            case .byteStrings: body.signed(ids.byteStrings)
            case .membershipProof: body.signed(ids.membershipProof)
            }
            body.unsigned(0)
        }
        body.unsigned(0)
        body.unsigned(0)
        return message(id: -id, body.bytes)
    }

    /// The beginning of every definition, up to what the type consists of.
    private static func common(kind: UInt64, name: String, id: Int64) -> GobWriter {
        var body = GobWriter()
        body.unsigned(kind)
        body.unsigned(1)
        body.unsigned(1)
        body.byteString(name.utf8)
        body.unsigned(1)
        body.signed(id)
        body.unsigned(0)
        body.unsigned(1)
        return body
    }
}

/// Writes the fields of a struct: each that is not empty after its distance from the previous one, then 0.
struct GobFields {
    private var writer = GobWriter()
    private var index = -1
    private var last = -1

    mutating func byteString(_ value: [UInt8]?) {
        index += 1
        guard let value, !value.isEmpty else { return }
        begin()
        writer.byteString(value)
    }

    mutating func byteStrings(_ values: [[UInt8]]) {
        index += 1
        guard !values.isEmpty else { return }
        begin()
        writer.unsigned(UInt64(values.count))
        for value in values {
            writer.byteString(value)
        }
    }

    mutating func integer(_ value: Int) {
        index += 1
        guard value != 0 else { return }
        begin()
        writer.signed(Int64(value))
    }

    /// A struct is written even if all its fields are empty; nil stands for a missing one.
    mutating func structure(_ body: [UInt8]?) {
        index += 1
        guard let body else { return }
        begin()
        writer.raw(body)
    }

    func finished() -> [UInt8] { writer.bytes + [0] }

    private mutating func begin() {
        writer.unsigned(UInt64(index - last))
        last = index
    }
}
