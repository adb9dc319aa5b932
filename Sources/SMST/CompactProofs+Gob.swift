extension CompactClosestProof {
    /// The bytes a supplier submits: a Go gob of three type definitions and this proof.
    ///
    /// The type ids are those of a fresh Go process (64, 65, 66). Mirrors `smt:proofs.go` Marshal.
    public func encodeGob() -> [UInt8] {
        let ids = GobSchema.freshIds
        var fields = GobFields()
        fields.byteString(path)
        fields.byteStrings(flippedBits)
        fields.byteString(depth)
        fields.byteString(closestPath)
        fields.byteString(closestValueHash)
        fields.structure(closestProof?.gobFields)
        return GobSchema.defineClosestProof(ids) + GobSchema.message(id: ids.closestProof, fields.finished())
    }

    /// Reads submitted bytes, with any type ids; throws `malformedGob`.
    ///
    /// The definitions must list upstream's fields in upstream's order. Bytes after the value are ignored, as Go
    /// does. Never traps and never allocates more than the input warrants.
    public init(gob: [UInt8]) throws(SMSTError) {
        let stream = try GobStream(gob)
        try stream.requireValue(GobSchema.closestProof)
        var reader = stream.value
        self.init(path: [], flippedBits: [], depth: [], closestPath: [], closestValueHash: nil, closestProof: nil)
        var cursor = GobFieldCursor(count: GobSchema.closestProof.count)
        while let field = try cursor.next(&reader) {
            switch field {
            case 0: path = try reader.byteString()
            case 1: flippedBits = try reader.byteStrings()
            case 2: depth = try reader.byteString()
            case 3: closestPath = try reader.byteString()
            case 4: closestValueHash = try reader.byteString()
            default: closestProof = try CompactMembershipProof(gobFields: &reader)
            }
        }
    }
}

extension CompactMembershipProof {
    /// A Go gob of this proof alone, which is never sent on chain.
    public func encodeGob() -> [UInt8] {
        let ids = GobSchema.freshIds
        return GobSchema.defineMembershipProof(ids) + GobSchema.message(id: ids.membershipProof, gobFields)
    }

    /// Reads a gob of a compact proof alone; throws `malformedGob`.
    public init(gob: [UInt8]) throws(SMSTError) {
        let stream = try GobStream(gob)
        try stream.requireValue(GobSchema.membershipProof)
        var reader = stream.value
        try self.init(gobFields: &reader)
    }

    var gobFields: [UInt8] {
        var fields = GobFields()
        fields.byteStrings(sideNodes)
        fields.byteString(nonMembershipLeafData)
        fields.byteString(bitMask)
        fields.integer(sideNodeCount)
        fields.byteString(siblingData)
        return fields.finished()
    }

    init(gobFields reader: inout GobReader) throws(SMSTError) {
        self.init()
        var cursor = GobFieldCursor(count: GobSchema.membershipProof.count)
        while let field = try cursor.next(&reader) {
            switch field {
            case 0: sideNodes = try reader.byteStrings()
            case 1: nonMembershipLeafData = try reader.byteString()
            case 2: bitMask = try reader.byteString()
            case 3: sideNodeCount = Int(try reader.signed())
            default: siblingData = try reader.byteString()
            }
        }
    }
}

/// Finds out which field of a struct comes next.
private struct GobFieldCursor {
    private let count: Int
    private var index = -1

    init(count: Int) {
        self.count = count
    }

    /// The index of the next field, nil at the end of the struct.
    mutating func next(_ reader: inout GobReader) throws(SMSTError) -> Int? {
        let step = try reader.unsigned()
        guard step != 0 else { return nil }
        guard step <= UInt64(count - 1 - index) else { throw reader.malformed("a field beyond the last one") }
        index += Int(step)
        return index
    }
}
