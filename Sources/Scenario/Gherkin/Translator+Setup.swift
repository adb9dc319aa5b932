import Offchain
import Shannon
import World

extension FeatureTranslator {
    mutating func setUp(_ skeleton: String, _ arguments: Arguments, _ step: FeatureStep) -> Bool {
        let isGiven = step.phase == .given
        switch skeleton {
        case "the user has the pocketd binary installed", "the user has the poktrolld binary installed": break
        case "an account exists for {}":
            remember(.balance(arguments[0]))
            expect(.amount(.balance(arguments[0]), .moreThan(0)))
        case "the account {} has a balance greater than {} upokt":
            guard let amount = arguments.number(1) else { return false }
            remember(.balance(arguments[0]))
            expect(.amount(.balance(arguments[0]), .moreThan(amount)))
        case "the {} account for {} is staked":
            guard let kind = kind(arguments[0]) else { return false }
            establish(kind, arguments[1], isGiven: isGiven)
        case "the {} for account {} is staked with {} upokt":
            guard let kind = kind(arguments[0]), let amount = arguments.number(2) else { return false }
            if isGiven { stakeAtGenesis(kind, arguments[1], amount) }
            expect(.amount(.stake(kind, arguments[1]), .equals(amount)))
            remember(.stake(kind, arguments[1]))
        case "the user verifies the {} for account {} is not staked", "the {} for account {} is not staked":
            guard let kind = kind(arguments[0]) else { return false }
            if isGiven { stakeAtGenesis(kind, arguments[1], 0) }
            expect(.actor(kind, arguments[1], .notStaked))
        case "the service {} registered for application {} has a compute units per relay of {}":
            guard let units = arguments.number(2) else { return false }
            if isGiven { establish(service: arguments[0], units: UInt64(clamping: units), owner: nil) }
            expect(
                .stakedFor(.application, arguments[1], service: arguments[0]),
                .computeUnits(service: arguments[0], UInt64(clamping: units)))
        case "a service {} exists with compute units {} and owner {}":
            guard let units = arguments.number(1) else { return false }
            if isGiven { establish(service: arguments[0], units: UInt64(clamping: units), owner: arguments[2]) }
            expect(.computeUnits(service: arguments[0], UInt64(clamping: units)))
        default:
            return setUpSessions(skeleton, arguments, isGiven: isGiven)
                || setUpDelegations(skeleton, arguments, isGiven: isGiven)
        }
        return true
    }

    /// Delegations of applications, and stakes of which no amount is said.
    private mutating func setUpDelegations(_ skeleton: String, _ arguments: Arguments, isGiven: Bool) -> Bool {
        switch skeleton {
        case "the {} {} is staked with enough upokt", "the {} with account {} is staked with enough upokt":
            guard let kind = kind(arguments[0]) else { return false }
            establish(kind, arguments[1], isGiven: isGiven)
        case "the application {} is staked with enough upokt": establish(.application, arguments[0], isGiven: isGiven)
        case "the gateway {} is staked with enough upokt": establish(.gateway, arguments[0], isGiven: isGiven)
        case "the {} for account {} is staked above minimum":
            guard let kind = kind(arguments[0]) else { return false }
            establish(kind, arguments[1], isGiven: isGiven)
            expect(.amount(.stake(kind, arguments[1]), .atLeastMinimum))
        case "this test ensures the {} for account {} is not staked":
            guard let kind = kind(arguments[0]) else { return false }
            stakeAtGenesis(kind, arguments[1], 0)
            expect(.actor(kind, arguments[1], .notStaked))
        case "the application {} does not have any delegation":
            if isGiven { setGateways(of: arguments[0]) { _ in [] } }
            expect(.delegates(application: arguments[0], gateway: nil, false))
        case "application {} is not delegated to gateway {}",
            "the user should see that application {} is not delegated to gateway {}":
            if isGiven { setGateways(of: arguments[0]) { $0.filter { $0 != arguments[1] } } }
            expect(.delegates(application: arguments[0], gateway: arguments[1], false))
        case "application {} is delegated to gateway {}",
            "the user should see that application {} is delegated to gateway {}":
            if isGiven { setGateways(of: arguments[0]) { $0.contains(arguments[1]) ? $0 : $0 + [arguments[1]] } }
            expect(.delegates(application: arguments[0], gateway: arguments[1], true))
        default: return false
        }
        return true
    }

    private mutating func establish(_ kind: ActorKind, _ name: String, isGiven: Bool) {
        if isGiven, stakeAtGenesis(kind, name) == 0 { stakeAtGenesis(kind, name, Self.enough) }
        expect(.actor(kind, name, .staked))
        remember(.stake(kind, name))
    }

    private mutating func setGateways(of application: String, _ change: ([String]) -> [String]) {
        guard let place = network.applications.firstIndex(where: { $0.name == application }) else { return }
        network.applications[place].gateways = change(network.applications[place].gateways)
    }

    /// What an actor is staked with of which only the stake is said, in upokt.
    private static let enough: Int64 = 200_000_000

    private mutating func setUpSessions(_ skeleton: String, _ arguments: Arguments, isGiven: Bool) -> Bool {
        switch skeleton {
        case "the application {} is staked for service {}":
            if isGiven, let place = network.applications.firstIndex(where: { $0.name == arguments[0] }) {
                network.applications[place].service = arguments[1]
                if network.applications[place].stake == 0 { network.applications[place].stake = Self.enough }
            }
            expect(.stakedFor(.application, arguments[0], service: arguments[1]))
        case "the supplier {} is staked for service {}":
            if isGiven, let place = network.suppliers.firstIndex(where: { $0.name == arguments[0] }) {
                if !network.suppliers[place].services.contains(arguments[1]) {
                    network.suppliers[place].services.append(arguments[1])
                }
                if network.suppliers[place].stake == 0 { network.suppliers[place].stake = 1_000_068 }
            }
            expect(.stakedFor(.supplier, arguments[0], service: arguments[1]))
        case "the session for application {} and service {} contains the supplier {}",
            "the session for application {} and service {} contains {}":
            startIfNew()
            let check = SessionCheck(
                application: arguments[0], service: arguments[1], contains: [arguments[2]])
            expect(.session(check))
        case "the session for application {} and service {} does not contain {}",
            "the session for application {} and service {} does not contain the supplier {}":
            startIfNew()
            let check = SessionCheck(application: arguments[0], service: arguments[1], lacks: [arguments[2]])
            expect(.session(check))
        default: return false
        }
        return true
    }

    /// Sessions exist from the first block on.
    private mutating func startIfNew() {
        let hasStarted = steps.contains { step in
            if case .now = step.when { return step.actions.contains { $0.content.needsBlock } }
            return true
        }
        if !hasStarted { add(.blocks(1)) }
    }

    private mutating func establish(service id: String, units: UInt64, owner: String?) {
        if let place = network.services.firstIndex(where: { $0.id == id }) {
            network.services[place].computeUnitsPerRelay = units
            if let owner { network.services[place].owner = owner }
        } else {
            network.services.append(
                ServiceSpec(id: id, name: id, computeUnitsPerRelay: units, owner: owner ?? "source_owner_anvil"))
        }
    }
}
