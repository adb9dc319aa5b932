public import Keys
import Shannon

/// The mined form of the last relays that were answered; older ones are in the tries of those who served them.
struct RecentRelays: Hashable, Codable, Sendable {
    private static let limit = 64

    private struct Entry: Hashable, Codable, Sendable {
        let hash: Bytes
        let relay: Bytes
    }

    private var entries: [Entry] = []
    private var next = 0

    /// Keeps a relay in place of the oldest; the id of its receipt.
    mutating func note(_ wire: Bytes, _ response: RelayResponse) -> String? {
        guard let request = try? RelayRequest(wire: wire) else { return nil }
        let (bytes, hash) = Relay(request: request, response: response).minedBytesAndHash()
        let entry = Entry(hash: hash, relay: bytes)
        if entries.count < Self.limit { entries.append(entry) } else { entries[next] = entry }
        next = (next + 1) % Self.limit
        return hash.hex
    }

    /// Looks for a place that there is not.
    func inspect(_ inspection: inout Inspection) {
        inspection.expect(entries.count, "entries", in: 0...Int64(Self.limit))
        inspection.expect(next, "next", in: 0...Int64(min(entries.count, Self.limit - 1)))
    }

    func relay(_ hash: Bytes) -> Bytes? { entries.first { $0.hash == hash }?.relay }
}

extension RecentRelays: IncrementalState {
    /// Those relays that an older state of it does not have.
    func changed(since old: RecentRelays) -> RecentRelays {
        var part = self
        part.entries = zip(entries, old.entries).filter { $0 != $1 }.map(\.0) + entries.dropFirst(old.entries.count)
        return part
    }

    mutating func complete(from whole: RecentRelays) { entries = whole.entries }
}

extension Gateway {
    /// One of the last answered relays in its mined form, by its hash.
    public func recentRelay(_ hash: Bytes) -> Bytes? { recent.relay(hash) }

    /// Issues the receipt that a closure makes with the gateway's public key.
    public func issue(_ make: (PublicKey) -> Receipt) -> Receipt { client.sealed(make) }
}
