public import Keys
import Offchain
public import Onchain
public import Shannon
public import World

/// What a run amounts to, counted from its steps alone.
public struct Tally: Sendable {
    /// What one supplier did.
    public struct Work: Hashable, Codable, Sendable {
        public var served: UInt64 = 0
        public var computeUnits: UInt64 = 0
    }

    public private(set) var work = SortedMap<String, Work>()
    public private(set) var claims = ClaimBook()
    public private(set) var relaysSent = 0
    public private(set) var relaysAnswered = 0
    public private(set) var relaysMined = 0
    public private(set) var questions = 0
    public private(set) var completionTokens = 0
    public private(set) var blocks = 0
    /// What went wrong outside of the chain, in sentences: relays without an answer, questions refused, trees dropped.
    public private(set) var failures: [String] = []
    /// Relays that were answered and earn nothing, by reason.
    public private(set) var notMined = SortedMap<String, Int>()
    public private(set) var violations: [InvariantViolation] = []
    private let addresses: SortedMap<String, Address>
    private let directory: Directory
    private let genesis: Genesis

    /// What the network had before the first block.
    public struct Genesis: Sendable {
        public let supply: Int64
        public let balances: SortedMap<Address, Int64>
        public let stakes: SortedMap<Address, Int64>
    }

    /// Begins to count at a world, normally one at height 0.
    public init(_ world: World) {
        var addresses = SortedMap<String, Address>()
        var balances = SortedMap<Address, Int64>()
        var stakes = SortedMap<Address, Int64>()
        for account in world.accounts() {
            addresses[account.name] = account.address
            balances[account.address] = world.chain.balance(of: account.address)
            stakes[account.address] = world.stake(of: account.address)
        }
        self.addresses = addresses
        directory = Directory(world)
        genesis = Genesis(supply: world.chain.bank.supply, balances: balances, stakes: stakes)
    }

    /// Counts a step.
    public mutating func record(_ output: StepOutput) {
        for fact in output.facts { record(fact) }
        if let block = output.block {
            blocks += 1
            for event in block.allEvents { claims.record(event) }
            for result in block.transactions {
                if let error = result.error {
                    failures.append("block \(block.height): a transaction failed: \(error)")
                }
            }
        }
        violations += output.violations
    }

    private mutating func record(_ fact: Fact) {
        claims.record(fact) { addresses[$0] }
        switch fact {
        case .relaySent: relaysSent += 1
        case .relayEnded(_, let supplier, let end):
            switch end {
            case .response: relaysAnswered += 1
            case .error(let reason): failures.append("a relay to \(supplier) failed: \(reason)")
            case .abandoned: break
            case .timeout: failures.append("a relay to \(supplier) got no answer in time")
            }
        case .relayServed(let relay): work[relay.supplier, default: Work()].served += 1
        case .relayMined(let relay):
            relaysMined += 1
            work[relay.supplier, default: Work()].computeUnits += relay.computeUnits
        case .relayNotMined(_, _, let reason): notMined[reason.rawValue, default: 0] += 1
        case .asked: questions += 1
        case .answered(let answer):
            completionTokens += answer.completionTokens
            if answer.status != 200 {
                failures.append("\(answer.application) got status \(answer.status): \(answer.text.prefix(200))")
            }
        case .treeDropped(let supplier, let header, let reason):
            failures.append("\(supplier) gave up session \(header.sessionID.prefix(8)): \(reason)")
        default: break
        }
    }

    /// Everything that keeps the run from being a success, beside broken invariants.
    public var problems: [String] {
        var problems = failures + claims.wrongEnds(directory)
        if relaysAnswered != relaysSent {
            problems.append("\(relaysSent) relays were sent, but \(relaysAnswered) answered")
        }
        if relaysSent == 0 { problems.append("no relay was sent") }
        return problems
    }

    public func address(of name: String) -> Address? { addresses[name] }
    /// The supply at the beginning.
    public var supplyBefore: Int64 { genesis.supply }
    public func balanceBefore(_ address: Address) -> Int64 { genesis.balances[address] ?? 0 }
    public func stakeBefore(_ address: Address) -> Int64 { genesis.stakes[address] ?? 0 }
}

extension World {
    /// What an account has staked as application, gateway or supplier, in upokt.
    public func stake(of address: Address) -> Int64 {
        let staked =
            chain.application(address)?.stake ?? chain.gateway(address)?.stake ?? chain.supplier(address)?.stake
        return staked?.amount ?? 0
    }
}
