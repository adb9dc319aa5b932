/// The tokens of a vocabulary in the order of their bytes, so that what they have in common is looked at once.
final class VocabularyOrder: Sendable {
    /// Tokens that spell something; names of special tokens are no text.
    let tokens: [Int32]
    /// How many bytes each shares with the one before it.
    let shared: [Int]
    /// The bytes of each.
    let spellings: [[UInt8]]

    init(_ tokenizer: Tokenizer) {
        let spelled = (0..<tokenizer.vocabularyCount)
            .filter { !tokenizer.isSpecialToken($0) && !tokenizer.bytes(of: $0).isEmpty }
            .map { (bytes: tokenizer.bytes(of: $0), token: Int32($0)) }
            .sorted { $0.bytes == $1.bytes ? $0.token < $1.token : $0.bytes.lexicographicallyPrecedes($1.bytes) }
        tokens = spelled.map(\.token)
        spellings = spelled.map(\.bytes)
        var common: [Int] = []
        for (place, entry) in spelled.enumerated() {
            let before = place > 0 ? spelled[place - 1].bytes : []
            common.append(zip(before, entry.bytes).prefix { $0 == $1 }.count)
        }
        shared = common
    }
}
