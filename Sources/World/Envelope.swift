public import Offchain
public import Shannon

/// A message under way from one party to another.
public struct Envelope: Hashable, Codable, Sendable {
    /// What it carries.
    public enum Content: Hashable, Codable, Sendable {
        case message(PartyMessage)
        /// A relay request, which is signed when it arrives at the latest.
        case relay(UnsignedRelay)
        /// Something that is done to the world, not to a party.
        case intervention(Intervention)
    }

    /// When it arrives.
    public let time: Instant
    /// Its place among all envelopes ever made; decides between envelopes of one instant.
    public let sequence: UInt64
    public let from: Party
    public let to: Party
    public let content: Content

    /// The same envelope with another content.
    func carrying(_ content: Content) -> Envelope {
        Envelope(time: time, sequence: sequence, from: from, to: to, content: content)
    }
}

/// Envelopes by (time, sequence): a binary heap.
struct EnvelopeQueue: Hashable, Codable, Sendable {
    var heap: [Envelope] = []

    var count: Int { heap.count }
    var first: Envelope? { heap.first }
    /// When the first is due, without a copy of it.
    var firstDue: (time: Instant, sequence: UInt64)? { heap.isEmpty ? nil : (heap[0].time, heap[0].sequence) }

    func contains(where condition: (Envelope) -> Bool) -> Bool { heap.contains(where: condition) }

    /// Whether every envelope comes after the one above it in the heap.
    var isHeap: Bool { heap.indices.dropFirst().allSatisfy { !precedes($0, ($0 - 1) / 2) } }
    var sequences: [UInt64] { heap.map(\.sequence) }

    mutating func insert(_ envelope: Envelope) {
        heap.append(envelope)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard precedes(child, parent) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() -> Envelope? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last }
        heap[0] = last
        sink()
        return first
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if precedes(child, least) { least = child }
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    /// By place: an envelope has many parts, and copying it counts them all.
    private func precedes(_ left: Int, _ right: Int) -> Bool {
        heap[left].time != heap[right].time
            ? heap[left].time < heap[right].time : heap[left].sequence < heap[right].sequence
    }
}
