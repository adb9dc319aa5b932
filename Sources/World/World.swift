public import Keys
public import Offchain
public import Onchain
public import Shannon

/// The whole network as one value: chain, participants, messages under way, time, randomness and journal.
///
/// A copy is a snapshot, an assignment is a revert. Nothing in it awaits, reads a clock or depends on hash order:
/// the same spec and the same inputs at the same instants give the same world, bit for bit.
public struct World: Equatable, Codable, Sendable {
    public let spec: NetworkSpec
    /// The time of the last step or input.
    public private(set) var now = Instant.genesis
    public internal(set) var chain: Chain
    public internal(set) var applications = SortedMap<String, ApplicationClient>()
    public internal(set) var gateways = SortedMap<String, Gateway>()
    public internal(set) var suppliers = SortedMap<String, Supplier>()
    /// The keys of all named accounts.
    let keyring: Keyring

    private var queue = EnvelopeQueue()
    private var nextSequence: UInt64 = 0
    /// Channels that have carried a message.
    public private(set) var channels = SortedMap<Channel.Ends, Channel>()
    /// Transactions that wait for the next block.
    var mempool: [Transaction] = []
    /// Jobs that were handed to the driver and have not come back.
    private var jobs = SortedMap<UInt64, InferenceJob>()
    public internal(set) var journal: Journal
    var ledger = RelayLedger()
    /// The id for the next client request from outside.
    public private(set) var nextClientRequestID: UInt64 = 1

    /// Builds the network of a spec, at height 0.
    ///
    /// - Throws: `SpecError` when names, amounts or parameters do not fit together.
    public init(spec: NetworkSpec) throws(SpecError) {
        let founding = try Founding(spec: spec)
        self.spec = spec
        chain = founding.chain
        keyring = founding.keyring
        applications = founding.applications
        gateways = founding.gateways
        suppliers = founding.suppliers
        journal = Journal(spec: spec)
    }

    /// When the next envelope arrives; nil when none is under way.
    public var nextEnvelopeTime: Instant? { queue.first?.time }
    /// How many envelopes are under way.
    public var queueCount: Int { queue.count }
    /// Jobs that a driver must run again after a restart.
    public var outstandingJobs: [InferenceJob] { jobs.values }
    /// The running hash over everything that happened, 32 bytes.
    public var journalHash: Bytes { journal.hash }
    /// How many steps the journal covers.
    public var journalCount: UInt64 { journal.count }
}

extension World {
    /// Takes an input at an instant: first everything due until then happens, then the input and what follows at once.
    public mutating func accept(_ input: Input, at instant: Instant) -> [StepOutput] {
        var outputs = advance(to: instant)
        schedule(input, at: instant)
        outputs += advance(to: instant)
        return outputs
    }

    /// Lets everything happen that is due until an instant.
    public mutating func advance(to instant: Instant) -> [StepOutput] {
        var outputs: [StepOutput] = []
        while let next = queue.first, next.time <= instant, let output = step() {
            if !output.isEmpty { outputs.append(output) }
        }
        now = max(now, instant)
        return outputs
    }

    /// Puts an input into the queue for an instant that has not passed.
    public mutating func schedule(_ input: Input, at instant: Instant) {
        let time = max(now, instant)
        switch input {
        case .clientRequest(let gateway, let request):
            nextClientRequestID = max(nextClientRequestID, request.id &+ 1)
            enqueue(.clientRequest(request), from: .outside, to: .gateway(gateway), at: time)
        case .clientGone(let gateway, let request):
            enqueue(.clientGone(request: request), from: .outside, to: .gateway(gateway), at: time)
        case .inferenceProgress(let chunk):
            guard let job = jobs[chunk.jobID] else { return }
            enqueue(.inferenceProgress(chunk), from: .outside, to: .supplier(job.supplier), at: time)
        case .inferenceEnded(let outcome):
            guard let job = jobs[outcome.jobID] else { return }
            enqueue(.inferenceEnded(outcome), from: .outside, to: .supplier(job.supplier), at: time)
        case .makeBlock:
            enqueue(.makeBlock, from: .outside, to: .chain, at: time)
        case .ask(let application, let workload):
            enqueue(.ask(workload), from: .outside, to: .application(application), at: time)
        case .keys(let gateway, let command):
            enqueue(.keyCommand(command), from: .outside, to: .gateway(gateway), at: time)
        case .transaction(let transaction):
            enqueue(.transaction(transaction), from: .outside, to: .chain, at: time)
        }
    }

