import Synchronization

/// A byte-level BPE tokenizer (GGUF tokenizer model `gpt2`).
public final class Tokenizer: Sendable {
    /// What two neighbouring tokens become, and how early.
    private struct Merge: Sendable {
        let rank: Int32
        let result: Int32
    }

    private let preTokenizer: PreTokenizer
    /// The bytes of every token.
    private let bytes: [[UInt8]]
    private let merges: [UInt64: Merge]
    /// The token of each single byte, -1 where there is none.
    private let byteTokens: [Int32]
    /// Tokens that are written as a whole, such as `<|im_start|>`: longest first.
    private let special: [(text: [UInt8], token: Int)]
    private let isSpecial: [Bool]
    /// Tokens at which generation ends.
    let endTokens: Set<Int>
    private let beginToken: Int?
    /// Made when an answer is first held to a grammar.
    private let sorted = Mutex<VocabularyOrder?>(nil)

    /// GGUF's token types of tokens that are written as a whole.
    private static let controlTypes: [Int64] = [3, 4]
    /// Names of tokens that end an answer, beside the metadata's own.
    private static let endNames = ["<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "</s>"]

    init(metadata: [String: GGUFValue]) throws(ModelError) {
        let model = metadata["tokenizer.ggml.model"]?.string ?? "none"
        guard model == "gpt2" else { throw .unsupportedTokenizer(model) }
        let name = metadata["tokenizer.ggml.pre"]?.string ?? "gpt-2"
        guard let preTokenizer = PreTokenizer(rawValue: name) else { throw .unsupportedTokenizer("gpt2/\(name)") }
        self.preTokenizer = preTokenizer
        guard let texts = metadata["tokenizer.ggml.tokens"]?.array?.compactMap(\.string), !texts.isEmpty,
            texts.count < Int(Int32.max)
        else { throw .malformed("expected a vocabulary in tokenizer.ggml.tokens, found none") }
        let types = metadata["tokenizer.ggml.token_type"]?.array?.map { $0.integer ?? 1 } ?? []
        isSpecial = texts.indices.map { $0 < types.count && Self.controlTypes.contains(types[$0]) }
        var ids = [String: Int32](minimumCapacity: texts.count)
        for (id, text) in texts.enumerated() { ids[text] = Int32(id) }
        let marks = isSpecial
        bytes = texts.enumerated().map { id, text in marks[id] ? Array(text.utf8) : Self.bytes(spelled: text) }
        byteTokens = Self.byteTokens(ids)
        merges = try Self.merges(metadata["tokenizer.ggml.merges"]?.array ?? [], ids)
        special = texts.enumerated().filter { marks[$0.offset] && !$0.element.isEmpty }
            .map { (Array($0.element.utf8), $0.offset) }
            .sorted { $0.0.count != $1.0.count ? $0.0.count > $1.0.count : $0.1 < $1.1 }
        let named = Self.endNames.compactMap { ids[$0].map(Int.init) }
        let listed = ["eos", "eot", "eom"].compactMap { metadata["tokenizer.ggml.\($0)_token_id"]?.integer }
        endTokens = Set(named.filter { marks[$0] } + listed.compactMap { Int(exactly: $0) })
        let addsBegin = metadata["tokenizer.ggml.add_bos_token"]?.flag ?? false
        beginToken = addsBegin ? metadata["tokenizer.ggml.bos_token_id"]?.integer.flatMap { Int(exactly: $0) } : nil
    }

    public var vocabularyCount: Int { bytes.count }

    /// Whether generation ends at a token.
    public func isEnd(_ token: Int) -> Bool { endTokens.contains(token) }

    /// Whether a token is a name that is written as a whole, and no text.
    func isSpecialToken(_ token: Int) -> Bool { isSpecial.indices.contains(token) && isSpecial[token] }

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
    public func encode(_ text: String, parsingSpecial: Bool = true) -> [Int] {
        var tokens = beginToken.map { [$0] } ?? []
        let utf8 = Array(text.utf8)
        var start = 0
        var place = 0
        while parsingSpecial, place < utf8.count {
            if let (name, token) = special.first(where: { utf8[place...].starts(with: $0.text) }) {
                tokens += encodePlain(utf8[start..<place])
                tokens.append(token)
                place += name.count
                start = place
            } else {
                place += 1
            }
        }
        return tokens + encodePlain(utf8[start...])
    }

    /// The bytes of a token; none for one that does not exist.
    public func bytes(of token: Int) -> [UInt8] { bytes.indices.contains(token) ? bytes[token] : [] }

    /// The text of tokens, special ones included.
    public func decode(_ tokens: [Int]) -> String {
        String(decoding: tokens.flatMap { bytes(of: $0) }, as: UTF8.self)
    }

    private func encodePlain(_ utf8: ArraySlice<UInt8>) -> [Int] {
        guard !utf8.isEmpty else { return [] }
        let scalars = Array(String(decoding: utf8, as: UTF8.self).unicodeScalars)
        var tokens: [Int] = []
        for piece in preTokenizer.pieces(of: scalars) {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars[piece])
            tokens += merged(Array(String(text).utf8))
        }
        return tokens
    }

    private func merged(_ piece: [UInt8]) -> [Int] {
        var merging = PairMerging(piece.map { byteTokens[Int($0)] }) { left, right in
            self.merges[Self.key(left, right)].map { ($0.rank, $0.result) }
        }
        return merging.merged().filter { $0 >= 0 }.map { Int($0) }
    }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    private static func bytes(spelled text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar in
            ByteAlphabet.byte(of: scalar).map { [$0] } ?? Array(String(scalar).utf8)
        }
    }

    /// The token of each byte; -1 for bytes that the vocabulary does not know, which are left out of the tokens.
    private static func byteTokens(_ ids: [String: Int32]) -> [Int32] {
        ByteAlphabet.characters.map { ids[String($0)] ?? -1 }
    }

    private static func merges(
        _ list: [GGUFValue], _ ids: [String: Int32]
    ) throws(ModelError) -> [UInt64: Merge] {
        var merges = [UInt64: Merge](minimumCapacity: list.count)
        for (rank, value) in list.enumerated() {
            guard let text = value.string, let space = text.utf8.dropFirst().firstIndex(of: UInt8(ascii: " ")) else {
                throw .malformed("expected two tokens in merge \(rank), found \(value)")
            }
            let (left, right) = (String(text[..<space]), String(text[text.utf8.index(after: space)...]))
            guard let first = ids[left], let second = ids[right], let result = ids[left + right] else {
                throw .malformed("expected tokens of the vocabulary in merge \(rank), found \(text)")
            }
            let key = key(first, second)
            if merges[key] == nil { merges[key] = Merge(rank: Int32(clamping: rank), result: result) }
        }
        return merges
    }
}
