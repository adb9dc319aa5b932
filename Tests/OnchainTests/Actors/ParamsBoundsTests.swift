import Keys
import Shannon
import Testing

@testable import Onchain

/// A parameter with values on either side of its bounds, everything else being the default.
struct BoundedParam: Sendable, CustomTestStringConvertible {
    let module: String
    let name: String
    let accepted: [MsgUpdateParam.Value]
    let refused: [MsgUpdateParam.Value]

    init(
        _ module: String, _ name: String, _ accepted: [MsgUpdateParam.Value], not refused: [MsgUpdateParam.Value]
    ) {
        (self.module, self.name, self.accepted, self.refused) = (module, name, accepted, refused)
    }

    var testDescription: String { "\(module) \(name)" }

    static func integer(_ module: String, _ name: String, _ accepted: [UInt64], not refused: [UInt64]) -> BoundedParam {
        BoundedParam(module, name, accepted.map { .integer($0) }, not: refused.map { .integer($0) })
    }

    static func coin(_ module: String, _ name: String, from least: Int64) -> BoundedParam {
        BoundedParam(
            module, name, [.coin(.upokt(least)), .coin(.upokt(7))],
            not: [.coin(.upokt(least - 1)), .coin(Coin(denom: "mact", amount: 7))])
    }

    static func shares(_ name: String) -> BoundedParam {
        func dao(_ share: Double, supplier: Double = 0.8) -> MsgUpdateParam.Value {
            .allocation(
                MintAllocation(dao: share, proposer: 0, supplier: supplier, sourceOwner: 0, application: 0.1))
        }
        return BoundedParam(
            "tokenomics", name, [dao(0.1), dao(0.1 + 5e-11)],
            not: [dao(0.1 + 2e-10), dao(0.1 - 2e-10), dao(-0.1, supplier: 1), dao(.nan)])
    }
}

/// The windows' offsets are 1, 4, 0 and 4 of sessions of 10 blocks, so one more block still lies in the unbonding period.
private let boundedParams: [BoundedParam] = [
    .integer("shared", "num_blocks_per_session", [9, 20], not: [0, 1, 8]),
    .integer("shared", "grace_period_end_offset_blocks", [0, 1], not: [2, 10]),
    .integer("shared", "claim_window_open_offset_blocks", [1, 2], not: [0, 3]),
    .integer("shared", "claim_window_close_offset_blocks", [0, 5], not: [6]),
    .integer("shared", "proof_window_open_offset_blocks", [0, 1], not: [2]),
    .integer("shared", "proof_window_close_offset_blocks", [0, 5], not: [6]),
    .integer("shared", "supplier_unbonding_period_sessions", [1, 9], not: [0]),
    .integer("shared", "application_unbonding_period_sessions", [1, 9], not: [0]),
    .integer("shared", "gateway_unbonding_period_sessions", [1, 9], not: [0]),
    .integer("shared", "compute_units_to_tokens_multiplier", [1, 9], not: [0]),
    .integer("shared", "session_grid_anchor_height", [], not: [1, 11]),
    .integer("shared", "session_number_at_anchor", [], not: [1, 2]),
    .integer("session", "num_suppliers_per_session", [1, 50], not: [0]),
    .integer("application", "max_delegated_gateways", [1, 9], not: [0]),
    .coin("application", "min_stake", from: 1), .coin("gateway", "min_stake", from: 1),
    .coin("supplier", "min_stake", from: 1), .coin("supplier", "staking_fee", from: 0),
    .coin("service", "add_service_fee", from: 1), .integer("service", "target_num_relays", [1], not: [0]),
    BoundedParam(
        "proof", "proof_request_probability", [.number(0), .number(1)],
        not: [.number(-0.01), .number(1.01), .number(.nan)]),
    .coin("proof", "proof_requirement_threshold", from: 0), .coin("proof", "proof_missing_penalty", from: 0),
    .coin("proof", "proof_submission_fee", from: 0),
    .shares("mint_allocation_percentages"), .shares("mint_equals_burn_claim_distribution"),
    BoundedParam(
        "tokenomics", "dao_reward_address", [.text(address("pnf").rawValue)], not: [.text(""), .text("nobody")]),
    BoundedParam(
        "tokenomics", "global_inflation_per_claim", [.number(0), .number(2)], not: [.number(-0.1), .number(.nan)]),
    BoundedParam(
        "tokenomics", "mint_ratio", [.number(0.001), .number(1)], not: [.number(0), .number(-1), .number(1.001)]),
    .integer("tokenomics", "overservicing_bonus_multiplier", [0, 1000], not: [1001]),
]

