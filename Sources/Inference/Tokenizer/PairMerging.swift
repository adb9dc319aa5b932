/// Merges neighbouring tokens of one piece, the earliest learned pair first, in n · log n steps.
struct PairMerging {
    /// A pair that may be merged, as it was when it was found.
    private struct Candidate {
        let rank: Int32
        let place: Int
        let left: Int32
        let right: Int32
        let result: Int32

        /// Earlier learned pairs first, then those further left.
        static func < (left: Candidate, right: Candidate) -> Bool {
            left.rank != right.rank ? left.rank < right.rank : left.place < right.place
        }
    }

    private var tokens: [Int32]
    /// The places of each token's neighbours; a merged token leaves the chain.
    private var next: [Int]
    private var previous: [Int]
    private var heap: [Candidate] = []
    private let merge: (Int32, Int32) -> (rank: Int32, result: Int32)?
    private static let gone = Int32.min

    /// - Parameter merge: What two tokens become, and how early that was learned; nil when they stay apart.
    init(_ tokens: [Int32], merge: @escaping (Int32, Int32) -> (rank: Int32, result: Int32)?) {
        self.tokens = tokens
        self.merge = merge
        next = tokens.indices.map { $0 + 1 }
        previous = tokens.indices.map { $0 - 1 }
    }

    /// The tokens that remain when no pair is left.
    mutating func merged() -> [Int32] {
        for place in tokens.indices.dropLast() { consider(place) }
        while let best = popFirst() {
            let neighbour = next[best.place]
            guard tokens[best.place] == best.left, neighbour < tokens.count, tokens[neighbour] == best.right else {
                continue
            }
            tokens[best.place] = best.result
            tokens[neighbour] = Self.gone
            next[best.place] = next[neighbour]
            if next[neighbour] < tokens.count { previous[next[neighbour]] = best.place }
            if previous[best.place] >= 0 { consider(previous[best.place]) }
            consider(best.place)
        }
        return tokens.filter { $0 != Self.gone }
    }

    private mutating func consider(_ place: Int) {
        let neighbour = next[place]
        guard neighbour < tokens.count, let found = merge(tokens[place], tokens[neighbour]) else { return }
        heap.append(
            Candidate(
                rank: found.rank, place: place, left: tokens[place], right: tokens[neighbour],
                result: found.result))
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func popFirst() -> Candidate? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != parent else { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
