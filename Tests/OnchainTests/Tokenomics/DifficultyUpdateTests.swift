import Keys
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

    @Test(
        "Quirk: a difficulty's event comes even when nothing changed, for each service that settled something, by its id"
    )
    func events() throws {
        var test = try TokenomicsChain {
            $0.service.targetNumRelays = 100
            $0.proof.proofRequirementThreshold = .upokt(1_000)
            $0.proof.proofMissingPenalty = .upokt(1)
        }
        test.chain.supplier.suppliers.update(TokenomicsChain.supplier) { actor in
            for service in ["svc0", "svc1", "svc2"] {
                var config = actor.serviceConfigHistory[0]
                config.service.serviceID = service
                actor.serviceConfigHistory.append(config)
            }
        }
        test.chain.supplier.rebuildServiceIndex()
        // What expires counts for nothing: the claim of 1,000 must be proven.
        for (service, units) in [("svc1", 100), ("svc", 400), ("svc0", 100), ("svc2", 1_000)] {
            test.claim(UInt64(units), service: service)
        }
        let block = try test.settle()
        #expect(block.named("ClaimExpired").count == 1)
        let events = block.named("RelayMiningDifficultyUpdated")
        #expect(events.map { $0["service_id"]?.text } == ["svc", "svc0", "svc1"])
        for event in events.dropFirst() {
            #expect(event["prev_target_hash_hex_encoded"] == event["new_target_hash_hex_encoded"])
            #expect(event["new_target_hash_hex_encoded"]?.text == Difficulty.base.hex)
            #expect(event["prev_num_relays_ema"]?.integer == 100 && event["new_num_relays_ema"]?.integer == 100)
        }
    }

    @Test("Quirk: a new target is computed from the base target, whatever the one before was")
    func fromBase() throws {
        var test = try TokenomicsChain { $0.service.targetNumRelays = 100 }
        test.chain.height = 14
        test.chain.service.difficulties["svc"] = RelayMiningDifficulty(
            serviceID: "svc", blockHeight: 11, numRelaysEMA: 200, targetHash: [0x01] + Bytes(repeating: 0, count: 31))
        test.chain.updateDifficulty(of: "svc", numRelays: 200)
        let found = try #require(test.chain.service.difficulties["svc"])
        // ⌊0.1 × 200 + 0.9 × 200⌋ in upstream's floats.
        #expect(found.numRelaysEMA == 199 || found.numRelaysEMA == 200)
        #expect(found.targetHash == Difficulty.newTarget(targetNumRelays: 100, ema: found.numRelaysEMA))
        #expect(found.targetHash.first == (found.numRelaysEMA == 200 ? 0x7f : 0x80))
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
