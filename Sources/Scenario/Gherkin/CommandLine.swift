import Shannon
import World

/// A transaction as upstream's command line sends it: the ones that name accounts and amounts on the line itself.
///
/// Accounts are names or addresses; a validator is an account or an operator's address of its bytes.
struct CommandLine {
    let command: Command
    /// The account that `--from` names; nil leaves it to the protocol.
    let signer: String?

    /// Reads a line such as `tx bank send app1 app2 1000upokt --from app1`, with or without `pocketd` in front; nil for
    /// one that is not known here.
    init?(_ text: String) {
        var words: [String] = []
        var signer: String?
        var rest = ArraySlice(text.split(whereSeparator: \.isWhitespace).map(String.init))
        while let word = rest.popFirst() {
            if word.hasPrefix("--from=") {
                signer = String(word.dropFirst(7))
            } else if word == "--from" {
                signer = rest.popFirst()
            } else if word.hasPrefix("-") {
                // The other options say how to send, not what; those with a value of their own join it with `=`.
                continue
            } else {
                words.append(word)
            }
        }
        if words.first == "pocketd" || words.first == "poktrolld" { words.removeFirst() }
        guard words.first == "tx", words.count >= 3 else { return nil }
        let from = signer ?? ""
        guard let command = Self.command(words[1], words[2], Array(words.dropFirst(3)), from: from) else { return nil }
        self.command = command
        self.signer = signer
    }

    private static func command(
        _ module: String, _ name: String, _ words: [String], from: String
    ) -> Command? {
        switch (module, name, words.count) {
        case ("bank", "send", 3):
            return Coin(parsing: words[2]).map { .pay(from: words[0], to: words[1], $0) }
        case ("staking", "delegate", 2):
            return Coin(parsing: words[1]).map { .bond(from: from, validator: words[0], $0) }
        case ("application", "delegate-to-gateway", 1): return .delegate(application: from, gateway: words[0])
        case ("application", "undelegate-from-gateway", 1): return .undelegate(application: from, gateway: words[0])
        case ("application", "transfer", 1): return .transferApplication(from, to: words[0])
        case ("application", "transfer", 2): return .transferApplication(words[0], to: words[1])
        case ("application", "unstake-application", 0): return .unstake(.application, from)
        case ("gateway", "unstake-gateway", 0): return .unstake(.gateway, from)
        case ("supplier", "unstake-supplier", 0...1): return .unstake(.supplier, words.first ?? from)
        case ("service", "transfer-service", 2): return .transferService(id: words[0], from: from, to: words[1])
        case ("service", "add-service", 3):
            return UInt64(words[2]).map {
                .addService(id: words[0], name: words[1], computeUnits: $0, owner: from, metadata: nil)
            }
        default: return nil
        }
    }
}
