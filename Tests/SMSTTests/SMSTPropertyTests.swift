import SMST
import Testing

@Suite("Properties of the trie that hold for any sequence of changes")
struct SMSTPropertyTests {
    @Test("The root does not depend on the order of insertion", arguments: 1...12 as ClosedRange<UInt64>)
    func orderIndependence(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let leaves = (0..<60).map { _ in
            (key: random.crowdedPath(), value: random.bytes(9), weight: random.next())
        }
        var naive = NaiveTrie()
        // Keys may repeat; the last one wins only in the order of the list, so keep the first of each.
        var unique: [(key: [UInt8], value: [UInt8], weight: UInt64)] = []
        for leaf in leaves where !unique.contains(where: { $0.key == leaf.key }) {
            unique.append(leaf)
            naive.update(path: leaf.key, value: leaf.value, weight: leaf.weight)
        }
        var first: SparseMerkleSumTrie?
        for _ in 0..<4 {
            var trie = SparseMerkleSumTrie(pathHasher: .identity)
            for leaf in unique.shuffled(using: &random) {
                try trie.update(key: leaf.key, value: leaf.value, weight: leaf.weight)
                if Bool.random(using: &random) { trie.commit() }
            }
            #expect(trie.root.bytes == naive.root)
            #expect(trie == first ?? trie)
            first = trie
        }
    }

    @Test("What has changed since a copy are the leaves that the copy lacks", arguments: 1...12 as ClosedRange<UInt64>)
    func changesSinceACopy(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var trie = SparseMerkleSumTrie(pathHasher: .identity)
        var keys: [[UInt8]] = []
        func change(_ count: Int) throws {
            for _ in 0..<count {
                if let key = keys.randomElement(using: &random), Int.random(in: 0..<4, using: &random) == 0 {
                    try trie.delete(key: key)
                    keys.removeAll { $0 == key }
                } else {
                    let key = random.crowdedPath()
                    try trie.update(key: key, value: random.bytes(9), weight: random.next())
                    if !keys.contains(key) { keys.append(key) }
                }
                if Bool.random(using: &random) { trie.commit() }
            }
        }
        try change(80)
        let copy = trie
        #expect(trie.changed(since: copy).isEmpty)
        try change(30)
        let (before, now) = (Set(copy.leaves), Set(trie.leaves))
        let changed = Set(trie.changed(since: copy).leaves)
        #expect(changed.isSuperset(of: now.subtracting(before)))
        #expect(changed.isSubset(of: now))
        #expect(trie == trie && trie != copy)
    }

    @Test("Any mix of updates and deletions agrees with a naive trie", arguments: 1...12 as ClosedRange<UInt64>)
    func agreesWithNaive(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let isCrowded = seed % 2 == 0
        var trie = SparseMerkleSumTrie(pathHasher: .identity)
        var naive = NaiveTrie()
        for step in 0..<120 {
            let key = try draw(&random, isCrowded, naive)
            if Int.random(in: 0..<3, using: &random) == 0 {
                let exists = naive.delete(path: key)
                if exists {
                    try trie.delete(key: key)
                } else {
                    #expect(throws: SMSTError.keyNotFound) { try trie.delete(key: key) }
                }
            } else {
                let value = random.bytes(Int.random(in: 1...40, using: &random))
                let weight = random.next() >> UInt64.random(in: 0..<60, using: &random)
                try trie.update(key: key, value: value, weight: weight)
                naive.update(path: key, value: value, weight: weight)
            }
            #expect(trie.root.bytes == naive.root, "seed \(seed), step \(step)")
            #expect(trie.leafCount == naive.leaves.count)
            if step % 10 == 0 {
                try expectProofsHold(&trie, naive, &random, isCrowded)
                try expectStoredFormHolds(trie)
            }
        }
        let found = trie.leaves.map { NaiveTrie.Leaf(path: $0.path, value: $0.value, weight: $0.weight) }
        #expect(found == naive.leaves.sorted { $0.path.lexicographicallyPrecedes($1.path) })
    }

    private func draw(_ random: inout SeededGenerator, _ isCrowded: Bool, _ naive: NaiveTrie) throws -> [UInt8] {
        if let known = naive.leaves.randomElement(using: &random), Bool.random(using: &random) { return known.path }
        return isCrowded ? random.crowdedPath() : random.bytes(32)
    }

