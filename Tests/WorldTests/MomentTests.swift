import Keys
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("Moments")
struct MomentTests {
    @Test(
        "texts become heights by the parameters in force",
        arguments: [
            ("height 7", 7), ("session 1 start", 1), ("session 1 end", 10), ("session 1 grace end", 11),
            ("session 1 claim window open", 12), ("session 1 claim window close", 16),
            ("session 1 proof window open", 16), ("session 1 proof window close", 20), ("session 1 settlement", 20),
            ("session 3 start", 21), ("session 2 proof window open +2", 28), ("session 2 end - 1", 19),
            ("Session  2   CLAIM window open+1", 23), ("10 blocks", 10), ("height 5 -1", 4),
        ])
    func heights(text: String, height: Height) throws {
        let world = try World(spec: Networks.small())
        #expect(try world.height(of: Moment(parsing: text)) == height)
    }

    @Test(
        "a moment's text reads back",
        arguments: ["height 7", "session 2 grace end +2", "session 1 end -1", "12s", "3 blocks"])
    func texts(text: String) throws {
        let moment = try Moment(parsing: text)
        #expect(moment.description == text)
        #expect(try Moment(parsing: moment.description) == moment)
    }

    @Test("the next moments are those of every session that is not settled, the nearest first")
    func upcoming() throws {
        var driver = FastDriver(world: try World(spec: Networks.small()), backend: ScriptedBackend())
        driver.run(untilHeight: 15)
        let next = driver.world.upcomingMoments(limit: 7).map { "\($0.height) \($0.moment)" }
        #expect(
            next == [
                "16 session 1 claim window close", "16 session 1 proof window open", "20 session 1 proof window close",
                "20 session 1 settlement", "20 session 2 end", "21 session 2 grace end", "21 session 3 start",
            ])
        for upcoming in driver.world.upcomingMoments(limit: 100) {
            #expect(try driver.world.upcomingHeight(of: upcoming.moment) == upcoming.height)
        }
    }

    @Test("times are instants, not heights")
    func times() throws {
        let world = try World(spec: Networks.small())
        let moment = try Moment(parsing: "t = 12s")
        #expect(try world.upcomingInstant(of: moment) == Instant.genesis.advanced(by: .seconds(12)))
        #expect(throws: MomentError.self) { try world.height(of: moment) }
    }

    @Test(
        "texts that are no moments are refused, with what a moment looks like",
        arguments: [
            "", "height", "height x", "session 1", "session 1 middle", "session x end", "soon", "height 7 +", "7",
        ])
    func refused(text: String) {
        #expect(throws: MomentError.self) { try Moment(parsing: text) }
    }

    @Test("moments that cannot come are errors")
    func impossible() throws {
        var driver = FastDriver(world: try World(spec: Networks.small()), backend: ScriptedBackend())
        driver.run(untilHeight: 12)
        let world = driver.world
        for text in [
            "session 0 end", "session -1 end", "height 0", "session 1 start -1", "session 9223372036854775807 end",
        ] {
            #expect(throws: MomentError.self) { try world.height(of: Moment(parsing: text)) }
        }
        let passed = try Moment(parsing: "session 1 end")
        #expect(try world.height(of: passed) == 10)
        let error = #expect(throws: MomentError.self) { try world.upcomingHeight(of: passed) }
        #expect(error?.problem.contains("height 12 already") == true)
        #expect(try world.upcomingHeight(of: Moment(parsing: "session 1 claim window close")) == 16)
    }

    @Test("a changed session length moves the sessions after it")
    func changedLength() throws {
        var driver = FastDriver(world: try World(spec: Networks.small()), backend: ScriptedBackend())
        driver.run(untilHeight: 3)
        try driver.intervene(.setParameter(module: "shared", name: "num_blocks_per_session", to: .integer(20)))
        driver.run(untilHeight: 4)
        #expect(try driver.world.height(of: Moment(parsing: "session 1 end")) == 10)
        #expect(try driver.world.height(of: Moment(parsing: "session 2 end")) == 30)
        #expect(try driver.world.height(of: Moment(parsing: "session 4 start")) == 51)
        driver.run(untilHeight: 32)
        #expect(driver.world.chain.sharedParams(at: 32).sessionNumber(at: 32) == 3)
        #expect(try driver.world.height(of: Moment(parsing: "session 4 start")) == 51)
        #expect(try driver.world.height(of: Moment(parsing: "session 1 end")) == 10)
    }
}
