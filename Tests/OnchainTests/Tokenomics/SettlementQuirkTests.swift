import Keys
import Shannon
import Testing

@testable import Onchain

/// Behaviour of upstream's settlement that nobody would guess; docs/differences.md lists it.
@Suite("Quirks of settlement's amounts")
struct SettlementQuirkTests {
    @Test("Quirk: a claim for which no budget is left settles for 0, is told of, and moves nothing")
    func settledForNothing() throws {
        var test = try TokenomicsChain(appStake: 1)
        test.claim(1_000)
        let supply = test.chain.bank.supply
        let block = try test.settle()
        // A budget of 1 is worth ⌊1 ÷ 1.1⌋ = 0.
        #expect(block.named("ClaimSettled").map { $0["settled_upokt"]?.integer } == [0])
        #expect(block.named("ApplicationOverserviced").count == 1)
        #expect(block.named("SettlementBatch").isEmpty)
        #expect(test.appStake == 1 && test.chain.bank.supply == supply)
        #expect(test.shareholderBalances == [0, 0, 0])
        // Its relays count for the difficulty all the same.
        #expect(block.named("RelayMiningDifficultyUpdated").map { $0["new_num_relays_ema"]?.integer } == [1_000])
    }

    @Test("Quirk: an overservicing bonus multiplier of 0 counts as 1, which gives nothing away", arguments: [0, 1, 2])
    func noBonus(multiplier: UInt64) throws {
        var test = try TokenomicsChain(appStake: 2_200, suppliers: 2) {
            $0.tokenomics.overservicingBonusMultiplier = multiplier
        }
        test.claim(5_000)
        test.claim(100, by: 1)
        let block = try test.settle()
        let settled = block.named("ClaimSettled").compactMap { $0["settled_upokt"]?.integer }.sorted()
        // The even part is 1,100, worth 1,000; the small claim leaves 1,100 − 110 = 990, worth 900 more.
        #expect(settled == (multiplier < 2 ? [100, 1_000] : [100, 1_900]))
    }
}
