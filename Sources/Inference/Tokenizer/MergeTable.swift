/// What two neighbouring tokens become, and how early that was learned.
struct MergeTable: Sendable {
    private struct Merge: Sendable {
        let rank: Int32
        let result: Int32
    }

    private let merges: [UInt64: Merge]

    /// - Parameter list: Two tokens each, a space between them, the earliest learned first.
    init(_ list: [String], _ vocabulary: Vocabulary) throws(ModelError) {
        var merges = [UInt64: Merge](minimumCapacity: list.count)
        for (rank, text) in list.enumerated() {
            guard let space = text.utf8.dropFirst().firstIndex(of: UInt8(ascii: " ")) else {
                throw .malformed("merge \(rank): expected two tokens, found \(GGUFMetadata.shown(text))")
            }
            let (left, right) = (text[..<space], text[text.utf8.index(after: space)...])
            guard let first = vocabulary.token(spelled: left), let second = vocabulary.token(spelled: right),
                let result = vocabulary.token(spelled: left + right)
            else {
                throw .malformed(
                    "merge \(rank): expected tokens of the vocabulary, found \(GGUFMetadata.shown(text))")
            }
            let key = Self.key(first, second)
            if merges[key] == nil { merges[key] = Merge(rank: Int32(clamping: rank), result: result) }
        }
        self.merges = merges
    }

    var count: Int { merges.count }

    subscript(left: Int32, right: Int32) -> (rank: Int32, result: Int32)? {
        merges[Self.key(left, right)].map { ($0.rank, $0.result) }
    }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }
}