    private func expectProofsHold(
        _ trie: inout SparseMerkleSumTrie, _ naive: NaiveTrie, _ random: inout SeededGenerator, _ isCrowded: Bool
    ) throws {
        let root = trie.commit()
        for _ in 0..<4 {
            let path = try draw(&random, isCrowded, naive)
            let proof = try trie.prove(key: path)
            if let leaf = naive.leaves.first(where: { $0.path == path }) {
                let verdict = proof.verify(
                    key: path, value: leaf.value, weight: leaf.weight, root: root, pathHasher: .identity)
                #expect(verdict.isValid, "\(verdict)")
                #expect(!proof.verifyAbsence(key: path, root: root, pathHasher: .identity).isValid)
            } else {
                #expect(proof.verifyAbsence(key: path, root: root, pathHasher: .identity).isValid)
            }
            let closest = try trie.proveClosest(path: path)
            let gob = try closest.compacted().encodeGob()
            let verdict = ClosestProof.verify(gob: gob, expectedPath: path, root: root)
            #expect(verdict.isValid, "\(verdict.reason)")
            #expect(verdict.proof == closest)
            let expected = naive.closest(to: path)
            #expect(closest.leafValue == expected?.value)
            #expect(closest.weight == expected?.weight)
            var other = path
            other[31] ^= 1
            #expect(ClosestProof.verify(gob: gob, expectedPath: other, root: root).stage == .path)
        }
    }

    private func expectStoredFormHolds(_ trie: SparseMerkleSumTrie) throws {
        let encoded = trie.encoded()
        let restored = try SparseMerkleSumTrie(encoded: encoded)
        #expect(restored == trie)
        #expect(restored.root == trie.root)
        #expect(restored.storedNodes == trie.storedNodes)
        #expect(restored.encoded() == encoded)
    }

    @Test("A copy keeps its leaves when the original changes")
    func copies() throws {
        var trie = SparseMerkleSumTrie()
        try trie.update(key: [1], value: [1, 2, 3], weight: 5)
        try trie.update(key: [2], value: [], weight: 7)
        let copy = trie
        let root = trie.commit()
        try trie.update(key: [1], value: [9], weight: 1)
        try trie.delete(key: [2])
        #expect(copy.root == root)
        #expect(copy.get(key: [1])?.value == [1, 2, 3])
        #expect(copy.get(key: [2])?.weight == 7)
        #expect(trie.sum == 1)
        #expect(trie.count == 1)
        #expect(trie != copy)
    }

    @Test("Values survive when the space of replaced ones is reclaimed")
    func replacedValues() throws {
        var trie = SparseMerkleSumTrie()
        var random = SeededGenerator(seed: 77)
        var values: [[UInt8]] = (0..<20).map { _ in random.bytes(4_000) }
        for _ in 0..<200 {
            let index = Int.random(in: values.indices, using: &random)
            if Int.random(in: 0..<8, using: &random) == 0 { try? trie.delete(key: [UInt8(index)]) }
            values[index] = random.bytes(Int.random(in: 0...4_000, using: &random))
            try trie.update(key: [UInt8(index)], value: values[index], weight: 1)
        }
        for (index, value) in values.enumerated() {
            guard let found = trie.get(key: [UInt8(index)]) else { continue }
            #expect(found.value == value)
        }
        #expect(trie.encoded().count < 20 * 4_100)
    }

    @Test("Keys and paths of a wrong length are refused with what was expected")
    func lengths() {
        var trie = SparseMerkleSumTrie(pathHasher: .identity)
        #expect(throws: SMSTError.keyLength(expected: 32, found: 3)) {
            try trie.update(key: [1, 2, 3], value: [], weight: 1)
        }
        #expect(throws: SMSTError.pathLength(expected: 32, found: 31)) {
            try trie.proveClosest(path: [UInt8](repeating: 0, count: 31))
        }
        #expect(!trie.contains([1, 2, 3]))
        #expect(trie.isEmpty)
        #expect(Root(bytes: [UInt8](repeating: 0, count: 47)) == nil)
        #expect(trie.root == .empty)
    }
}
