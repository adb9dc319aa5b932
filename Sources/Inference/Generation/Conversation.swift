/// A conversation with a model: its turns so far, and how the next question becomes a request that fits the context.
public struct Conversation: Sendable {
    private let model: Model
    private let system: String?
    /// Questions and answers, in turns.
    public private(set) var turns: [ChatTurn] = []
    /// How many exchanges were left out of the last request because the context has no room for them.
    public private(set) var forgotten = 0

    /// - Parameter system: What the model is told before everything; nil for the template's own words.
    public init(model: Model, system: String? = nil) {
        self.model = model
        self.system = system
    }

    /// The prompt of a question after everything said before; the oldest exchanges are left out as far as they must.
    ///
    /// - Parameter answer: Tokens to leave room for; fewer when the question alone leaves no such room.
    /// - Throws: `ModelError.contextLengthExceeded` when the question alone is too long.
    public mutating func prompt(asking question: String, roomFor answer: Int) throws(ModelError) -> [Int] {
        let asked = ChatTurn(role: "user", content: question)
        let head = system.map { [ChatTurn(role: "system", content: $0)] } ?? []
        let limit = model.shape.contextLength
        for first in stride(from: 2 * forgotten, through: turns.count, by: 2) {
            let prompt = model.tokenizer.encode(model.chatTemplate.render(head + turns[first...] + [asked]))
            let isLast = first == turns.count
            guard prompt.count + max(1, answer) <= limit || (isLast && prompt.count < limit) else {
                if isLast { throw .contextLengthExceeded(limit: limit, requested: prompt.count + 1) }
                continue
            }
            forgotten = first / 2
            return prompt
        }
        return []
    }

    /// Adds an exchange.
    public mutating func remember(_ question: String, answer: String) {
        turns += [ChatTurn(role: "user", content: question), ChatTurn(role: "assistant", content: answer)]
    }

    /// Forgets everything but the system message.
    public mutating func reset() {
        turns = []
        forgotten = 0
    }
}
