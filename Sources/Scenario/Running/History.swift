import Keys
import Offchain
import Onchain
import Shannon
import World

/// One thing that happened: an event of the chain, or a fact of a participant in the shape of one.
struct HistoryRecord: Hashable, Sendable {
    /// Its place among everything that happened, from 1; what `--explain` takes.
    let sequence: Int
    /// The height of its block, or of the block that follows a fact.
    let height: Height
    let time: Instant
    let event: Event
}

/// Everything that happened to one network, and its chain after every block.
///
/// A copy costs a few reference counts, so a snapshot keeps one.
struct History: Sendable {
    private(set) var records: [HistoryRecord] = []
    /// The chain after each block; the first is the one that the history begins with.
    private(set) var chains: [Chain]
    /// How many of the last chains are kept.
    private let keptChains: Int
    private(set) var violations: [InvariantViolation] = []
    private(set) var failures: [FailedTransaction] = []
    /// Relays by application: how many were answered, and how many failed.
    private(set) var hashes: [String: String] = [:]
    /// Who sent a transaction that the scenario did not.
    static let unknownSender = "somebody"

    /// A transaction of a named account that failed.
    struct FailedTransaction: Hashable, Sendable {
        let account: String
        let height: Height
        let sequence: Int
        let error: ChainError
    }

    /// The sessions that an expectation asks about, by number, from their first block on.
    private(set) var watches: [Int64: SessionWatch] = [:]
    private let watched: [Int64]

    /// - Parameters:
    ///   - keptChains: How many of the newest chains are kept.
    ///   - watched: The numbers of the sessions that ought to go well.
    init(genesis: Chain, keptChains: Int = .max, watched: [Int64] = []) {
        chains = [genesis]
        self.keptChains = keptChains
        self.watched = watched
    }

    /// The chain after a block; nil when there is none yet, or not any more.
    func chain(at height: Height) -> Chain? {
        let place = Int(clamping: height - chains[0].height)
        return chains.indices.contains(place) ? chains[place] : nil
    }

    /// The sequence number of the last record.
    var lastSequence: Int { records.count }

    /// Notes a step and the world after it.
    ///
    /// - Parameter height: The last block's height at the step; the world's own when nil.
    mutating func note(_ world: World, _ output: StepOutput, at height: Height? = nil) {
        let height = height ?? world.chain.height
        for fact in output.facts {
            if case .transactionSent(let account, let hash) = fact { hashes[hash.hex] = account }
            append(Event(fact), height: height + 1, time: output.time)
        }
        if let block = output.block {
            for result in block.transactions {
                for event in result.events { append(event, height: block.height, time: block.time) }
                if let error = result.error { noteFailure(result, error, block) }
            }
            for event in block.events { append(event, height: block.height, time: block.time) }
            chains.append(world.chain)
            if chains.count > keptChains { chains.removeFirst(chains.count - keptChains) }
        }
        violations += output.violations
        for session in watched { watch(session, world, output) }
    }

    private mutating func watch(_ session: Int64, _ world: World, _ output: StepOutput) {
        guard let start = world.chain.start(ofSession: session), world.chain.height >= start else { return }
        watches[session, default: SessionWatch(start: start)].note(output, in: world)
    }

    /// What an invariant says outside of a step, after a revert.
    mutating func note(_ found: [InvariantViolation]) { violations += found }

    private mutating func noteFailure(_ result: TransactionResult, _ error: ChainError, _ block: Block) {
        let account = hashes[result.transactionHash.hex] ?? Self.unknownSender
        append(Event(failed: error, account: account), height: block.height, time: block.time)
        failures.append(
            FailedTransaction(account: account, height: block.height, sequence: lastSequence, error: error))
    }

    private mutating func append(_ event: Event, height: Height, time: Instant) {
        records.append(HistoryRecord(sequence: records.count + 1, height: height, time: time, event: event))
    }
}
