/// Cuts a text into the pieces inside which byte pairs may be merged.
///
/// Each is a hand-written scanner for the pattern that the model was trained with; the patterns stand beside them.
enum PreTokenizer: String, Sendable {
    /// Digits one by one, then GPT-2's pattern between them.
    case smollm
    case gpt2 = "gpt-2"
    case llamaBPE = "llama-bpe"
    case qwen2

    /// Whether a piece that is a token as a whole is not merged from its bytes (llama.cpp's `ignore_merges`).
    var prefersWholePieces: Bool { self == .llamaBPE }
    /// Whether texts begin with the begin token when the file does not say.
    var beginsTexts: Bool { self == .llamaBPE }

    func pieces(of text: [Unicode.Scalar]) -> [Range<Int>] {
        switch self {
        case .smollm: Self.betweenDigits(text)
        case .gpt2: Self.scan(text, 0..<text.count, Self.gpt2Piece)
        case .llamaBPE: Self.scan(text, 0..<text.count) { Self.modernPiece($0, $1, $2, digits: 3) }
        case .qwen2: Self.scan(text, 0..<text.count) { Self.modernPiece($0, $1, $2, digits: 1) }
        }
    }

    private static func scan(
        _ text: [Unicode.Scalar], _ range: Range<Int>, _ piece: ([Unicode.Scalar], Int, Int) -> Int
    ) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let end = max(start + 1, piece(text, start, range.upperBound))
            pieces.append(start..<end)
            start = end
        }
        return pieces
    }

    private static func betweenDigits(_ text: [Unicode.Scalar]) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = 0
        for index in text.indices where text[index].isNumber {
            pieces += scan(text, start..<index, gpt2Piece)
            pieces.append(index..<index + 1)
            start = index + 1
        }
        return pieces + scan(text, start..<text.count, gpt2Piece)
    }

    /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
    private static func gpt2Piece(_ text: [Unicode.Scalar], _ start: Int, _ end: Int) -> Int {
        if let contraction = contraction(text, start, end, anyCase: false) { return contraction }
        let first = text[start] == " " && start + 1 < end ? start + 1 : start
        if text[first].isLetter { return run(text, first, end) { $0.isLetter } }
        if text[first].isNumber { return run(text, first, end) { $0.isNumber } }
        if !text[first].isSpace { return run(text, first, end) { $0.isSymbol } }
        return spaces(text, start, end)
    }

    /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|`
    /// `\s*[\r\n]+|\s+(?!\S)|\s+`
    private static func modernPiece(_ text: [Unicode.Scalar], _ start: Int, _ end: Int, digits: Int) -> Int {
        if let contraction = contraction(text, start, end, anyCase: true) { return contraction }
        let lead = text[start]
        if lead.isLetter { return run(text, start, end) { $0.isLetter } }
        if !lead.isLineBreak, !lead.isNumber, start + 1 < end, text[start + 1].isLetter {
            return run(text, start + 1, end) { $0.isLetter }
        }
        if lead.isNumber { return run(text, start, min(end, start + digits)) { $0.isNumber } }
        let first = lead == " " && start + 1 < end ? start + 1 : start
        if text[first].isSymbol {
            let symbols = run(text, first, end) { $0.isSymbol }
            return run(text, symbols, end) { $0.isLineBreak }
        }
        let blank = run(text, start, end) { $0.isSpace }
        if let lastBreak = (start..<blank).last(where: { text[$0].isLineBreak }) { return lastBreak + 1 }
        return spaces(text, start, end)
    }

    /// `\s+(?!\S)|\s+`: white space without its last character where a word follows.
    private static func spaces(_ text: [Unicode.Scalar], _ start: Int, _ end: Int) -> Int {
        let blank = run(text, start, end) { $0.isSpace }
        return blank < end && blank - start > 1 ? blank - 1 : blank
    }

    private static func run(
        _ text: [Unicode.Scalar], _ start: Int, _ end: Int, _ belongs: (Unicode.Scalar) -> Bool
    ) -> Int {
        var place = start
        while place < end, belongs(text[place]) { place += 1 }
        return place
    }

    private static func contraction(
        _ text: [Unicode.Scalar], _ start: Int, _ end: Int, anyCase: Bool
    ) -> Int? {
        guard text[start] == "'", start + 1 < end else { return nil }
        func letter(_ place: Int) -> Unicode.Scalar? {
            guard place < end else { return nil }
            let scalar = text[place]
            guard anyCase else { return scalar }
            // The long s is the one letter besides a–z that a pattern without case takes for one of these.
            return scalar == "ſ" ? "s" : scalar.properties.lowercaseMapping.unicodeScalars.first
        }
        switch (letter(start + 1), letter(start + 2)) {
        case ("s", _), ("t", _), ("m", _), ("d", _): return start + 2
        case ("r", "e"), ("v", "e"), ("l", "l"): return start + 3
        default: return nil
        }
    }
}

extension Unicode.Scalar {
    /// Unicode's `\p{L}`.
    var isLetter: Bool {
        if isASCII { return ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
        default: return false
        }
    }

    /// Unicode's `\p{N}`.
    var isNumber: Bool {
        if isASCII { return ("0"..."9").contains(self) }
        switch properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: return true
        default: return false
        }
    }

    /// `\s`.
    var isSpace: Bool { properties.isWhitespace }
    var isLineBreak: Bool { self == "\r" || self == "\n" }
    /// `[^\s\p{L}\p{N}]`
    var isSymbol: Bool { !isSpace && !isLetter && !isNumber }
}
