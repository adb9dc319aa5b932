import Shannon
import World

extension FeatureTranslator {
    mutating func expectAmount(_ skeleton: String, _ arguments: Arguments) -> Bool {
        switch skeleton {
        case "the account balance of {} should be {} upokt {} than before":
            return expect(.balance(arguments[0]), arguments.number(1), arguments[2], than: nil)
        case "the account balance of {} should be {} upokt {} than {}":
            return expect(.balance(arguments[0]), arguments.number(1), arguments[2], than: arguments[3])
        case "the {} stake of {} should be {} upokt {} than before":
            guard let kind = kind(arguments[0]) else { return false }
            return expect(.stake(kind, arguments[1]), arguments.number(2), arguments[3], than: nil)
        case "the dao balance should be {} upokt {} than {}":
            return expect(.dao, arguments.number(0), arguments[1], than: arguments[2])
        case "the total validator balances should be {} upokt {} than {}":
            return expect(.validators, arguments.number(0), arguments[1], than: arguments[2])
        case "the service owner balance for {} should be {} upokt {} than {}":
            return expect(.serviceOwner(arguments[0]), arguments.number(1), arguments[2], than: arguments[3])
        case "the user remembers the balance of {} as {}":
            perform(.remember(.balance(arguments[0]), name: arguments[1]))
        case "the user remembers the balance of the dao as {}":
            perform(.remember(.dao, name: arguments[0]))
        case "the user remembers the balance of the service owner for {} as {}":
            perform(.remember(.serviceOwner(arguments[0]), name: arguments[1]))
        case "the user remembers the total validator balances as {}":
            perform(.remember(.validators, name: arguments[0]))
        default: return false
        }
        return true
    }

    /// A change by so much `more` or `less` than a remembered figure, or than before.
    mutating func expect(_ measure: Measure, _ amount: Int64?, _ way: String, than name: String?) -> Bool {
        guard let amount, let way = Direction(rawValue: way.lowercased()), way != .equal else { return false }
        let change = way == .more ? amount : -amount
        let reference = Reference.remembered(name ?? "\(measure)")
        let isReward: Bool =
            if case .balance(let account) = measure {
                name != nil && change > 0 && network.suppliers.contains { $0.name == account }
            } else { false }
        let check: AmountCheck =
            isReward ? .changeWithGas(change, since: reference) : .change(change, since: reference)
        expect(.amount(measure, check))
        if name == nil { remember(measure) }
        return true
    }

    mutating func expectState(_ skeleton: String, _ arguments: Arguments) -> Bool {
        switch skeleton {
        case "the supplier for account {} is unbonding": expect(.actor(.supplier, arguments[0], .unbonding))
        case "the gateway for account {} is unbonding": expect(.actor(.gateway, arguments[0], .unbonding))
        case "the application for account {} is in the {} period":
            switch arguments[1] {
            case "unbonding": expect(.actor(.application, arguments[0], .unbonding))
            case "transfer": expect(.actor(.application, arguments[0], .transferring))
            default: return false
            }
        case "the user should see that the supplier for account {} is staked":
            expect(.actor(.supplier, arguments[0], .staked))
        case "the claim created by supplier {} for service {} for application {} should be persisted onchain":
            expect(.openClaims(supplier: arguments[0], application: arguments[2], .atLeast(1)))
        case "the claim created by supplier {} for service {} for application {} should be successfully settled":
            let fields: [EventPattern.Field] = [
                .init("supplier", .text(arguments[0])), .init("service", .text(arguments[1])),
                .init("app", .text(arguments[2])),
            ]
            add(.event(EventPattern("ClaimSettled", fields)))
        case "the gateway {} card should contain {}":
            expect(.card(.gateway(arguments[0]), containing: arguments[1]))
        case "the service {} should exist with metadata": expect(.card(.service(arguments[0]), containing: ""))
        case "the user should be able to see standard output containing {}":
            expect(.output(containing: arguments[0]))
        case "the pocketd binary should exit without error", "the poktrolld binary should exit without error":
            expect(.output(containing: ""))
        case "the subscription is closed before claim window open height is reached":
            expect(.beforeClaimWindow)
        default: return false
        }
        return true
    }
}
