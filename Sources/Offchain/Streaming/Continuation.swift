import Keys
import Shannon

/// Tells a supplier to go on with an answer that another one began; it travels in the relay's HTTP request.
///
/// Text form: `ANSWER CREATED CHOICE:ID,ID… CHOICE:…`, all numbers decimal.
struct Continuation: Hashable, Codable, Sendable {
    /// The header that carries it. The client's own body stays as it is.
    static let header = "Pokt-Continue"

    /// The number of which the first supplier made the answer's id.
    var answerID: UInt64
    /// The answer's `created`, Unix seconds.
    var created: Int64
    var choices: [ChoiceTokens] = []

    init(answerID: UInt64, created: Int64) {
        self.answerID = answerID
        self.created = created
    }

    /// Reads the text form; nil when it is not one.
    init?(text: String) {
        let parts = text.split(separator: " ")
        guard parts.count >= 2, let answerID = UInt64(parts[0]), let created = Int64(parts[1]) else { return nil }
        self.init(answerID: answerID, created: created)
        guard let choices = Self.choices(of: parts.dropFirst(2)) else { return nil }
        self.choices = choices
    }

    var text: String { (["\(answerID) \(created)"] + Self.texts(of: choices)).joined(separator: " ") }

    /// Adds what a part of the stream tells.
    mutating func append(_ tokens: [ChoiceTokens]) {
        for run in tokens {
            if let place = choices.firstIndex(where: { $0.choice == run.choice }) {
                choices[place].ids += run.ids
            } else {
                choices.append(run)
            }
        }
    }

    static func texts(of choices: [ChoiceTokens]) -> [String] {
        choices.map { "\($0.choice):" + $0.ids.map(String.init).joined(separator: ",") }
    }

    static func choices(of texts: some Sequence<Substring>) -> [ChoiceTokens]? {
        var choices: [ChoiceTokens] = []
        for text in texts {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let choice = Int(parts[0]) else { return nil }
            var ids: [Int32] = []
            for number in parts[1].split(separator: ",") {
                guard let id = Int32(number) else { return nil }
                ids.append(id)
            }
            choices.append(ChoiceTokens(choice: choice, ids: ids))
        }
        return choices
    }
}
