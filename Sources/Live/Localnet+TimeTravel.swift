import Keys
import Offchain
import Onchain
import Shannon
public import World

extension Localnet {
    /// The most snapshots that are kept at once: each is a whole world, in memory and in every checkpoint.
    public static let mostSnapshots = 100
    /// The longest name of a snapshot, in characters.
    public static let longestSnapshotName = 100
    /// A character may have any number of parts, and a name goes into a URL: its most bytes.
    private static let mostSnapshotNameBytes = 4 * longestSnapshotName

    /// The snapshots by name, ascending.
    public var snapshots: [SnapshotShelf.Entry] { timeline.shelf.entries }

    /// Keeps the present world under a name, in place of an earlier snapshot of that name; returns once that is durable.
    ///
    /// - Throws: `TravelError` when the name cannot be one, or when there are as many snapshots as there may be.
    public func saveSnapshot(_ name: String) async throws {
        guard phase == .running else { throw failure ?? .notRunning }
        try Self.check(snapshotName: name)
        guard timeline.shelf.contains(name) || timeline.shelf.count < Self.mostSnapshots else {
            throw TravelError.tooManySnapshots(Self.mostSnapshots)
        }
        let instant = now
        let outputs = try timeline.take(.save(name), at: instant)
        try await untilDurable(note(.save(name), at: instant, outputs, .saved(name)))
    }

    /// Refuses what no snapshot can be called: nothing, too much, what does not print, spaces around it.
    public static func check(snapshotName name: String) throws(TravelError) {
        guard (1...longestSnapshotName).contains(name.count) else {
            throw .badName(name, found: "\(name.count) characters")
        }
        guard name.utf8.count <= mostSnapshotNameBytes else {
            throw .badName(name, found: "\(name.utf8.count) bytes")
        }
        let unprintable: [Unicode.GeneralCategory] = [.control, .lineSeparator, .paragraphSeparator]
        if let scalar = name.unicodeScalars.first(where: { unprintable.contains($0.properties.generalCategory) }) {
            throw .badName(name, found: "U+\(String(scalar.value, radix: 16, uppercase: true)), which does not print,")
        }
        guard name.first?.isWhitespace == false, name.last?.isWhitespace == false else {
            throw .badName(name, found: "a space at an end")
        }
    }

    /// Drops a snapshot; returns once that is durable.
    ///
    /// - Throws: `SnapshotError` with the names that there are.
    public func removeSnapshot(_ name: String) async throws {
        guard phase == .running else { throw failure ?? .notRunning }
        let instant = now
        let outputs = try timeline.take(.remove(name), at: instant)
        try await untilDurable(note(.remove(name), at: instant, outputs, .removed(name)))
    }

    /// Goes back to a snapshot, with its time, its randomness and its relays in flight, and goes on from there; returns
    /// once that is durable.
    ///
    /// A client that waits for its whole answer goes on waiting when the snapshot holds its request; every other client
    /// is told that its request is gone. The snapshot stays, and so do those that were taken later.
    ///
    /// - Throws: `SnapshotError` with the names that there are; `TravelError` when an invariant does not hold there.
    public func revert(to name: String) async throws {
        guard phase == .running else { throw failure ?? .notRunning }
        let snapshot = try timeline.shelf.world(named: name)
        // The check may take a while; meanwhile the network goes on, and the shelf may change.
        if let violation = await Task.detached(operation: { snapshot.violations().first }).value {
            throw TravelError.broken("snapshot '\(name)'", violation)
        }
        guard phase == .running else { throw failure ?? .notRunning }
        let left = now
        let input = TimelineInput.revert(name, lead: lead(into: try timeline.shelf.world(named: name)))
        _ = try timeline.take(input, at: left)
        let sequence = note(input, at: left, [], .reverted(name))
        arrive(keepsRequests: true, reason: "the network went back to the snapshot '\(name)'")
        try await untilDurable(sequence)
    }

    /// The present world for a file.
    ///
    /// - Throws: `StateFileError` never for a world of a running network.
    public func dump() async throws -> StateFile {
        let world = world
        return try await Task.detached { try StateFile(world) }.value
    }

    /// Goes over to the world of a file, and goes on from there; returns once that is durable.
    ///
    /// Every client that waits is told that its request is gone; snapshots stay.
    ///
    /// - Throws: `StateFileError` when the file is of another network or version, or its world breaks an invariant.
    public func load(_ file: StateFile) async throws {
        guard phase == .running else { throw failure ?? .notRunning }
        let spec = world.spec
        let loaded = try await Task.detached { try file.open(for: spec) }.value
        guard phase == .running else { throw failure ?? .notRunning }
        let left = now
        let lead = lead(into: loaded)
        timeline.arrive(at: loaded, lead: lead)
        let sequence = note(.load(world: file.world, lead: lead), at: left, [], .loaded)
        arrive(keepsRequests: false, reason: "the network went over to a state from a file")
        try await untilDurable(sequence)
    }

    private func lead(into world: World) -> Span {
        NetworkClock.lead(clock.pacer, genesisUnixSeconds: world.spec.genesisUnixSeconds, at: world.now)
    }

    /// Writes down what was done to the timeline, and tells those who watch.
    @discardableResult
    func note(
        _ input: TimelineInput, at instant: Instant, _ outputs: [StepOutput], _ travel: Travel? = nil
    ) -> UInt64 {
        lastSequence += 1
        unwritten.append(
            JournalEntry(sequence: lastSequence, instant: instant, input: input, journalHash: world.journalHash))
        handle(outputs)
        if let travel {
            deferred.append(
                Deferred(
                    sequence: lastSequence, output: StepOutput(), world: readers.isEmpty ? nil : world, travel: travel))
        }
        write()
        return lastSequence
    }

    /// Goes on in the world that the timeline has gone to: whatever waits outside belongs to the one that was left.
    private func arrive(keepsRequests: Bool, reason: String) {
        clock = NetworkClock(
            pacer: clock.pacer, genesisUnixSeconds: world.spec.genesisUnixSeconds, lead: timeline.lead,
            reached: world.now)
        nextRequestID = max(nextRequestID, timeline.freeClientRequestID)
        for job in jobs.keys.sorted() { stop(job) }
        for job in world.outstandingJobs { submit(job) }
        dropClients(keepsRequests: keepsRequests, reason: reason)
        giveUpAdvances(TravelError.wentElsewhere(reason))
        lastBlock = world.chain.time
        beat = nil
        hasNewsForBlock = true
        lastCheckpointHeight = world.chain.height
        keepReceipts(world.rememberedReceipts)
        resetTimer()
        setTimer()
        // A world from elsewhere or from before says nothing of whom this run lets in.
        for gateway in configured { configure(gateway) }
    }

    private func dropClients(keepsRequests: Bool, reason: String) {
        // Their answers are there and wait for the disk.
        let answered = Set(deferred.flatMap { $0.output.responses.map(\.id) })
        let gone = OpenAIError(
            status: 503, message: "Your request is gone, because \(reason). Send it again.", type: "server_error",
            code: "network_reverted"
        ).response
        for id in clients.keys.sorted() where !answered.contains(id) {
            // What a stream has sent already cannot be taken back, and the answer may now become another.
            if keepsRequests, case .waiting? = clients[id], world.holds(clientRequest: id) { continue }
            clients.removeValue(forKey: id)?.end(gone)
        }
    }
}
