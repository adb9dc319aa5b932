import Offchain
import Shannon
import Testing
import World

@Suite("A world is determined by its spec and inputs")
struct DeterminismTests {
    private func spec(seed: UInt64 = 7) -> NetworkSpec {
        var spec = Networks.small(suppliers: 3, kinds: [.chat, .batch, .sovereign], seed: seed)
        for index in spec.applications.indices { spec.applications[index].workload = Networks.workload(3) }
        return spec
    }

    @Test("equal seeds give equal journals, another seed another one")
    func seeds() throws {
        let first = try run(spec(), toHeight: 25).world
        let second = try run(spec(), toHeight: 25).world
        let other = try run(spec(seed: 8), toHeight: 25).world
        #expect(first == second)
        #expect(first.journalHash == second.journalHash)
        #expect(first.journalHash != other.journalHash)
    }

    @Test("a copy decoded from its bytes goes on exactly as the original", arguments: [1, 4, 12, 13, 17, 20])
    func decodedCopy(height: Height) throws {
        let world = try run(spec(), toHeight: height).world
        let copy = try World(encoded: world.encoded())
        #expect(copy == world)
        var original = FastDriver(world: world, backend: ScriptedBackend())
        var decoded = FastDriver(world: copy, backend: ScriptedBackend())
        original.run(untilHeight: height + 12)
        decoded.run(untilHeight: height + 12)
        #expect(original.world == decoded.world)
    }

    @Test("how often time is advanced between inputs changes nothing")
    func advancing() throws {
        func play(stride: Int64) throws -> World {
            var world = try World(spec: spec())
            var jobs: [InferenceJob] = []
            for tick in Int64(1)...40 {
                let now = Instant.genesis.advanced(by: .milliseconds(500 * tick))
                if stride > 0 {
                    for step in Int64(1)..<stride {
                        let between = Instant.genesis.advanced(
                            by: .milliseconds(500 * (tick - 1) + 500 * step / stride))
                        jobs += world.advance(to: between).flatMap(\.jobs)
                    }
                }
                jobs += world.accept(.makeBlock, at: now).flatMap(\.jobs)
                for job in jobs {
                    jobs = Array(jobs.dropFirst())
                    jobs += world.accept(.inferenceEnded(ScriptedBackend.outcome(of: job)), at: now).flatMap(\.jobs)
                }
            }
            _ = world.advance(to: Instant.genesis.advanced(by: .seconds(60)))
            return world
        }
        let coarse = try play(stride: 0)
        let fine = try play(stride: 7)
        #expect(coarse.journalCount > 100)
        #expect(coarse.journalHash == fine.journalHash)
        #expect(coarse == fine)
    }

    @Test("bytes that are no world are refused")
    func garbage() throws {
        let bytes = try World(spec: spec()).encoded()
        #expect(throws: (any Error).self) { try World(encoded: []) }
        #expect(throws: (any Error).self) { try World(encoded: Array(bytes.dropLast())) }
        #expect(throws: (any Error).self) { try World(encoded: bytes + [0]) }
    }
}
