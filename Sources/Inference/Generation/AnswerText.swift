/// The text of an answer as it grows, cut where the first stop text begins.
struct AnswerText {
    private let stops: [[UInt8]]
    private let longestStop: Int
    private var stream: TextStream
    private var utf8: [UInt8] = []
    /// How many bytes have been released.
    private var released = 0
    /// Whether a stop text has come.
    private(set) var isStopped = false

    init(_ tokenizer: Tokenizer, stops: [String]) {
        self.stops = stops.filter { !$0.isEmpty }.map { Array($0.utf8) }
        longestStop = self.stops.map(\.count).max() ?? 0
        stream = TextStream(tokenizer)
    }

    /// The whole answer so far.
    var text: String { String(decoding: utf8, as: UTF8.self) }

    /// Adds a token's text and returns what can be shown: nothing that may turn out to begin a stop text.
    mutating func append(_ token: Int) -> String {
        add(stream.append(token))
        return release(upTo: isStopped ? utf8.count : utf8.count - heldBack)
    }

    /// Ends the answer and returns what was held back.
    mutating func finish() -> String {
        if !isStopped { add(stream.finish()) }
        return release(upTo: utf8.count)
    }

    private mutating func add(_ text: String) {
        let from = max(0, utf8.count - longestStop + 1)
        utf8 += text.utf8
        if let cut = stops.compactMap({ firstPlace(of: $0, from: from) }).min() {
            utf8.removeSubrange(cut...)
            isStopped = true
        }
    }

    private mutating func release(upTo end: Int) -> String {
        defer { released = max(released, end) }
        return end > released ? String(decoding: utf8[released..<end], as: UTF8.self) : ""
    }

    private func firstPlace(of stop: [UInt8], from: Int) -> Int? {
        guard utf8.count - from >= stop.count else { return nil }
        return (from...utf8.count - stop.count).first { utf8[$0...].starts(with: stop) }
    }

    /// How many bytes at the end may begin a stop text.
    private var heldBack: Int {
        let most = min(utf8.count, max(0, longestStop - 1))
        guard most > 0 else { return 0 }
        return (1...most).reversed().first { length in
            stops.contains { $0.count > length && utf8.suffix(length).elementsEqual($0.prefix(length)) }
        } ?? 0
    }
}
