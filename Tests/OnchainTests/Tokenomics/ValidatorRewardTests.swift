import Keys
import Shannon
import Testing
import VectorSupport

@testable import Onchain

@Suite("Rewards of validators and the slashing of suppliers")
struct ValidatorRewardTests {
    private let name = TokenomicsChain.name

    private func validator(_ account: Address, _ tokens: [(Address, Int64)], rate: String = "0") -> Validator {
        var delegations = SortedMap<Address, Int64>()
        for (delegator, amount) in tokens { delegations[delegator] = amount }
        return Validator(
            accountAddress: account, bondedTokens: tokens.reduce(0) { $0 + $1.1 }, commissionRate: rate,
            delegations: delegations)
    }

    private func validators(of input: JSONValue) throws -> [Validator] {
        let (a, b, d) = (name("val1"), name("val2"), name("D"))
        if input["A"].optional != nil {
            let rates = (try input["A"]["commission"].string, try input["B"]["commission"].string)
            let other = [(b, try input["B"]["self"].int64), (a, try input["B"]["fromA"].int64)]
            let first = [(a, try input["A"]["self"].int64)]
            return [validator(a, first, rate: rates.0), validator(b, other, rate: rates.1)]
        }
        if input["val1"].optional != nil {
            return try [(a, input["val1"]), (b, input["val2"])].map { account, value in
                validator(account, [(account, try value["self"].int64), (d, try value["D"].int64)])
            }
        }
        let rate = try input["commissionRate"].optional?.string ?? "0"
        if let stake = (input["stake"].optional ?? input["self"].optional) {
            let delegated = try input["delegator"].optional.map { [(d, try $0.int64)] } ?? []
            return [validator(a, [(a, try stake.int64)] + delegated, rate: rate)]
        }
        if let stakes = input["stakes"].optional {
            return try stakes.array.enumerated().map { place, stake in
                validator(name("v\(place)"), [(name("v\(place)"), try stake.int64)])
            }
        }
        return try (input["validators"].optional?.array ?? []).enumerated().map { place, value in
            let own = name("v\(place)")
            let others = try value["delegators"].array.enumerated().map { (name("d\(place)-\($0)"), try $1.int64) }
            return validator(own, [(own, try value["self"].int64)] + others)
        }
    }

    @Test("A pool is shared among validators and delegators as upstream's cases say")
    func cases() throws {
        try everyCase(ofArea: "validator-rewards") { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            let validators = try validators(of: input)
            let pool = try (input["pool"].optional ?? input["totalPool"]).int64
            let rewards = ValidatorRewards(pool: pool, validators: validators)
            var checks = 0
            func check<Value: Equatable>(_ key: String, _ found: Value, _ read: (JSONValue) throws -> Value) throws {
                guard let wanted = expected[key].optional else { return }
                checks += 1
                try vector.expect(found, is: read(wanted), key)
            }
            let own = validators.map { rewards.payments[$0.accountAddress] ?? 0 }
            let others = rewards.payments.filter { address, _ in
                !validators.contains { $0.accountAddress == address }
            }.map(\.1)
            try check("transfers", rewards.payments.count) { try $0.int }
            try check("validator", own.first) { try $0.int64 }
            try check("delegator", others.first) { try $0.int64 }
            try check("commission", rewards.parts.first?.commission) { try $0.int64 }
            try check("selfDelegation", rewards.parts.first?.selfDelegation) { try $0.int64 }
            try check("validators", own) { try $0.array.map { try $0.int64 } }
            try check("delegators", others) { try $0.array.map { try $0.int64 } }
            try check("rewardsByAddressAscending", rewards.payments.values) { try $0.array.map { try $0.int64 } }
            try check("eachValidator", own) { Array(repeating: try $0.int64, count: validators.count) }
            for (key, account) in [("A", "val1"), ("B", "val2"), ("val1", "val1"), ("val2", "val2"), ("D", "D")] {
                try check(key, rewards.payments[name(account)]) { try $0.int64 }
            }
            for (key, account) in [("event", "val1"), ("eventB", "val2")] {
                guard let event = expected[key].optional else { continue }
                let part = try #require(rewards.parts.first { $0.validator.accountAddress == name(account) })
                let fields: [(String, Int64)] = [
                    ("commission", part.commission), ("self", part.selfDelegation),
                    ("selfDelegation", part.selfDelegation), ("delegators", part.delegators),
                    ("totalDelegatedStake", part.totalDelegatedStake), ("numDelegators", part.numDelegators),
                ]
                for (field, found) in fields {
                    if let wanted = event[field].optional { try vector.expect(found, is: wanted.int64, field) }
                }
            }
            if checks == 0 { throw UnknownCase() }
        }
    }

