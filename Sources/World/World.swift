public import Keys
public import Offchain
public import Onchain
public import Shannon

/// The whole network as one value: chain, participants, messages under way, time, randomness and journal.
///
/// A copy is a snapshot, an assignment is a revert. Nothing in it awaits, reads a clock or depends on hash order:
/// the same spec and the same inputs at the same instants give the same world, bit for bit.
public struct World: Equatable, Codable, Sendable {
    public private(set) var spec: NetworkSpec
    /// The time of the last step or input.
    public private(set) var now = Instant.genesis
    public internal(set) var chain: Chain
    public internal(set) var applications = SortedMap<String, ApplicationClient>()
    public internal(set) var gateways = SortedMap<String, Gateway>()
    public internal(set) var suppliers = SortedMap<String, Supplier>()
    /// The keys of all named accounts.
    private(set) var keyring: Keyring

    var queue = EnvelopeQueue()
    private var timers = TimerQueue()
    private var nextSequence: UInt64 = 0
    /// What is at fault now.
    var faults: FaultState
    /// Channels that have carried a message.
    public private(set) var channels = SortedMap<Channel.Ends, Channel>()
    /// Transactions that wait for the next block.
    var mempool: [Transaction] = []
    /// Jobs that were handed to the driver and whose ends have not come back.
    private var jobs = SortedMap<UInt64, InferenceJob>()
    public internal(set) var journal: Journal
    var ledger = RelayLedger()
    /// Mined relays that R2 has not looked at yet.
    var uncheckedRelays: [MinedRelay] = []
    /// What receipts are made of.
    var receipts: ReceiptBook
    var encodingCheck = EncodingCheck()
    /// The id for the next client request from outside.
    public private(set) var nextClientRequestID: UInt64 = 1

    /// Builds the network of a spec, at height 0.
    ///
    /// - Throws: `SpecError` when names, amounts or parameters do not fit together.
    public init(spec: NetworkSpec) throws(SpecError) {
        guard spec.signatures == .real else {
            throw SpecError(
                field: "signatures", problem: "expected real ones; stand-ins prove nothing and are for the fuzzer only")
        }
        try self.init(fuzzing: spec)
    }

    /// Builds the network of a spec whose signatures may be stand-ins; for the fuzzer and for nobody else.
    ///
    /// - Throws: `SpecError` when names, amounts or parameters do not fit together.
    public init(fuzzing spec: NetworkSpec) throws(SpecError) {
        let founding = try Founding(spec: spec)
        self.spec = spec
        chain = founding.chain
        keyring = founding.keyring
        applications = founding.applications
        gateways = founding.gateways
        suppliers = founding.suppliers
        journal = Journal(spec: spec)
        receipts = ReceiptBook(limit: spec.rememberedRelays)
        faults = FaultState(seed: spec.seed)
    }

