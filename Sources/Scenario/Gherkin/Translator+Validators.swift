import Shannon
import World

extension FeatureTranslator {
    /// Steps about validators and who delegates to them (`e2e/tests/validator_delegation_steps_test.go`).
    mutating func validate(_ skeleton: String, _ arguments: Arguments) -> Bool {
        switch skeleton {
        case "the user remembers the current block proposer validator address as {}",
            "the user gets the current block proposer validator address as {}":
            // One validator produces every block.
            guard let proposer = network.validators.first?.name else { return false }
            validatorNames[arguments[0]] = proposer
        case "the account {} delegates {} upokt to validator {}":
            guard let amount = arguments.number(1) else { return false }
            perform(
                .command(
                    .bond(from: arguments[0], validator: validator(arguments[2]), .upokt(amount)), from: nil))
        case "the user remembers the balance of validator {} as {}":
            perform(.remember(.balance(validator(arguments[0])), name: arguments[1]))
        case "the user remembers the balance of the proposer as {}":
            perform(.remember(.validators, name: arguments[0]))
        case "the proposer balance should be {} upokt {} than {}":
            return expect(.validators, arguments.number(0), arguments[1], than: arguments[2])
        case "the account balance of {} should be {} than {}":
            guard let direction = Direction(rawValue: arguments[1].lowercased()) else { return false }
            let measure = Measure.balance(validator(arguments[0]))
            expect(.amount(measure, .moved(direction, since: .remembered(arguments[2]))))
        default: return false
        }
        return true
    }

    /// The validator that a feature calls by a name of its own.
    private func validator(_ name: String) -> String { validatorNames[name] ?? name }
}
