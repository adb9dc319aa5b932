import Shannon
import Testing

@testable import Onchain

@Suite("Updates of the relay mining difficulty")
struct DifficultyUpdateTests {
    @Test("A service's first difficulty is what its history begins with, from the current height on")
    func firstEntry() throws {
        var test = try TokenomicsChain { $0.service.targetNumRelays = 100 }
        test.chain.height = 14
        test.chain.updateDifficulty(of: "svc", numRelays: 400)
        let quarter = Difficulty.newTarget(targetNumRelays: 100, ema: 400)
        let history = try #require(test.chain.service.difficultyHistory["svc"])
        #expect(history.keys == [14, 21])
        #expect(history.values.map(\.targetHash) == [quarter, quarter])
        #expect(history.values.map(\.numRelaysEMA) == [400, 400])
        #expect(history.values.map(\.blockHeight) == [14, 21])
        // Before that, every relay counts.
        #expect(test.chain.difficulty(of: "svc", at: 13).targetHash == Difficulty.base)
        #expect(test.chain.difficulty(of: "svc", at: 13).numRelaysEMA == 100)
        #expect(test.chain.difficulty(of: "svc", at: 14).targetHash == quarter)
    }

    @Test("A later difficulty is live at once, counts from the next session on, and is rounded as upstream's floats")
    func laterEntry() throws {
        var test = try TokenomicsChain { $0.service.targetNumRelays = 100 }
        test.chain.height = 14
        test.chain.updateDifficulty(of: "svc", numRelays: 400)
        test.chain.height = 25
        test.chain.updateDifficulty(of: "svc", numRelays: 0)
        #expect(test.chain.service.difficulties["svc"]?.numRelaysEMA == 359)
        #expect(test.chain.difficulty(of: "svc", at: 30).numRelaysEMA == 400)
        #expect(test.chain.difficulty(of: "svc", at: 31).numRelaysEMA == 359)
        #expect(test.chain.difficulty(of: "svc", at: 31).blockHeight == 31)
    }
}
