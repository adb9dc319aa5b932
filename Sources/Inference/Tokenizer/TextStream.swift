/// Turns tokens into text as they come, holding back bytes of a character that is not complete yet.
public struct TextStream: Sendable {
    private let tokenizer: Tokenizer
    private var held: [UInt8] = []

    public init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

    /// The text that a token completes.
    public mutating func append(_ token: Int) -> String {
        held += tokenizer.bytes(of: token)
        let complete = held.count - Self.incompleteTail(held)
        defer { held.removeFirst(complete) }
        return String(decoding: held[..<complete], as: UTF8.self)
    }

    /// The bytes that never became a character, as replacement characters.
    public mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    /// How many bytes at the end begin a character whose rest is still to come.
    private static func incompleteTail(_ bytes: [UInt8]) -> Int {
        for (length, byte) in bytes.reversed().prefix(3).enumerated() {
            let wanted: Int
            switch byte {
            case 0xc2...0xdf: wanted = 2
            case 0xe0...0xef: wanted = 3
            case 0xf0...0xf4: wanted = 4
            case 0x80...0xbf: continue
            default: return 0
            }
            return length + 1 < wanted ? length + 1 : 0
        }
        return 0
    }
}
