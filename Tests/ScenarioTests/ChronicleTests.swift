import Config
import Narration
import Offchain
import Onchain
import Shannon
import Testing
import World

@testable import Scenario

@Suite("Chronicles")
struct ChronicleTests {
    private func network() throws -> World {
        var spec = NetworkSpec.standard
        spec.seed = 11
        return try World(spec: spec)
    }

    /// Makes blocks, as the running network does: one input at a time.
    private func blocks(_ count: Int, _ world: inout World, _ chronicle: inout Chronicle) {
        for _ in 0..<count {
            let outputs = world.accept(.makeBlock, at: world.now.advanced(by: .seconds(2)))
            chronicle.note(outputs, world)
        }
    }

    @Test("what came after a snapshot has not happened once the network went back to it")
    func revert() throws {
        var world = try network()
        var chronicle = Chronicle(world)
        blocks(3, &world, &chronicle)
        let (saved, count) = (world, chronicle.lastSequence)
        chronicle.save("three")
        try world.check(.cheat(.setBalance(account: "app1", upokt: 5)))
        chronicle.note(
            world.accept(.intervene(.cheat(.setBalance(account: "app1", upokt: 5))), at: world.now), world)
        #expect(chronicle.lastSequence == count + 1)
        #expect(chronicle.explanation(of: count + 1, .plain)?.first?.contains("Intervened") == true)
        world = saved
        chronicle.revert(to: "three")
        #expect(chronicle.lastSequence == count)
        #expect(chronicle.explanation(of: count + 1, .plain) == nil)
    }

    @Test("facts before a block of the same input belong to the height before it")
    func heights() throws {
        var world = try network()
        var chronicle = Chronicle(world)
        blocks(1, &world, &chronicle)
        // Due with the next block's input, ahead of it.
        world.schedule(
            .intervene(.cheat(.setBalance(account: "app1", upokt: 5))), at: world.now.advanced(by: .seconds(1)))
        blocks(1, &world, &chronicle)
        #expect(chronicle.story(.plain).last == "    block 2  Intervened seq \(chronicle.lastSequence)")
    }

    @Test("a chronicle that begins in the middle explains what comes after, also over more blocks than it keeps")
    func middle() throws {
        var world = try network()
        var chronicle = Chronicle(world)
        blocks(5, &world, &chronicle)
        chronicle.begin(world)
        #expect(chronicle.lastSequence == 0)
        blocks(300, &world, &chronicle)
        #expect(chronicle.violations.isEmpty)
        #expect(chronicle.lastSequence > 0)
        for sequence in [1, chronicle.lastSequence] { #expect(chronicle.explanation(of: sequence, .plain) != nil) }
    }
}
