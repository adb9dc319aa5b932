import Keys
import Shannon
import Testing
import VectorSupport

@testable import Onchain

@Suite("Token logic modules")
struct TokenLogicTests {
    @Test("A claim of 1000 upokt under default parameters is shared as upstream's test says")
    func workedExample() throws {
        var test = try TokenomicsChain()
        test.claim(1000)
        let block = try test.settle()
        #expect(block.named("ClaimSettled").count == 1)
        #expect(block.named("ClaimDiscarded").map { $0["error"]?.text } == [])
        #expect(test.appStake == 1_998_900)
        #expect(test.chain.balance(of: TokenomicsChain.dao) == 210)
        #expect(test.chain.balance(of: TokenomicsChain.validator) == 55)
        #expect(test.chain.balance(of: TokenomicsChain.source) == 165)
        #expect(test.shareholderBalances == [93, 292, 385])
        #expect(test.chain.bank.balance(of: .tokenomics) == 0)
        #expect(test.chain.tokenomics.settledClaims == 1)
        #expect(test.chain.proof.claims.isEmpty)
    }

    @Test("Charges, shares and limits are those of upstream's cases")
    func cases() throws {
        try everyCase(ofArea: "tlm") { vector in
            let input = vector["input"]
            let expected = vector["expected"]
            if let error = expected["error"].optional {
                return try vector.expect(try refusal(of: input), is: error.string, "the error")
            }
            if input["appMinStake"].optional != nil { return try unbonds(vector) }
            let count = try input["suppliers"].optional?.int ?? 1
            var test = try TokenomicsChain(
                appStake: try input["appStake"].optional?.int64 ?? 2_000_000,
                limit: try input["perSessionSpendLimit"].optional?.int64,
                shares: try input["revShare"].optional?.array.map { try $0.uint64 } ?? [12, 38, 50], suppliers: count
            ) { params in
                params.tokenomics.globalInflationPerClaim = (try? input["inflation"].double) ?? 0.1
                params.application.minStake = .upokt(1)
                if let shares = input["mintEqualsBurn"].optional {
                    params.tokenomics.mintEqualsBurnClaimDistribution = MintAllocation(
                        dao: (try? shares["dao"].double) ?? 0, proposer: (try? shares["proposer"].double) ?? 0,
                        supplier: (try? shares["supplier"].double) ?? 0,
                        sourceOwner: (try? shares["sourceOwner"].double) ?? 0, application: 0)
                }
            }
            let units = try (input["claim"].optional ?? input["claimEach"]).uint64
            for place in 0..<count { test.claim(units, by: place) }
            let block = try test.settle()
            let settled = block.named("ClaimSettled").compactMap { $0["settled_upokt"]?.integer }
            try vector.expect(settled.count, is: count, "settled claims")
            if let most = expected["maxPerSupplier"].optional {
                try vector.expect(settled, is: Array(repeating: most.int64, count: count), "settled")
            }
            if let amount = expected["settled"].optional { try vector.expect(settled, is: [amount.int64], "settled") }
            if let number = expected["overservicedEvents"].optional {
                try vector.expect(block.named("ApplicationOverserviced").count, is: number.int, "events")
            }
            if let event = expected["overserviced"].optional {
                let found = try #require(block.named("ApplicationOverserviced").first)
                try vector.expect(found["expected_burn"]?.integer, is: event["expectedBurn"].int64, "expected burn")
                try vector.expect(found["effective_burn"]?.integer, is: event["effectiveBurn"].int64, "effective burn")
                try vector.expect(found["spend_limit_exceeded"]?.flag, is: event["spendLimitExceeded"].bool, "limit")
            }
            if let stake = expected["appStakeAfter"].optional {
                try vector.expect(test.appStake, is: stake.int64, "application stake")
            }
            let balances: [(String, Address)] = [
                ("dao", TokenomicsChain.dao), ("proposer", TokenomicsChain.validator),
                ("sourceOwner", TokenomicsChain.source),
            ]
            for (key, address) in balances {
                guard let amount = expected[key].optional else { continue }
                try vector.expect(test.chain.balance(of: address), is: amount.int64, key)
            }
            if let amounts = expected["shareholders"].optional {
                try vector.expect(test.shareholderBalances, is: amounts.array.map { try $0.int64 }, "shareholders")
            }
        }
    }

    private func refusal(of input: JSONValue) throws -> String? {
        let test = try TokenomicsChain { _ in }
        var claim = TokenomicsChain.claim(100)
        var chain = test.chain
        if let length = input["rootHashLen"].optional {
            claim.rootHash = Bytes(repeating: 1, count: try length.int)
        } else {
            chain.service.services.update("svc") { $0.computeUnitsPerRelay = (try? input["cupr"].uint64) ?? 1 }
            claim = TokenomicsChain.claim(try input["sum"].uint64, count: try input["count"].uint64)
        }
        do throws(ChainError) { try chain.checkRoot(of: claim) } catch { return error.name }
        return nil
    }

    /// Settles later than upstream's case, at height 20, so the session in which the application leaves is another.
    private func unbonds(_ vector: VectorCase) throws {
        let input = vector["input"]
        var test = try TokenomicsChain(appStake: try input["appStake"].int64) { params in
            params.tokenomics.globalInflationPerClaim = 0
            params.application.minStake = .upokt((try? input["appMinStake"].int64) ?? 0)
        }
        test.claim(try input["claim"].uint64)
        let block = try test.settle()
        let after = try #require(test.chain.application(TokenomicsChain.app))
        try vector.expect(after.stake.amount, is: vector["expected"]["appStakeAfter"].int64, "stake")
        let end = test.chain.params.shared.sessionEnd(at: block.height)
        try vector.expect(after.unstakeSessionEndHeight, is: end, "end")
        let event = try #require(block.named("ApplicationUnbondingBegin").first)
        let reason = try vector["expected"]["reason"].string
        #expect(event["reason"]?.text?.hasSuffix(reason) == true)
    }
}
