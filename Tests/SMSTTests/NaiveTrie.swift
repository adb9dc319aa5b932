import SMST

/// A second implementation of the root, straight from the definition: a set of leaves, split bit by bit.
struct NaiveTrie {
    struct Leaf: Hashable {
        var path: [UInt8]
        var value: [UInt8]
        var weight: UInt64
    }

    var leaves: [Leaf] = []

    mutating func update(path: [UInt8], value: [UInt8], weight: UInt64) {
        leaves.removeAll { $0.path == path }
        leaves.append(Leaf(path: path, value: value, weight: weight))
    }

    /// False if there was nothing to delete.
    mutating func delete(path: [UInt8]) -> Bool {
        let before = leaves.count
        leaves.removeAll { $0.path == path }
        return leaves.count < before
    }

    var root: [UInt8] { Self.digest(leaves, 0) }

    /// The leaf a walk along `path` ends at when it turns wherever nothing lies on the wanted side.
    func closest(to path: [UInt8]) -> Leaf? {
        var candidates = leaves
        for depth in 0..<256 where candidates.count > 1 {
            let wanted = candidates.filter { Self.bit($0.path, depth) == Self.bit(path, depth) }
            if !wanted.isEmpty { candidates = wanted }
        }
        return candidates.first
    }

    private static func digest(_ leaves: [Leaf], _ depth: Int) -> [UInt8] {
        guard let only = leaves.first else { return [UInt8](repeating: 0, count: 48) }
        guard leaves.count > 1 else {
            return hashed([0] + only.path + only.value + number(only.weight) + number(1))
        }
        let left = digest(leaves.filter { !bit($0.path, depth) }, depth + 1)
        let right = digest(leaves.filter { bit($0.path, depth) }, depth + 1)
        let sum = leaves.reduce(UInt64(0)) { $0 &+ $1.weight }
        return hashed([1] + left + right + number(sum) + number(UInt64(leaves.count)))
    }

    private static func hashed(_ node: [UInt8]) -> [UInt8] {
        // The path hasher is the one SHA-256 that is public; the vectors prove that it is one.
        ((try? PathHasher.sha256.path(of: node)) ?? []) + node.suffix(16)
    }

    private static func bit(_ path: [UInt8], _ depth: Int) -> Bool {
        path[depth / 8] & (0x80 >> UInt8(depth % 8)) != 0
    }

    private static func number(_ value: UInt64) -> [UInt8] {
        (0..<8).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }
}

/// SplitMix64: every property test is replayed by its seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

    /// A 32-byte path that shares a long beginning with others drawn from the same few stems.
    mutating func crowdedPath() -> [UInt8] {
        var path = [UInt8](repeating: Bool.random(using: &self) ? 0xa5 : 0x5a, count: 32)
        for _ in 0..<Int.random(in: 0...3, using: &self) {
            let near = Int.random(in: 0..<12, using: &self)
            let bit = Bool.random(using: &self) ? near : 255 - near
            path[bit / 8] ^= 0x80 >> UInt8(bit % 8)
        }
        return path
    }
}
