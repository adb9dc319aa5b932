import Foundation
import Testing
import VectorSupport

@testable import Inference

/// The same cuts in every run.
private struct SeededCuts: RandomNumberGenerator {
    let seed: UInt64
    private var place = 0

    init(seed: UInt64) { self.seed = seed }

    mutating func next() -> UInt64 {
        place += 1
        // Two halves, each of bits that are well mixed.
        let halves = [2 * place, 2 * place + 1].map { UInt64(Sampler.unit(seed: seed, position: $0) * 0x1p32) }
        return halves[0] << 32 | halves[1]
    }
}

@Suite("The forward pass by kernels")
struct KernelPassTests {
    private static let path = VectorFile.fixtures.appendingPathComponent("models/tiny.gguf").path

    private func weights(_ set: KernelSet, _ activations: Activations = .exact) throws -> KernelWeights {
        let file = try GGUFFile(path: Self.path)
        return try KernelWeights(
            file: file, shape: try ModelShape(file), activations: activations, kernels: set)
    }

    private func cache(_ weights: any PathWeights, _ positions: Int) throws -> KeyValueCache {
        let layout = weights.pageLayout
        let pool = PagePool(layout: layout, budget: PageLayout.pages(for: positions) * layout.bytesPerPage)
        return try #require(KeyValueCache(pool: pool, positions: positions))
    }

    /// The logits after every token of some sequences, in bits, read in rounds of random spans.
    private func bits(
        _ sequences: [[Int]], _ weights: any PathWeights, workers: Int, cuts: inout some RandomNumberGenerator,
        longest: Int
    ) throws -> [[[UInt32]]] {
        let pass = weights.makePass(workers: WorkerTeam(count: workers))
        let vocabulary = try ModelShape(GGUFFile(path: Self.path)).vocabulary
        let caches = try sequences.map { try cache(weights, $0.count) }
        var result = sequences.map { _ in [[UInt32]]() }
        while zip(caches, sequences).contains(where: { $0.count < $1.count }) {
            var (spans, owners) = ([Span](), [Int]())
            for (index, (cache, tokens)) in zip(caches, sequences).enumerated() where cache.count < tokens.count {
                let count = Int.random(in: 0...longest, using: &cuts)
                let span = tokens[cache.count..<min(tokens.count, cache.count + count)]
                if !span.isEmpty {
                    spans.append(Span(tokens: span, cache: cache))
                    owners += Array(repeating: index, count: span.count)
                }
            }
            guard !spans.isEmpty else { continue }
            _ = pass.read(spans)
            let logits = pass.logits(of: Array(owners.indices))
            for (row, owner) in owners.enumerated() {
                result[owner].append((0..<vocabulary).map { logits[row * vocabulary + $0].bitPattern })
            }
        }
        return result
    }

    private let sequences: [[Int]] = (0..<5).map { sequence in
        (0..<[1, 40, 70, 129, 200][sequence]).map { ($0 * 31 + sequence * 17) % 200 }
    }

    @Test("every row has the same bits in every mix of sequences, for every cut, set and number of workers")
    func mixes() throws {
        let portable = try #require(KernelSet(named: KernelSet.portable))
        var random = SeededCuts(seed: 1)
        let expected = try sequences.map {
            try #require(
                bits([$0], weights(portable), workers: 1, cuts: &random, longest: 1).first)
        }
        for kernels in KernelSet.available {
            let weights = try weights(kernels)
            for (workers, longest) in [(1, 1), (2, 1), (2, 3), (3, 17), (2, 130), (2, 300)] {
                let found = try bits(sequences, weights, workers: workers, cuts: &random, longest: longest)
                #expect(found == expected, "\(kernels.name), \(workers) workers, spans of up to \(longest)")
            }
        }
    }

    @Test("log-probabilities are those of the float path within what each mode allows")
    func againstFloats() throws {
        let text = Array(sequences[4].prefix(150))
        let exact = try scores(of: text, by: ModelOptions(path: .openblas))
        for (activations, tolerance) in [(Activations.exact, Float(0.02)), (.fast, 0.6)] {
            let found = try scores(of: text, by: ModelOptions(path: .kernels, activations: activations))
            for (left, right) in zip(found, exact) { #expect(abs(left - right) <= tolerance, "\(activations)") }
        }
    }

    private func scores(of text: [Int], by options: ModelOptions) throws -> [Float] {
        let scheduler = BatchScheduler(model: try Model(path: Self.path, options: options))
        defer { scheduler.stop() }
        return try scheduler.score(ScoringRequest(tokens: text)).map(\.logprob)
    }

    @Test("a path and its mode are named, and take no memory for floats")
    func names() throws {
        let exact = try Model(path: Self.path, options: ModelOptions(path: .kernels))
        let fast = try Model(path: Self.path, options: ModelOptions(path: .kernels, activations: .fast))
        #expect(exact.pathName == "kernels-exact")
        #expect(fast.pathName == "kernels-fast")
        let floats = try Model(path: Self.path, options: ModelOptions(path: .openblas))
        #expect(exact.weights.byteCount < floats.weights.byteCount)
    }
}
