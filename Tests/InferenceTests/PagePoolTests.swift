import Testing

@testable import Inference

@Suite("Pages of keys and values")
struct PagePoolTests {
    private static let layout = PageLayout(shape: shape, bytesPerElement: 4)
    private static let shape = ModelShape(
        layers: 2, width: 32, heads: 4, keyValueHeads: 2, headWidth: 8, hidden: 64, vocabulary: 100,
        contextLength: 4096, ropeBase: 10_000, ropeWidth: 8, normEpsilon: 1e-5)

    private func pool(pages: Int, isSharing: Bool = true) -> PagePool {
        PagePool(layout: Self.layout, budget: pages * Self.layout.bytesPerPage, isSharing: isSharing)
    }

    private func tokens(_ count: Int, salt: Int = 0) -> [Int] { (0..<count).map { ($0 * 31 + salt) % 97 } }

    /// Reads tokens into a cache, marking each position with its token.
    private func read(_ tokens: [Int], into cache: KeyValueCache) {
        let rest = tokens.dropFirst(cache.count)
        cache.makeRoom(for: rest.count)
        for (position, token) in zip(rest.indices, rest) {
            cache.keys(layer: 1, head: 1, page: position / 64).storeBytes(
                of: Int32(token), toByteOffset: position % 64 * 4, as: Int32.self)
        }
        cache.advance(over: rest)
    }

    private func marks(_ count: Int, in cache: KeyValueCache) -> [Int] {
        (0..<count).map { position in
            Int(
                cache.keys(layer: 1, head: 1, page: position / 64).load(
                    fromByteOffset: position % 64 * 4, as: Int32.self))
        }
    }

    @Test("A sequence that begins as another takes its pages over, in whole and in part")
    func sharing() throws {
        let pool = pool(pages: 10)
        let text = tokens(200)
        let first = try #require(KeyValueCache(pool: pool, positions: 220, beginning: text[...]))
        #expect(first.count == 0)
        read(text, into: first)
        let second = try #require(
            KeyValueCache(pool: pool, positions: 300, beginning: text[..<170] + tokens(30, salt: 3)))
        #expect(second.count == 170)
        #expect(second.addresses.prefix(2) == first.addresses.prefix(2))
        #expect(second.addresses[2] != first.addresses[2])
        #expect(marks(170, in: second) == Array(text.prefix(170)))
        #expect(pool.reusedPositions == 170)
        #expect(pool.inconsistency == nil)
        // What only resembles it in its second page is another sequence.
        let other = try #require(KeyValueCache(pool: pool, positions: 64, beginning: text[64..<128]))
        #expect(other.count == 0)
    }

    @Test("Pages outlive their sequence, until their memory is needed: the ones least recently used go first")
    func eviction() throws {
        let pool = pool(pages: 4)
        func use(_ text: [Int]) throws -> Int {
            let cache = try #require(KeyValueCache(pool: pool, positions: text.count, beginning: text.dropLast()))
            defer { read(text, into: cache) }
            return cache.count
        }
        let (one, two, three) = (tokens(128, salt: 1), tokens(128, salt: 2), tokens(64, salt: 3))
        #expect(try use(one) == 0)
        #expect(try use(two) == 0)
        #expect(try use(one) == 127)
        // Of the two pages of `two` the last one goes, so that what is left can still be found.
        #expect(try use(three) == 0)
        #expect(try use(one) == 127)
        #expect(pool.inconsistency == nil)
        #expect(pool.referenced == 0 && pool.reserved == 0)
    }

    @Test("Two sequences that read the same at the same time come to share it")
    func twins() throws {
        let pool = pool(pages: 8)
        let text = tokens(150)
        let caches = try (0..<2).map { _ in try #require(KeyValueCache(pool: pool, positions: 150)) }
        for cache in caches { read(text, into: cache) }
        #expect(caches[0].addresses.prefix(2) == caches[1].addresses.prefix(2))
        #expect(caches[0].addresses[2] != caches[1].addresses[2])
        #expect(pool.referenced == 4)
        let third = try #require(KeyValueCache(pool: pool, positions: 150, beginning: text[...]))
        #expect(third.count == 150)
        #expect(pool.inconsistency == nil)
    }

    @Test("Nothing is shared where sharing is off, and memory is zero again")
    func noSharing() throws {
        let pool = pool(pages: 2, isSharing: false)
        let text = tokens(100)
        do {
            let cache = try #require(KeyValueCache(pool: pool, positions: 100, beginning: text[...]))
            read(text, into: cache)
        }
        let cache = try #require(KeyValueCache(pool: pool, positions: 100, beginning: text[...]))
        #expect(cache.count == 0)
        cache.makeRoom(for: 100)
        #expect(marks(100, in: cache).allSatisfy { $0 == 0 })
    }

    @Test("What is promised is always there, and no more is promised than there is")
    func promises() throws {
        var numbers = SeededNumbers(seed: 11)
        let pool = pool(pages: 12)
        var open: [(cache: KeyValueCache, text: [Int])] = []
        var refused = 0
        for _ in 0..<600 {
            if Bool.random(using: &numbers), !open.isEmpty {
                let place = Int.random(in: 0..<open.count, using: &numbers)
                // Half of them end before they have read all.
                if Bool.random(using: &numbers) {
                    read(open[place].text, into: open[place].cache)
                    #expect(marks(open[place].text.count, in: open[place].cache) == open[place].text)
                }
                open.remove(at: place)
            } else {
                let text = tokens(
                    Int.random(in: 1...300, using: &numbers), salt: Int.random(in: 0...2, using: &numbers))
                if let cache = KeyValueCache(pool: pool, positions: text.count, beginning: text.dropLast()) {
                    #expect(marks(cache.count, in: cache) == Array(text.prefix(cache.count)))
                    open.append((cache, text))
                } else {
                    refused += 1
                }
            }
            #expect(pool.inconsistency == nil)
        }
        #expect(refused > 0 && pool.reusedPositions > 0)
        open = []
        #expect(pool.referenced == 0 && pool.reserved == 0)
    }
}