    /// Delivers the next envelope; nil when none is under way.
    public mutating func step() -> StepOutput? {
        guard let envelope = queue.removeFirst() else { return nil }
        var output = StepOutput()
        if envelope.time < now { output.violations.append(.timeWentBack(from: now, to: envelope.time)) }
        now = max(now, envelope.time)
        output.time = now
        channels.update(Channel.Ends(from: envelope.from, to: envelope.to)) { $0.underWay -= 1 }
        if case .inferenceEnded(let outcome) = envelope.message { jobs[outcome.jobID] = nil }
        let effects = deliver(envelope, &output)
        for effect in effects { perform(effect, of: envelope.to, &output) }
        journal.append(envelope, output)
        if output.block != nil { output.violations += violationsAfterBlock() }
        return output
    }

    /// Hands an envelope to its receiver, which changes only itself.
    private mutating func deliver(_ envelope: Envelope, _ output: inout StepOutput) -> [Effect] {
        let (message, sender, now) = (envelope.message, envelope.from, now)
        // A copy of the chain costs a few reference counts and is gone before the chain changes.
        let view = chain
        switch envelope.to {
        case .chain:
            return chainReceives(message, &output)
        case .outside:
            if case .clientChunk(let chunk) = message { output.chunks.append(chunk) }
            if case .clientResponse(let response) = message { output.responses.append(response) }
            return []
        case .application(let name):
            return applications.update(name) { $0.receive(message, from: sender, now: now, chain: view) } ?? []
        case .gateway(let name):
            return gateways.update(name) { $0.receive(message, from: sender, now: now, chain: view) } ?? []
        case .supplier(let name):
            return suppliers.update(name) { $0.receive(message, from: sender, now: now, chain: view) } ?? []
        }
    }

    private mutating func perform(_ effect: Effect, of party: Party, _ output: inout StepOutput) {
        switch effect {
        case .send(let receiver, let message): send(message, from: party, to: receiver)
        case .wake(let span, let id):
            enqueue(.timeout(id), from: party, to: party, at: now.advanced(by: span))
        case .cancel: break
        case .infer(let job):
            jobs[job.id] = job
            output.jobs.append(job)
        case .stop(let job):
            jobs[job] = nil
            output.stoppedJobs.append(job)
        case .report(let fact):
            output.facts.append(fact)
            output.violations += ledger.record(fact, by: party, now: now)
            if case .relayMined(let mined) = fact { output.violations += violations(ofMined: mined) }
        }
    }

    /// Sends a message over its channel; a relay that finds the channel full bounces.
    private mutating func send(_ message: PartyMessage, from sender: Party, to receiver: Party) {
        let ends = Channel.Ends(from: sender, to: receiver)
        let fresh = Channel(latency: spec.latency, capacity: spec.channelCapacity)
        let (isFull, latency) = (channels[ends]?.isFull ?? false, channels[ends]?.latency ?? fresh.latency)
        if isFull, case .relayRequest(let exchange, _) = message {
            channels[ends, default: fresh].bounced += 1
            enqueue(.bounced(exchange: exchange), from: receiver, to: sender, at: now)
        } else {
            channels[ends, default: fresh].underWay += 1
            enqueue(message, from: sender, to: receiver, at: now.advanced(by: latency))
        }
    }

    mutating func enqueue(_ message: PartyMessage, from sender: Party, to receiver: Party, at time: Instant) {
        queue.insert(Envelope(time: time, sequence: nextSequence, from: sender, to: receiver, message: message))
        nextSequence += 1
    }
}