    /// When the next envelope arrives or the next timer goes off; nil when there is none.
    public var nextEnvelopeTime: Instant? { firstDue?.time }
    /// What is due first of envelopes and timers.
    private var firstDue: TimerQueue.Due? {
        guard let (time, sequence) = queue.firstDue else { return timers.first }
        let first = TimerQueue.Due(time: time, sequence: sequence)
        return timers.first.map { min($0, first) } ?? first
    }
    /// How many envelopes are under way and timers set.
    public var queueCount: Int { queue.count + timers.count }
    /// Who has crashed and not started again, in a fixed order.
    public var crashed: [Party] { faults.down }
    /// The faults of channels, by scope.
    public var channelFaults: SortedMap<Channel.Scope, ChannelFault> { faults.channels }
    /// How many times as long some suppliers' backends take, by name.
    public var slowSuppliers: SortedMap<String, UInt32> { faults.slowness }
    /// Jobs whose ends a driver still has to bring; after a restart it runs them again.
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
        while let next = nextEnvelopeTime, next <= instant, let output = step() {
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
            enqueue(.inferenceProgress(chunk), from: .outside, to: .supplier(job.supplier), at: slowed(time, of: job))
        case .inferenceEnded(let outcome):
            guard let job = jobs[outcome.jobID] else { return }
            jobs[outcome.jobID] = nil
            let end = slowed(time, of: job)
            enqueue(.inferenceEnded(outcome), from: .outside, to: .supplier(job.supplier), at: end)
        case .makeBlock:
            enqueue(.makeBlock, from: .outside, to: .chain, at: time)
        case .ask(let application, let workload):
            enqueue(.ask(workload), from: .outside, to: .application(application), at: time)
        case .keys(let gateway, let command):
            enqueue(.keyCommand(command), from: .outside, to: .gateway(gateway), at: time)
        case .settings(let gateway, let settings):
            enqueue(.settings(settings), from: .outside, to: .gateway(gateway), at: time)
        case .transaction(let transaction):
            enqueue(.transaction(transaction), from: .outside, to: .chain, at: time)
        case .intervene(let intervention):
            enqueue(.intervention(intervention), from: .outside, to: .outside, at: time)
        }
    }

    /// The end of a job whose supplier takes several times as long.
    private func slowed(_ end: Instant, of job: InferenceJob) -> Instant {
        guard let factor = faults.slowness[job.supplier] else { return end }
        let (span, overflow) = end.since(job.started).nanoseconds.multipliedReportingOverflow(by: Int64(factor))
        return max(now, job.started.advanced(by: Span(nanoseconds: overflow ? .max : span)))
    }

    /// The next envelope, or the next timer as an envelope of its party to itself.
    private mutating func takeNext() -> Envelope? {
        guard let timer = timers.first else { return queue.removeFirst() }
        if let first = queue.firstDue,
            first.time != timer.time ? first.time < timer.time : first.sequence < timer.sequence
        {
            return queue.removeFirst()
        }
        guard let (due, timer) = timers.removeFirst() else { return nil }
        return Envelope(
            time: due.time, sequence: due.sequence, from: timer.party, to: timer.party,
            content: .message(.timeout(timer.id)))
    }

    /// Delivers the next envelope or timer; nil when there is none.
    public mutating func step() -> StepOutput? {
        guard let envelope = takeNext() else { return nil }
        var output = StepOutput()
        // A copy of the chain costs some reference counts, and only a block changes it.
        let before = envelope.content == .message(.makeBlock) ? chain : nil
        if envelope.time < now { output.violations.append(.timeWentBack(from: now, to: envelope.time)) }
        if let next = firstDue, next < TimerQueue.Due(time: envelope.time, sequence: envelope.sequence) {
            output.violations.append(.outOfOrder(envelope.sequence, before: next.sequence))
        }
        now = max(now, envelope.time)
        output.time = now
        channels.update(Channel.Ends(from: envelope.from, to: envelope.to)) { $0.underWay -= 1 }
        // What happened is that the signed relay arrived, so the journal has that.
        let arrived = signed(envelope)
        switch arrived.content {
        case .message(let message):
            let effects =
                faults.isDown(arrived.to)
                ? refuse(message, from: arrived.from) : deliver(message, arrived, &output)
            for effect in effects { perform(effect, of: arrived.to, &output) }
        case .intervention(let intervention):
            intervene(intervention, &output)
        case .relay: break
        }
        journal.append(arrived, output)
        if output.block != nil, let before { output.violations += violationsAfterBlock(before: before) }
        return output
    }

    /// Hands an envelope to its receiver, which changes only itself.
    private mutating func deliver(
        _ message: PartyMessage, _ envelope: Envelope, _ output: inout StepOutput
    ) -> [Effect] {
        let (sender, now) = (envelope.from, now)
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
            noteProgress(message, to: envelope.to)
            return gateways.update(name) { $0.receive(message, from: sender, now: now, chain: view) } ?? []
        case .supplier(let name):
            return suppliers.update(name) { $0.receive(message, from: sender, now: now, chain: view) } ?? []
        }
    }

    mutating func perform(_ effect: Effect, of party: Party, _ output: inout StepOutput) {
        switch effect {
        case .send(let receiver, let message):
            let due = send(.message(message), from: party, to: receiver)
            if let due, case .relayResponse(_, let wire) = message, case .supplier(let name) = party,
                let key = suppliers[name]?.publicKey
            {
                output.signatureWork.append(SignatureWork(subject: .response(wire, by: key), due: due))
            }
        case .relay(let receiver, let relay):
            if let due = send(.relay(relay), from: party, to: receiver), let client = relayClient(of: party) {
                output.signatureWork.append(SignatureWork(subject: .relay(relay, by: client), due: due))
            }
        case .wake(let span, let id):
            let due = TimerQueue.Due(time: now.advanced(by: span), sequence: nextSequence)
            timers.set(TimerQueue.Timer(party: party, id: id), due: due)
            nextSequence += 1
        case .cancel(let id): timers.cancel(TimerQueue.Timer(party: party, id: id))
        case .infer(let job):
            jobs[job.id] = job
            output.jobs.append(job)
        case .stop(let job):
            jobs[job] = nil
            output.stoppedJobs.append(job)
        case .report(let fact):
            output.facts.append(fact)
            output.violations += violations(of: fact, by: party)
        }
    }

    /// Sends a message over its channel; a relay that finds the channel full bounces.
    ///
    /// - Returns: When it arrives, at first; nil when it does not.
    @discardableResult
    private mutating func send(_ content: Envelope.Content, from sender: Party, to receiver: Party) -> Instant? {
        let ends = Channel.Ends(from: sender, to: receiver)
        let (now, fault) = (now, faults.fault(on: ends))
        let fresh = Channel(latency: spec.latency, capacity: spec.channelCapacity)
        if case .relay(let relay) = content, channels[ends]?.isFull ?? false {
            channels[ends, default: fresh].bounced += 1
            // It comes from the sender's own end of the channel, so no channel carries it.
            enqueue(.bounced(exchange: relay.exchange, .full), from: sender, to: sender, at: now)
            return nil
        }
        guard let fault else {
            // Nearly every message: one look at the channel.
            let arrival = Self.depart(&channels[ends, default: fresh], at: now)
            enqueue(content, from: sender, to: receiver, at: arrival)
            return arrival
        }
        var channel = channels[ends] ?? fresh
        let arrivals = faults.arrivals(of: fault, after: channel.latency, now: now, channel: &channel)
        channel.underWay += arrivals.count
        channels[ends] = channel
        for arrival in arrivals { enqueue(content, from: sender, to: receiver, at: arrival) }
        return arrivals.min()
    }

    /// Takes a message over a sound channel and says when it arrives.
    private static func depart(_ channel: inout Channel, at now: Instant) -> Instant {
        channel.underWay += 1
        return channel.inOrder(now.advanced(by: channel.latency))
    }

    mutating func enqueue(_ message: PartyMessage, from sender: Party, to receiver: Party, at time: Instant) {
        enqueue(.message(message), from: sender, to: receiver, at: time)
    }

    private mutating func enqueue(
        _ content: Envelope.Content, from sender: Party, to receiver: Party, at time: Instant
    ) {
        queue.insert(Envelope(time: time, sequence: nextSequence, from: sender, to: receiver, content: content))
        nextSequence += 1
    }

    /// Whether a client's request from outside, or the answer to it, is somewhere in here.
    public func holds(clientRequest id: UInt64) -> Bool {
        if gateways.values.contains(where: { $0.isOpen(id) }) { return true }
        return queue.contains { envelope in
            switch envelope.content {
            case .message(.clientRequest(let request)): envelope.from == .outside && request.id == id
            case .message(.clientResponse(let response)): envelope.to == .outside && response.id == id
            default: false
            }
        }
    }

    /// Whether the signal for a block is under way.
    var isBlockUnderWay: Bool { queue.contains { $0.content == .message(.makeBlock) } }

    /// Whether the next thing to happen is another than a block.
    var nextIsNoBlock: Bool {
        guard let first = queue.first else { return timers.count > 0 }
        return first.content != .message(.makeBlock) || timers.first.map { $0.time < first.time } ?? false
    }

    /// What somebody gets who sends to a process that does not run.
    private func refuse(_ message: PartyMessage, from sender: Party) -> [Effect] {
        switch message {
        case .relayRequest(let exchange, _): return [.send(to: sender, .bounced(exchange: exchange, .down))]
        case .clientRequest(let request):
            let response = OpenAIError.unavailable("The gateway is down.").response
            return [.send(to: sender, .clientResponse(ClientResponse(id: request.id, http: response)))]
        default: return []
        }
    }

    /// The envelope with the signed request in it, if it carries a relay.
    private func signed(_ envelope: Envelope) -> Envelope {
        guard case .relay(let relay) = envelope.content, let client = relayClient(of: envelope.from) else {
            return envelope
        }
        return envelope.carrying(
            .message(.relayRequest(exchange: relay.exchange, wire: client.sign(relay))))
    }

    /// Who signs the relays of a party.
    private func relayClient(of party: Party) -> RelayClient? {
        switch party {
        case .gateway(let name): gateways[name]?.client
        case .application(let name): applications[name]?.client
        case .supplier, .chain, .outside: nil
        }
    }

    /// Looks for envelopes, timers and jobs that no history leaves behind.
    func inspectQueues(_ inspection: inout Inspection) {
        inspection.expect(now >= chain.time, "now", "a moment after the last block", found: "\(now.nanoseconds) ns")
        inspection.count(nextSequence, "next_sequence")
        inspection.expect(queue.isHeap, "queue", "envelopes by time and sequence", found: "some out of order")
        inspection.expect(timers.isWhole, "timers", "each once by time and once by its party", found: "others")
        if let next = nextEnvelopeTime {
            inspection.expect(
                next >= now, "queue", "nothing before \(now.nanoseconds) ns", found: "\(next.nanoseconds) ns")
        }
        let sequences = (queue.sequences + timers.sequences).sorted()
        let highest = sequences.last ?? 0
        inspection.expect(
            sequences.isEmpty || highest < nextSequence, "queue", "sequences below \(nextSequence)", found: "\(highest)"
        )
        let twice = zip(sequences, sequences.dropFirst()).first { $0 == $1 }?.0
        inspection.expect(twice == nil, "queue", "each sequence once", found: "\(twice ?? 0) twice")
        for (id, job) in jobs { inspection.expect(id == job.id, "job \(id)", "its own id", found: "\(job.id)") }
    }

    /// Ends a participant's process: its timers go with it.
    mutating func stopTimers(of party: Party) { timers.cancelAll(of: party) }
}

extension World: StateOfStores {
    /// An encoding is made entry by entry, so what a changed part survives, the world does whose rest has survived before.
    public static let stores: [StateStore<World>] = [
        StateStore(\.spec), StateStore(\.keyring), StateStore(\.chain), StateStore(each: \.applications),
        StateStore(each: \.gateways),
        // Every block is told to every supplier; one to which nothing else happened is looked at with the whole.
        StateStore(each: \.suppliers, unless: { $0.hasOnlyWaited(since: $1) }),
        StateStore(\.channels), StateStore(\.ledger), StateStore(\.receipts),
    ]
}

extension NetworkSpec: IncrementalState {
    /// A network's spec does not change.
    public func changed(since old: NetworkSpec) -> NetworkSpec { self == old ? NetworkSpec() : self }
    public mutating func complete(from whole: NetworkSpec) { self = whole }
}
