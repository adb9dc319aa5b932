import Offchain
import Onchain
public import Shannon
public import World

extension Localnet {
    /// Begins to make blocks and to answer.
    ///
    /// A new network makes its first block here, at any pace: there is no session at height 0, so nothing could be
    /// relayed before. Jobs that a former run left unfinished start again.
    ///
    /// - Parameter gateways: How these gateways treat relays and whom they let in from now on, whatever they did before.
    /// - Throws: `LiveError` when the network was started before, or its first block cannot be written down.
    public func start(configuring gateways: [GatewaySpec] = []) async throws {
        guard phase == .ready else { throw LiveError.notRunning }
        phase = .running
        readReports()
        // What was due while nothing ran happens now: relays of the former run time out as they would have.
        handle(world.advance(to: now))
        for job in world.outstandingJobs where jobs[job.id] == nil { submit(job) }
        lastBlock = now
        // Before anybody can ask.
        configured = gateways
        for gateway in gateways { configure(gateway) }
        write()
        setTimer()
        // Also those of a world that was begun with a copy of another one; what is kept already is not written again.
        keepReceipts(world.rememberedReceipts)
        if world.chain.height == 0 { try await makeBlock() }
    }

    /// Makes a block now, at any pace; returns once it is durable.
    @discardableResult
    public func makeBlock() async throws -> Block {
        guard phase == .running else { throw failure ?? .notRunning }
        let (outputs, sequence) = take(.makeBlock)
        try await untilDurable(sequence)
        // The signal's envelope is due at once, so its block is among the outputs.
        guard let block = outputs.last(where: { $0.block != nil })?.block else { throw LiveError.notRunning }
        return block
    }

    /// Stops the network: refuses new inputs, writes down what it has, gives the state back.
    ///
    /// Clients that still wait get 503; jobs under way start again with the next run.
    public func stop() async {
        guard phase != .stopped else { return await untilEnded() }
        if failure == nil { phase = .stopped }
        timer?.cancel()
        timer = nil
        timerDue = nil
        keepReceipts()
        await untilIdle()
        if phase == .stopped {
            makeCheckpoint()
            await untilIdle()
        }
        await store.close()
        hasEnded = true
        end()
    }

    /// Returns when the network has stopped; throws what broke it.
    public func ended() async throws {
        await untilEnded()
        if let failure { throw failure }
    }

    private func untilEnded() async {
        guard !hasEnded else { return }
        await withCheckedContinuation { endWaiters.append($0) }
    }

    /// What broke the network; nil while all is well.
    public var failure: LiveError? {
        if case .failed(let error) = phase { error } else { nil }
    }

    /// Whether requests are answered.
    public var isRunning: Bool { phase == .running }

    /// Ends the network because its inputs cannot be written down: nothing more may be answered.
    func fail(_ error: any Error) {
        phase = .failed(.notDurable(reason: "\(error)"))
        hasEnded = true
        timer?.cancel()
        timer = nil
        isWriting = false
        unwritten = []
        checkpoint = nil
        deferred = []
        receiptNews = []
        end()
    }

    /// Lets go of everybody who waits.
    private func end() {
        let response = Self.refusal(failure)
        reportReader?.cancel()
        reporter.finish()
        for id in clients.keys.sorted() { clients.removeValue(forKey: id)?.end(response) }
        for waiter in durabilityWaiters { waiter.continuation.resume(throwing: failure ?? .notRunning) }
        durabilityWaiters = []
        for waiter in endWaiters { waiter.resume() }
        endWaiters = []
        giveUpAdvances(failure ?? .notRunning)
        for reader in readers.values { reader.finish() }
        readers = [:]
        resumeIdleWaiters()
    }
}
