import Keys
import Shannon
import Testing

@testable import Onchain

@Suite("What settlement tells")
struct SettlementEventTests {
    /// One settled claim of 1000 upokt; an even inflation of 100 on top.
    private func settled() throws -> Block {
        var test = try TokenomicsChain { params in
            params.tokenomics.mintEqualsBurnClaimDistribution.application = 0.05
            params.tokenomics.mintEqualsBurnClaimDistribution.supplier = 0.65
            params.tokenomics.mintAllocationPercentages.application = 0.05
            params.tokenomics.mintAllocationPercentages.dao = 0.05
        }
        let delegator = TokenomicsChain.name("delegator")
        test.chain.staking.validators.update(TokenomicsChain.validator) { validator in
            validator.commissionRate = "0.1"
            validator.delegations[TokenomicsChain.validator] = 450_000_000
            validator.delegations[delegator] = 450_000_000
        }
        test.claim(1000)
        return try test.settle()
    }

    @Test("Every operation of a claim bears upstream's reason, in upstream's order")
    func reasons() throws {
        let told = try settled().named("SettlementBatch").map { event in
            ["op_type", "sender_module", "op_reason"].map { event[$0]?.text ?? "" }.joined(separator: " ")
        }
        let (relay, inflation) = ("TLM_RELAY_BURN_EQUALS_MINT", "TLM_GLOBAL_MINT")
        let shareholder = "SUPPLIER_SHAREHOLDER_REWARD_DISTRIBUTION"
        #expect(told.count == 23)
        #expect(
            Array(told.prefix(5)) == [
                "mint tokenomics \(relay)_TOKENOMICS_CLAIM_DISTRIBUTION_MINT",
                "mint tokenomics \(inflation)_INFLATION",
                "mod_to_mod application \(inflation)_REIMBURSEMENT_REQUEST_ESCROW_MODULE_TRANSFER",
                "mod_to_mod tokenomics \(inflation)_REIMBURSEMENT_REQUEST_ESCROW_MODULE_TRANSFER",
                "mod_to_mod tokenomics \(relay)_\(shareholder)",
            ])
        #expect(told.last == "burn application \(relay)_APPLICATION_STAKE_BURN")
        let paid = Set(told.dropFirst(5).dropLast())
        let rewards = ["DAO", "SOURCE_OWNER", "APPLICATION", "VALIDATOR", "DELEGATOR"].flatMap { role in
            [relay, inflation].map { "mod_to_acct tokenomics \($0)_\(role)_REWARD_DISTRIBUTION" }
        }
        let shares = [relay, inflation].map { "mod_to_acct supplier \($0)_\(shareholder)" }
        let reimbursed = "mod_to_acct tokenomics \(inflation)_REIMBURSEMENT_REQUEST_ESCROW_DAO_TRANSFER"
        #expect(paid == Set(rewards + shares + [reimbursed]))
    }

    @Test("Rewards are listed one by one, in the order in which upstream's modules queue them")
    func detailedRewards() throws {
        let event = try #require(try settled().named("ClaimSettled").first)
        guard case .list(let entries) = event["reward_distribution_detailed"] else { throw UnknownCase() }
        let reasons = entries.compactMap { entry -> String? in
            guard case .list(let fields) = entry.value,
                fields.map(\.key) == ["recipient_address", "op_reason", "amount"]
            else { return nil }
            return fields[1].value.text?.replacing("_REWARD_DISTRIBUTION", with: "").replacing("TLM_", with: "")
        }
        let shareholders = Array(repeating: "SUPPLIER_SHAREHOLDER", count: 3)
        let relay = (shareholders + ["SOURCE_OWNER", "DAO", "APPLICATION"]).map { "RELAY_BURN_EQUALS_MINT_\($0)" }
        let inflation = (shareholders + ["APPLICATION", "SOURCE_OWNER", "DAO"]).map { "GLOBAL_MINT_\($0)" }
        #expect(reasons == relay + inflation + ["GLOBAL_MINT_REIMBURSEMENT_REQUEST_ESCROW_DAO_TRANSFER"])
    }

    @Test("A mint or burn names its module and no recipient; batches name the first settled claim's session end")
    func batches() throws {
        let batches = try settled().named("SettlementBatch")
        for event in batches {
            let isTransfer = event["op_type"]?.text?.hasPrefix("mod_to") == true
            #expect((event["recipient"]?.text == "") == !isTransfer, "\(event)")
            #expect(event["session_end_block_height"]?.integer == 10)
        }
    }

    @Test("Events have upstream's fields in upstream's order", arguments: fields)
    func names(event: String, fields: String) throws {
        let found = try #require(try settled().named(event).first)
        #expect(found.attributes.map(\.key).joined(separator: " ") == fields)
        #expect(found.type == "pocket.\(found.module).Event\(event)")
    }

    @Test("A validator's event counts its own delegation, and amounts without denomination")
    func validatorEvent() throws {
        let events = try settled().named("ValidatorRewardDistribution")
        #expect(events.map { $0["pool_share_upokt"]?.description } == ["50", "5"])
        let event = try #require(events.first)
        #expect(event["op_reason"]?.text == "TLM_RELAY_BURN_EQUALS_MINT_VALIDATOR_REWARD_DISTRIBUTION")
        #expect(event["commission_rate"]?.text == "0.100000000000000000")
        #expect(event["total_delegated_stake_upokt"]?.integer == 900_000_000)
        #expect(event["num_delegators"]?.integer == 1)
        #expect(event["commission_upokt"]?.integer == 5)
        let halves = ["self_delegation_reward_upokt", "delegators_reward_upokt"].compactMap { event[$0]?.integer }
        #expect(halves.sorted() == [22, 23])
    }

    @Test("A validator that gets nothing of a pool is not told of")
    func nothingForTheSmall() {
        let (rich, poor) = (TokenomicsChain.name("rich"), TokenomicsChain.name("poor"))
        let validators = [(rich, 1_000_000), (poor, 1)].map { account, tokens in
            Validator(accountAddress: account, bondedTokens: tokens, delegations: SortedMap())
        }
        let rewards = ValidatorRewards(pool: 100, validators: validators)
        #expect(rewards.parts.map(\.validator.accountAddress) == [rich])
        #expect(rewards.payments[rich] == 100)
    }

    @Test(
        "A limit that vanishes when the budget is shared is not told of as exceeded",
        arguments: [
            (100, false), (99, true), (0, false),
        ])
    func limitLostInRounding(limit: Int64, isTold: Bool) {
        // A stake of 101 and a limit of 100 both give 50 to each of two claims.
        let budget = ApplicationBudget(
            stake: 101, pendingSessions: 1, spendLimit: limit, numClaims: 2, inflation: .zero, bonus: 1)
        #expect(budget.isLimitedBySpending == isTold)
        #expect(budget.floor == (isTold ? 49 : 50))
    }
}

