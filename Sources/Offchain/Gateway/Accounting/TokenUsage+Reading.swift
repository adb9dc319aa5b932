import Keys
import Shannon

extension TokenUsage {
    /// The header in which a supplier tells the gateway the counts of a stream, with each batch those so far:
    /// `PROMPT COMPLETION`, both decimal.
    ///
    /// The client sees them only when it asks for them (`stream_options.include_usage`), but its budget has to.
    static let header = "Pokt-Usage"

    /// The header's text.
    var text: String { "\(prompt) \(completion)" }

    /// The counts of an answer: those of its header, otherwise those of its body.
    init(_ response: HTTPResponse) {
        self = TokenUsage(header: response) ?? TokenUsage(body: response.body)
    }

    /// The counts of the header; nil without one, or with counts that no answer can have.
    init?(header response: HTTPResponse) {
        let numbers = (response.headers[Self.header]?.first ?? "").split(separator: " ").map { Int($0) }
        guard numbers.count == 2, let prompt = numbers[0], let completion = numbers[1],
            TokenCounts.credible.contains(prompt), TokenCounts.credible.contains(completion)
        else { return nil }
        self.init(prompt: prompt, completion: completion)
    }

    /// Reads the counts out of an answer's body, whole or streamed, without decoding all of it.
    ///
    /// Within a JSON text every quote is escaped, so the key as it stands here can only be a key; the last one counts.
    init(body: Bytes) {
        self.init()
        guard let place = body.lastRange(of: Self.usageKey)?.upperBound else { return }
        let tail = body[place...].prefix { $0 != UInt8(ascii: "}") }
        prompt = Self.number(after: Self.promptKey, in: tail) ?? 0
        completion = Self.number(after: Self.completionKey, in: tail) ?? 0
    }

    private static let usageKey = Array(#""usage":{"#.utf8)
    private static let promptKey = Array(#""prompt_tokens":"#.utf8)
    private static let completionKey = Array(#""completion_tokens":"#.utf8)

    private static func number(after key: Bytes, in bytes: ArraySlice<UInt8>) -> Int? {
        guard let place = bytes.firstRange(of: key)?.upperBound else { return nil }
        let digits = bytes[place...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.prefix(9)
        return Int(String(decoding: digits, as: UTF8.self))
    }
}

extension Collection where Element == UInt8, Index == Int {
    /// Where a pattern stands first.
    fileprivate func firstRange(of pattern: Bytes) -> Range<Int>? {
        guard !pattern.isEmpty, count >= pattern.count else { return nil }
        return (startIndex...endIndex - pattern.count).first { matches(pattern, at: $0) }
            .map { $0..<$0 + pattern.count }
    }

    /// Where a pattern stands last.
    fileprivate func lastRange(of pattern: Bytes) -> Range<Int>? {
        guard !pattern.isEmpty, count >= pattern.count else { return nil }
        return (startIndex...endIndex - pattern.count).last { matches(pattern, at: $0) }.map { $0..<$0 + pattern.count }
    }

    private func matches(_ pattern: Bytes, at place: Int) -> Bool {
        for offset in pattern.indices where self[place + offset] != pattern[offset] { return false }
        return true
    }
}
