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

    @Test("Quirk: the DAO gets what rounding leaves, and never less than its share")
    func remainders() throws {
        var test = try TokenomicsChain()
        test.claim(999)
        try test.settle()
        // Of 999: ⌊699.3⌋, ⌊49.95⌋ and ⌊149.85⌋ leave 102, where the DAO's share would be 99. Of ⌈99.9⌉ = 100 nothing is
        // left over: 10 for the DAO, to which the application pays 100 back.
        #expect(test.chain.balance(of: TokenomicsChain.dao) == 102 + 10 + 100)
        #expect(test.chain.balance(of: TokenomicsChain.validator) == 49 + 5)
        #expect(test.chain.balance(of: TokenomicsChain.source) == 149 + 15)
        #expect(test.shareholderBalances.reduce(0, +) == 699 + 70)
        #expect(test.appStake == Int64(1_998_901))
    }

    @Test("Quirk: a claim that mints nothing is discarded, and nobody is charged")
    func mintsNothing() throws {
        var test = try TokenomicsChain { $0.tokenomics.mintRatio = 0.001 }
        test.claim(999)
        let block = try test.settle()
        #expect(block.named("ClaimSettled").isEmpty)
        let error = try #require(block.named("ClaimDiscarded").first?["error"]?.text)
        #expect(error.contains("1120 ErrTokenomicsCoinIsZero"))
        #expect(test.appStake == 2_000_000)
        #expect(block.named("SettlementBatch").isEmpty && block.named("RelayMiningDifficultyUpdated").isEmpty)
    }

    @Test(
        "Without inflation nothing is minted on top and nothing paid back; without a deflation all that burns is minted"
    )
    func withoutInflation() throws {
        var test = try TokenomicsChain {
            $0.tokenomics.globalInflationPerClaim = 0
            $0.tokenomics.mintRatio = 0.975
        }
        test.claim(1_000)
        let block = try test.settle()
        #expect(block.named("ApplicationReimbursementRequest").isEmpty)
        #expect(test.appStake == 1_999_000)
        let settled = try #require(block.named("ClaimSettled").first)
        #expect(settled["minted_upokt"]?.integer == 975 && settled["deflation_loss_upokt"]?.integer == 25)
        let reasons = Set(block.named("SettlementBatch").compactMap { $0["op_reason"]?.text })
        #expect(!reasons.contains { $0.hasPrefix("TLM_GLOBAL_MINT") })
    }

    @Test("A claim is not worth anything without its service, its application and its supplier, in this order")
    func missingParties() throws {
        var test = try TokenomicsChain()
        func refusal() -> String? {
            do throws(ChainError) { _ = try test.chain.appraise(TokenomicsChain.claim(100)) } catch {
                return "\(error.codespace) \(error.code) \(error.name)"
            }
            return nil
        }
        #expect(refusal() == nil)
        test.chain.supplier.remove(TokenomicsChain.supplier)
        #expect(refusal() == "tokenomics 1105 ErrTokenomicsSupplierNotFound")
        test.chain.application.applications[TokenomicsChain.app] = nil
        #expect(refusal() == "tokenomics 1106 ErrTokenomicsApplicationNotFound")
        test.chain.service.services["svc"] = nil
        #expect(refusal() == "tokenomics 1115 ErrTokenomicsServiceNotFound")
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
