/// The type definitions that a gob stream of a compact proof carries before its value.
///
/// Type ids belong to the process that wrote the stream and are free; names of types are too. The fields, their
/// order and their types must be those of upstream's structs (`smt:proofs.go`).
enum GobSchema {
    enum FieldType: Hashable {
        case bytes
        case integer
        case byteStrings
        case membershipProof
    }

    struct Field: Hashable {
        let name: String
        let type: FieldType

        init(_ name: String, _ type: FieldType) {
            self.name = name
            self.type = type
        }
    }

    static let closestProof = [
        Field("Path", .bytes), Field("FlippedBits", .byteStrings), Field("Depth", .bytes),
        Field("ClosestPath", .bytes), Field("ClosestValueHash", .bytes), Field("ClosestProof", .membershipProof),
    ]
    static let membershipProof = [
        Field("SideNodes", .byteStrings), Field("NonMembershipLeafData", .bytes), Field("BitMask", .bytes),
        Field("NumSideNodes", .integer), Field("SiblingData", .bytes),
    ]

    /// Ids that Go gives its own types.
    static let integerId: Int64 = 2
    static let bytesId: Int64 = 5
    /// Ids below this one are Go's own.
    static let firstFreeId: Int64 = 64
}

/// A gob stream up to its value: the definitions are read, the value is not.
struct GobStream {
    private enum Definition {
        case list(of: Int64)
        case structure([(name: [UInt8], type: Int64)])
    }

    /// More than the three definitions of a closest proof are never needed.
    private static let definitionLimit = 3
    /// The longest stream that is looked at, in bytes (128 MiB).
    private static let byteLimit = 1 << 27

    private var definitions: [(id: Int64, definition: Definition)] = []
    private let valueId: Int64
    /// The message that holds the value, right after the value's type id.
    let value: GobReader

    init(_ bytes: [UInt8]) throws(SMSTError) {
        var stream = GobReader(bytes)
        guard bytes.count <= Self.byteLimit else { throw stream.malformed("more than \(Self.byteLimit) bytes") }
        while true {
            var message = try stream.message()
            let id = try message.signed()
            guard id < 0 else {
                valueId = id
                value = message
                return
            }
            guard definitions.count < Self.definitionLimit else {
                throw message.malformed("more than \(Self.definitionLimit) type definitions")
            }
            let definition = try Self.definition(of: 0 &- id, in: &message)
            guard !definitions.contains(where: { $0.id == 0 &- id }) else {
                throw message.malformed("a second definition of type \(0 &- id)")
            }
            definitions.append((0 &- id, definition))
            guard message.isAtEnd else { throw message.malformed("bytes after a type definition") }
        }
    }

    /// Throws unless the value's type has exactly these fields.
    func requireValue(_ fields: [GobSchema.Field]) throws(SMSTError) {
        guard isStructure(valueId, fields) else {
            throw value.malformed("a value of another type than expected")
        }
    }

    private func isStructure(_ id: Int64, _ fields: [GobSchema.Field]) -> Bool {
        guard case .structure(let found) = definitions.first(where: { $0.id == id })?.definition,
            found.count == fields.count
        else { return false }
        return zip(found, fields).allSatisfy { found, field in
            found.name == Array(field.name.utf8) && isType(found.type, field.type)
        }
    }

    private func isType(_ id: Int64, _ type: GobSchema.FieldType) -> Bool {
        switch type {
        case .bytes:
            return id == GobSchema.bytesId
        case .integer:
            return id == GobSchema.integerId
        case .byteStrings:
            guard case .list(let element) = definitions.first(where: { $0.id == id })?.definition else { return false }
            return element == GobSchema.bytesId
        case .membershipProof:
            return isStructure(id, GobSchema.membershipProof)
        }
    }

    /// The definition's own struct: a list is field 1 of it, a structure is field 2.
    private static func definition(of id: Int64, in message: inout GobReader) throws(SMSTError) -> Definition {
        guard id >= GobSchema.firstFreeId else { throw message.malformed("a definition of Go's own type \(id)") }
        let kind = try message.unsigned()
        guard kind == 2 || kind == 3 else { throw message.malformed("a definition of neither list nor structure") }
        try message.expect(1, "the common part of a definition")
        try message.expect(1, "a type's name")
        _ = try message.byteString()
        try message.expect(1, "a type's id")
        guard try message.signed() == id else { throw message.malformed("a definition with two different ids") }
        try message.expect(0, "the end of the common part")
        try message.expect(1, "what a type consists of")
        let definition: Definition
        if kind == 2 {
            definition = .list(of: try message.signed())
        } else {
            var fields: [(name: [UInt8], type: Int64)] = []
            for _ in 0..<(try message.count()) {
                try message.expect(1, "a field's name")
                let name = try message.byteString()
                try message.expect(1, "a field's type")
                fields.append((name, try message.signed()))
                try message.expect(0, "the end of a field")
            }
            definition = .structure(fields)
        }
        try message.expect(0, "the end of a type")
        try message.expect(0, "the end of a definition")
        return definition
    }
}
