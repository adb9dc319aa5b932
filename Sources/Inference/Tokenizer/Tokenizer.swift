import Synchronization

/// A byte-level BPE tokenizer (GGUF tokenizer model `gpt2`).
public final class Tokenizer: Sendable {
    private let preTokenizer: PreTokenizer
    /// The bytes of every token.
    private let bytes: [[UInt8]]
    private let merges: MergeTable
    /// The token of each single byte, -1 where there is none.
    private let byteTokens: [Int32]
    /// Every token that is written as a whole.
    private let special: SpecialTokens
    /// Those of them that are found also where special tokens are not asked for.
    private let added: SpecialTokens
    /// Tokens of whole pieces, where these win over merges; empty elsewhere.
    private let wholes: [[UInt8]: Int32]
    /// Tokens at which generation ends.
    let endTokens: Set<Int>
    /// The token that begins every text, if one does.
    let beginToken: Int?
    /// The tokens that are names and no text.
    private let names: Set<Int>
    /// Made when an answer is first held to a grammar.
    private let sorted = Mutex<VocabularyOrder?>(nil)

    init(metadata: GGUFMetadata) throws(ModelError) {
        let vocabulary = try Vocabulary(metadata)
        preTokenizer = vocabulary.preTokenizer
        bytes = vocabulary.bytes
        byteTokens = vocabulary.byteTokens
        merges = try MergeTable(metadata.strings("tokenizer.ggml.merges") ?? [], vocabulary)
        special = SpecialTokens(vocabulary.special)
        names = Set(vocabulary.special.map(\.token))
        added = SpecialTokens(vocabulary.special.filter { vocabulary.isAdded($0.token) })
        wholes = preTokenizer.prefersWholePieces ? vocabulary.wholes : [:]
        endTokens = try vocabulary.endTokens(metadata)
        beginToken = try vocabulary.beginToken(metadata)
    }

    public var vocabularyCount: Int { bytes.count }

    /// Its name, and how many merges and special tokens it has.
    var facts: (preTokenizer: String, merges: Int, special: Int) {
        (preTokenizer.rawValue, merges.count, special.count)
    }

    /// Whether generation ends at a token.
    public func isEnd(_ token: Int) -> Bool { endTokens.contains(token) }

    /// Whether a token is a name that is written as a whole, and no text.
    func isSpecialToken(_ token: Int) -> Bool { names.contains(token) }

    /// The tokens in the order of their bytes.
    var order: VocabularyOrder {
        sorted.withLock { sorted in
            if let sorted { return sorted }
            let made = VocabularyOrder(self)
            sorted = made
            return made
        }
    }

    /// The tokens of a text; names of special tokens in it become those tokens unless told otherwise.
    ///
    /// A model that wants its begin token first gets it once, whether or not the text has it already.
    public func encode(_ text: String, parsingSpecial: Bool = true) -> [Int] {
        let wanted = parsingSpecial ? special : added
        let utf8 = Array(text.utf8)
        var tokens: [Int] = []
        var start = 0
        var place = 0
        while wanted.count > 0, place < utf8.count {
            if let found = wanted.match(in: utf8, at: place) {
                encodePlain(utf8[start..<place], into: &tokens)
                tokens.append(found.token)
                place += found.length
                start = place
            } else {
                place += 1
            }
        }
        encodePlain(utf8[start...], into: &tokens)
        if let beginToken, tokens.first != beginToken { tokens.insert(beginToken, at: 0) }
        return tokens
    }

    /// The bytes of a token; none for one that does not exist.
    public func bytes(of token: Int) -> [UInt8] { bytes.indices.contains(token) ? bytes[token] : [] }

    /// The text of tokens, special ones included.
    public func decode(_ tokens: [Int]) -> String {
        String(decoding: tokens.flatMap { bytes(of: $0) }, as: UTF8.self)
    }

    private func encodePlain(_ utf8: ArraySlice<UInt8>, into tokens: inout [Int]) {
        guard !utf8.isEmpty else { return }
        let scalars = Array(String(decoding: utf8, as: UTF8.self).unicodeScalars)
        var start = utf8.startIndex
        for piece in preTokenizer.pieces(of: scalars) {
            let end = start + scalars[piece].reduce(0) { $0 + UTF8.width($1) }
            if let whole = wholes.isEmpty ? nil : wholes[Array(utf8[start..<end])] {
                tokens.append(Int(whole))
            } else {
                merge(utf8[start..<end], into: &tokens)
            }
            start = end
        }
    }

    private func merge(_ piece: ArraySlice<UInt8>, into tokens: inout [Int]) {
        var merging = PairMerging(piece.map { byteTokens[Int($0)] }) { self.merges[$0, $1] }
        // Bytes that the vocabulary does not know are left out.
        for token in merging.merged() where token >= 0 { tokens.append(Int(token)) }
    }
}
