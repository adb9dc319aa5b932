import Offchain
import Onchain
import Shannon
import World

extension Localnet {
    /// Writes what is unwritten, in groups: everything that comes in during one write makes up the next.
    func write() {
        if !isWriting, !unwritten.isEmpty || checkpoint != nil {
            isWriting = true
            Task { await writeGroups() }
        }
        deliver()
    }

    private func writeGroups() async {
        while !unwritten.isEmpty || checkpoint != nil {
            // Where many wait, they wait a little longer and make one large group of many small ones.
            if clients.count >= Self.manyClients { try? await Task.sleep(for: .milliseconds(1)) }
            guard failure == nil else { return }
            let group = unwritten
            let checkpoint = checkpoint
            unwritten = []
            self.checkpoint = nil
            do { try await store.append(group, checkpoint: checkpoint) } catch { return fail(error) }
            if let last = group.last { durableSequence = last.sequence }
            deliver()
            makeCheckpointIfDue()
        }
        isWriting = false
        resumeIdleWaiters()
    }

    /// Lets out every output whose inputs are durable: first to those who watch, then to those who wait.
    private func deliver() {
        let count = deferred.prefix { $0.sequence <= durableSequence }.count
        let ready = deferred.prefix(count)
        deferred.removeFirst(count)
        for item in ready {
            eventCount += 1
            let event = NetworkEvent(
                number: eventCount, output: item.output, world: item.world, travel: item.travel)
            for reader in readers.values { reader.yield(event) }
            for chunk in item.output.chunks { clients[chunk.id]?.take(chunk) }
            keepReceipts(item.output.receipts)
            for response in item.output.responses { clients.removeValue(forKey: response.id)?.end(response.http) }
        }
        guard durabilityWaiters.contains(where: { $0.sequence <= durableSequence }) else { return }
        let waiters = durabilityWaiters
        durabilityWaiters = waiters.filter { $0.sequence > durableSequence }
        for waiter in waiters where waiter.sequence <= durableSequence { waiter.continuation.resume() }
    }

    /// Returns once an input is durable.
    func untilDurable(_ sequence: UInt64) async throws {
        if let failure { throw failure }
        guard sequence > durableSequence else { return }
        try await withCheckedThrowingContinuation { durabilityWaiters.append((sequence, $0)) }
    }

    func makeCheckpointIfDue() {
        guard phase == .running else { return }
        let inputs = lastSequence - lastCheckpointSequence
        let least = min(UInt64(lastCheckpointSize / Self.checkpointBytesPerInput), Self.mostInputsPerCheckpoint)
        guard
            inputs >= least,
            inputs >= Self.inputsPerCheckpoint
                || world.chain.height - lastCheckpointHeight >= Self.blocksPerCheckpoint
        else { return }
        // Once these are written this is asked again.
        guard !hasUnkeptReceipts else { return }
        makeCheckpoint()
    }

    /// Encodes the world beside the actor and has it written with the next group.
    ///
    /// Every input that the checkpoint contains is in an earlier group or in the same one.
    func makeCheckpoint() {
        guard !isEncoding, phase == .running || phase == .stopped else { return }
        isEncoding = true
        lastCheckpointHeight = world.chain.height
        lastCheckpointSequence = lastSequence
        let (timeline, sequence) = (timeline, lastSequence)
        Task {
            let bytes = await Task.detached { timeline.encoded() }.value
            isEncoding = false
            // After a gap in the journal nothing may follow.
            guard failure == nil else { return resumeIdleWaiters() }
            lastCheckpointSize = bytes.count
            checkpoint = Checkpoint(
                sequence: sequence, height: timeline.world.chain.height, timeline: bytes,
                journalHash: timeline.world.journalHash)
            write()
            resumeIdleWaiters()
        }
    }

    /// Returns once nothing is being written or encoded.
    func untilIdle() async {
        while isWriting || isEncoding || isKeepingReceipts {
            await withCheckedContinuation { idleWaiters.append($0) }
        }
    }

    func resumeIdleWaiters() {
        guard !isWriting, !isEncoding, !isKeepingReceipts else { return }
        let waiters = idleWaiters
        idleWaiters = []
        for waiter in waiters { waiter.resume() }
    }
}