/// The fields of an event, space between them, as the protocol's definitions have them.
private let fields: [(String, String)] = [
    (
        "ClaimSettled",
        "proof_requirement_int num_relays num_claimed_compute_units num_estimated_compute_units claimed_upokt "
            + "service_id application_address session_end_block_height claim_proof_status_int "
            + "supplier_operator_address reward_distribution reward_distribution_detailed settled_upokt mint_ratio "
            + "session_id supplier_owner_address num_estimated_relays minted_upokt overservicing_loss_upokt "
            + "deflation_loss_upokt"
    ),
    (
        "ApplicationReimbursementRequest",
        "application_addr supplier_operator_addr supplier_owner_addr service_id session_id amount"
    ),
    (
        "ValidatorRewardDistribution",
        "session_end_block_height op_reason validator_operator_address validator_account_address commission_rate "
            + "pool_share_upokt commission_upokt self_delegation_reward_upokt delegators_reward_upokt "
            + "total_delegated_stake_upokt num_delegators"
    ),
    (
        "SettlementBatch",
        "session_end_block_height sender_module recipient op_reason total_amount num_claims op_type"
    ),
    (
        "RelayMiningDifficultyUpdated",
        "service_id prev_target_hash_hex_encoded new_target_hash_hex_encoded prev_num_relays_ema new_num_relays_ema"
    ),
]