    @Test("Who is a validator is paid as one, also for what it has bonded with another")
    func validatorAsDelegator() throws {
        var test = try TokenomicsChain()
        let (first, second, delegator) = (TokenomicsChain.validator, name("second"), name("delegator"))
        test.chain.staking.validators[first] = validator(first, [(first, 400_000_000), (delegator, 50_000_000)])
        test.chain.staking.validators[second] = validator(second, [(first, 150_000_000), (second, 300_000_000)])
        test.claim(1_000)
        let block = try test.settle()
        func paid(_ account: Address, _ role: String) -> Int64? {
            block.named("SettlementBatch").first {
                $0["recipient"]?.text == account.rawValue
                    && $0["op_reason"]?.text == "TLM_RELAY_BURN_EQUALS_MINT_\(role)_REWARD_DISTRIBUTION"
            }?["total_amount"]?.integer
        }
        // A pool of 50 in two parts of 25: of the first 22 and 3, of the second 8 and 17.
        #expect(paid(first, "VALIDATOR") == 30 && paid(first, "DELEGATOR") == nil)
        #expect(paid(second, "VALIDATOR") == 17)
        #expect(paid(delegator, "DELEGATOR") == 3)
        let events = block.named("ValidatorRewardDistribution")
        #expect(events.count == 4)
        #expect(events.allSatisfy { $0["num_delegators"]?.integer == 1 })
    }

    @Test("A supplier is slashed once for each expired claim, down to nothing, and told to leave once")
    func slashing() throws {
        try everyCase(ofArea: "slashing") { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            var test = try TokenomicsChain(supplierStake: try input["supplierStake"].int64) { params in
                params.proof.proofRequirementThreshold = .upokt(1)
                params.proof.proofMissingPenalty = .upokt((try? input["penalty"].int64) ?? 0)
            }
            for place in 0..<(try input["expiredClaims"].int) { test.claim(1000, service: "svc\(place)") }
            let height = try input["settleHeight"].int64
            test.chain.height = height - 1
            let block = try test.settle()
            let wanted = try expected["slashEvents"].array.map {
                [try $0["penalty"].string, try $0["stakeAfter"].string]
            }
            let found = block.named("SupplierSlashed").map { event in
                [event["proof_missing_penalty"], event["supplier_stake_after_slash"]].map { $0?.description ?? "" }
            }
            try vector.expect(found, is: wanted, "slashes")
            let begun = block.named("SupplierUnbondingBegin")
            try vector.expect(begun.count, is: expected["unbondingBeginEvents"].int, "events")
            let end = begun.first?["unbonding_end_height"]?.integer
            try vector.expect(end, is: expected["unbondingEndHeight"].int64, "end")
            let actor = test.chain.supplier(TokenomicsChain.supplier)
            try vector.expect(actor?.unstakeSessionEndHeight, is: expected["unstakeSessionEndHeight"].int64, "session")
            #expect(test.chain.supplier.unbonding.isEmpty)
            #expect(test.chain.tokenomics.expiredClaims == 3)
        }
    }

    @Test("A claim without compute units is discarded: nobody is paid, nobody slashed")
    func discarded() throws {
        var test = try TokenomicsChain()
        test.claim(0, count: 5)
        let block = try test.settle()
        #expect(block.named("ClaimDiscarded").count == 1)
        #expect(block.named("ClaimSettled").isEmpty && block.named("SupplierSlashed").isEmpty)
        #expect(test.appStake == 2_000_000)
        #expect(test.chain.proof.claims.isEmpty)
    }
}