@Suite("Bounds, defaults and timing of parameters")
struct ParamsBoundsTests {
    @Test("A parameter's bounds are upstream's, and what lies outside changes nothing", arguments: boundedParams)
    func bounds(param: BoundedParam) throws {
        for value in param.accepted {
            var network = try ActorsChain()
            #expect(network.refusal(of: parameter(param.module, param.name, value), by: "pnf") == nil, "\(value)")
        }
        let expected = try #require(GovernedModule(rawValue: param.module)).invalidParam("").name
        for value in param.refused {
            var network = try ActorsChain()
            let error = network.send([(parameter(param.module, param.name, value), "pnf")], at: 2)[0].error
            #expect(error?.name == expected, "\(value)")
            #expect(error?.message.contains("expected") == true && error?.message.contains("found") == true)
            network.advance(to: 12)
            #expect(network.chain.params == Params() && network.chain.shared.history.isEmpty)
        }
    }

    @Test("Quirk: the granularity of prices may be any number from 1 on, not only a power of ten")
    func granularity() throws {
        var network = try ActorsChain()
        let name = "compute_unit_cost_granularity"
        #expect(network.refusal(of: parameter("shared", name, .integer(0)), by: "pnf") == "ErrSharedParamInvalid")
        #expect(network.refusal(of: parameter("shared", name, .integer(3)), by: "pnf") == nil)
        #expect(network.chain.params.shared.computeUnitCostGranularity == 3)
    }

    /// What shapes sessions and windows; all else is live at once.
    private let timingParams = [
        "num_blocks_per_session", "grace_period_end_offset_blocks", "claim_window_open_offset_blocks",
        "claim_window_close_offset_blocks", "proof_window_open_offset_blocks", "proof_window_close_offset_blocks",
    ]

    @Test("Six parameters wait for the next session, the others are live at once", arguments: boundedParams)
    func timing(param: BoundedParam) throws {
        for value in param.accepted {
            var network = try ActorsChain()
            let before = network.chain.params
            try network.govern(param.module, param.name, value, at: 2)
            let new = try before.changed(
                by: ParamChange(
                    module: #require(GovernedModule(rawValue: param.module)), name: param.name, value: value))
            guard new != before.ofModule(param.module) else { continue }
            if timingParams.contains(param.name) {
                network.advance(to: 10)
                #expect(network.chain.params == before, "\(value)")
                network.advance(to: 11)
                #expect(network.chain.params != before, "\(value)")
            } else {
                #expect(network.chain.params.ofModule(param.module) == new, "\(value)")
            }
            // The history keeps every shared change for the next session, and no other module's but the sessions'.
            #expect(network.chain.shared.history.keys == (param.module == "shared" ? [1, 11] : []))
            #expect(network.chain.session.history.keys == (param.module == "session" ? [2, 11] : []))
            #expect(network.chain.sharedParams(at: 10) == before.shared)
        }
    }

    @Test("The defaults are upstream's")
    func defaults() {
        let shared = Params().shared
        #expect(shared.numBlocksPerSession == 10 && shared.gracePeriodEndOffsetBlocks == 1)
        #expect(shared.claimWindowOpenOffsetBlocks == 1 && shared.claimWindowCloseOffsetBlocks == 4)
        #expect(shared.proofWindowOpenOffsetBlocks == 0 && shared.proofWindowCloseOffsetBlocks == 4)
        #expect(shared.supplierUnbondingPeriodSessions == 1 && shared.applicationUnbondingPeriodSessions == 1)
        #expect(shared.gatewayUnbondingPeriodSessions == 1)
        #expect(shared.computeUnitsToTokensMultiplier == 42_000_000 && shared.computeUnitCostGranularity == 1_000_000)
        #expect(shared.sessionGridAnchorHeight == 1 && shared.sessionNumberAtAnchor == 1)
        #expect(Params().session.numSuppliersPerSession == 15)
        #expect(Params().application.maxDelegatedGateways == 7)
        #expect(Params().application.minStake == .upokt(1_000_000) && Params().gateway.minStake == .upokt(100))
        #expect(Params().supplier.minStake == .upokt(1_000_000) && Params().supplier.stakingFee == .upokt(1))
        #expect(Params().service.addServiceFee == .upokt(1) && Params().service.targetNumRelays == 100_000)
        let (proof, tokenomics) = (Params().proof, Params().tokenomics)
        #expect(proof.proofRequestProbability == 0.25 && proof.proofRequirementThreshold == .upokt(20_000_000))
        #expect(proof.proofMissingPenalty == .upokt(320_000_000) && proof.proofSubmissionFee == .upokt(0))
        let shares = MintAllocation(dao: 0.1, proposer: 0.05, supplier: 0.7, sourceOwner: 0.15, application: 0)
        #expect(tokenomics.mintAllocationPercentages == shares && tokenomics.mintEqualsBurnClaimDistribution == shares)
        #expect(tokenomics.daoRewardAddress == "pokt1eeeksh2tvkh7wzmfrljnhw4wrhs55lcuvmekkw")
        #expect(tokenomics.globalInflationPerClaim == 0.1 && tokenomics.mintRatio == 1)
        #expect(tokenomics.overservicingBonusMultiplier == 1)
    }
}
