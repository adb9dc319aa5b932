/// What a file's metadata says about tokens, checked: the raw material of a tokenizer.
struct Vocabulary {
    let preTokenizer: PreTokenizer
    private let texts: [String]
    private let types: [Int]
    /// The bytes of every token.
    let bytes: [[UInt8]]
    private let ids: [Spelling: Int32]

    // GGUF's token types.
    private static let unknown = 2
    private static let control = 3
    private static let userDefined = 4
    /// Names of tokens that end an answer, beside the metadata's own.
    private static let endNames = ["<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "</s>"]

    init(_ metadata: GGUFMetadata) throws(ModelError) {
        let model = try metadata.string("tokenizer.ggml.model") ?? "none"
        guard model == "gpt2" else { throw .unsupportedTokenizer(GGUFMetadata.shown(model)) }
        guard let name = try metadata.string("tokenizer.ggml.pre") else {
            throw .unsupportedTokenizer("gpt2 without tokenizer.ggml.pre")
        }
        guard let preTokenizer = PreTokenizer(rawValue: name) else {
            throw .unsupportedTokenizer("gpt2/\(GGUFMetadata.shown(name))")
        }
        self.preTokenizer = preTokenizer
        guard let texts = try metadata.strings("tokenizer.ggml.tokens"), !texts.isEmpty else {
            throw .malformed("tokenizer.ggml.tokens: expected a vocabulary, found none")
        }
        self.texts = texts
        let types = try metadata.integers("tokenizer.ggml.token_type") ?? Array(repeating: 1, count: texts.count)
        guard types.count == texts.count else {
            throw .malformed("tokenizer.ggml.token_type: expected \(texts.count) types, found \(types.count)")
        }
        self.types = types
        var ids = [Spelling: Int32](minimumCapacity: texts.count)
        for (id, text) in texts.enumerated() { ids[Spelling(text)] = Int32(id) }
        self.ids = ids
        bytes = texts.indices.map { id in
            Self.isWhole(types[id]) ? Array(texts[id].utf8) : Self.bytes(spelled: texts[id])
        }
        if let long = texts.indices.first(where: { Self.isWhole(types[$0]) && bytes[$0].count > SpecialTokens.longest })
        {
            throw .malformed(
                "token \(long): expected a special token of at most \(SpecialTokens.longest) bytes, "
                    + "found \(bytes[long].count)")
        }
    }

    private static func isWhole(_ type: Int) -> Bool { (unknown...userDefined).contains(type) }

    /// The token of each byte; -1 for bytes that the vocabulary does not know.
    var byteTokens: [Int32] { ByteAlphabet.characters.map { ids[Spelling(String($0))] ?? -1 } }

    /// The tokens that are written as a whole.
    var special: [(text: [UInt8], token: Int)] {
        texts.indices.filter { Self.isWhole(types[$0]) }.map { (bytes[$0], $0) }
    }

    /// Whether a token was added to the text's own words rather than to mark its structure.
    func isAdded(_ token: Int) -> Bool { types[token] == Self.userDefined }

    /// The tokens of ordinary text by their bytes.
    var wholes: [[UInt8]: Int32] {
        var wholes = [[UInt8]: Int32](minimumCapacity: texts.count)
        for id in texts.indices where !Self.isWhole(types[id]) { wholes[bytes[id]] = Int32(id) }
        return wholes
    }

    func token(spelled text: some StringProtocol) -> Int32? { ids[Spelling(String(text))] }

    /// Tokens at which an answer ends: the metadata's, and control tokens of well-known names.
    func endTokens(_ metadata: GGUFMetadata) throws(ModelError) -> Set<Int> {
        var tokens: Set<Int> = []
        for name in ["eos", "eot", "eom"] {
            if let token = try listed(name, metadata) { tokens.insert(token) }
        }
        for name in Self.endNames {
            if let token = token(spelled: name), Self.isWhole(types[Int(token)]) { tokens.insert(Int(token)) }
        }
        return tokens
    }

    /// The token that the file wants in front of every text.
    func beginToken(_ metadata: GGUFMetadata) throws(ModelError) -> Int? {
        let token = try listed("bos", metadata)
        let isWanted = try metadata.flag("tokenizer.ggml.add_bos_token")
        guard isWanted != true || token != nil else {
            throw .malformed("tokenizer.ggml.bos_token_id: expected the token to begin with, found none")
        }
        return isWanted ?? preTokenizer.beginsTexts ? token : nil
    }

    private func listed(_ name: String, _ metadata: GGUFMetadata) throws(ModelError) -> Int? {
        let key = "tokenizer.ggml.\(name)_token_id"
        guard let token = try metadata.integer(key) else { return nil }
        guard texts.indices.contains(token) else {
            throw .malformed("\(key): expected a token of 0 to \(texts.count - 1), found \(token)")
        }
        return token
    }

    private static func bytes(spelled text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            if let byte = ByteAlphabet.byte(of: scalar) { bytes.append(byte) } else { bytes += String(scalar).utf8 }
        }
        return bytes
    }
}

/// A text by its bytes: texts that only look alike are different, and no time goes into comparing what they look like.
private struct Spelling: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: Spelling, right: Spelling) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
