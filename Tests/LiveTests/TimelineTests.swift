import Shannon
import Testing

@testable import Live
@testable import Onchain
@testable import World

@Suite("A timeline from a file")
struct TimelineTests {
    @Test("goes nowhere that its network could not have come to, and stays as it was")
    func broken() throws {
        let world = try World(spec: smallSpec())
        var timeline = Timeline(world: world)
        _ = try timeline.take(.save("here"), at: .genesis)
        let before = timeline
        var bent = world
        bent.chain.height = .max
        #expect(throws: StateFileError.broken(try #require(bent.violationsOfW4().first))) {
            try timeline.take(.load(world: bent.encoded(), lead: .zero), at: .genesis)
        }
        let other = try World(spec: smallSpec(seed: 8))
        #expect(throws: StateFileError.damaged("its world has other settings")) {
            try timeline.take(.load(world: other.encoded(), lead: .zero), at: .genesis)
        }
        #expect(timeline == before)
        timeline.shelf.save(bent, as: "bent")
        #expect(throws: StateFileError.self) { try timeline.take(.revert("bent", lead: .zero), at: .genesis) }
        _ = try timeline.take(.revert("here", lead: .zero), at: .genesis)
        #expect(timeline.world == world)
    }
}
