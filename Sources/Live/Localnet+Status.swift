import Keys
import Onchain
import Shannon
import World

extension Localnet {
    /// The events from now on.
    ///
    /// - Parameter buffer: How many events may wait for a slow reader; the oldest are dropped beyond it, which the
    ///   numbers of the events show.
    public func events(buffer: Int = 16_384) -> AsyncStream<NetworkEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: NetworkEvent.self, bufferingPolicy: .bufferingNewest(max(1, buffer)))
        guard phase == .ready || phase == .running else {
            continuation.finish()
            return stream
        }
        let id = nextReader
        nextReader += 1
        readers[id] = continuation
        continuation.onTermination = { _ in
            Task { await self.forgetReader(id) }
        }
        return stream
    }

    private func forgetReader(_ id: UInt64) { readers[id] = nil }

    /// What the network looks like now.
    public func status() -> NetworkStatus {
        let chain = world.chain
        let shared = chain.sharedParams(at: chain.height)
        return NetworkStatus(
            chainID: world.spec.chainID,
            height: chain.height,
            blockHash: chain.lastBlockHash.hex,
            session: NetworkStatus.Session(
                number: shared.sessionNumber(at: chain.height), startHeight: shared.sessionStart(at: chain.height),
                endHeight: shared.sessionEnd(at: chain.height)),
            next: world.upcomingMoments().map {
                NetworkStatus.Upcoming(moment: $0.moment.description, height: $0.height)
            },
            snapshots: timeline.shelf.entries.map(\.name),
            supply: chain.bank.supply,
            now: now.nanoseconds,
            pace: pace.description,
            isRunning: phase == .running,
            outstandingJobs: jobs.count,
            waitingClients: clients.count,
            inputs: lastSequence,
            journalHash: world.journalHash.hex,
            accounts: world.accounts().map {
                NetworkStatus.Account(name: $0.name, address: $0.address.rawValue, role: $0.role)
            })
    }
}
