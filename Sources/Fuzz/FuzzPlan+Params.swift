import Keys
import Shannon
import World

extension FuzzPlan {
    /// The parameters that are not the modules' defaults, as sections of a timeline.
    var paramLines: [String] {
        var lines: [String] = []
        for (module, fields) in Self.params {
            let changed = fields.filter { $0.text(spec.params) != $0.text(Params()) }
            guard !changed.isEmpty else { continue }
            lines.append("[params.\(module)]")
            lines += changed.map { "\($0.name) = \($0.text(spec.params))" } + [""]
        }
        return lines
    }

    /// A parameter by upstream's name, and its value as TOML writes it.
    private struct Parameter {
        let name: String
        let text: (Params) -> String

        init(_ name: String, _ text: @escaping (Params) -> String) { (self.name, self.text) = (name, text) }

        init(_ name: String, count: KeyPath<Params, UInt64>) { self.init(name) { "\($0[keyPath: count])" } }
        init(_ name: String, number: KeyPath<Params, Double>) {
            self.init(name) { "\($0[keyPath: number])" }
        }
        init(_ name: String, coin: KeyPath<Params, Coin>) {
            self.init(name) { "\($0[keyPath: coin])".quoted }
        }
        init(_ name: String, shares: KeyPath<Params, MintAllocation>) {
            self.init(name) { $0[keyPath: shares].toml }
        }
    }

    private static var params: KeyValuePairs<String, [Parameter]> {
        [
            "shared": sharedParams,
            "session": [Parameter("num_suppliers_per_session", count: \.session.numSuppliersPerSession)],
            "application": [
                Parameter("max_delegated_gateways", count: \.application.maxDelegatedGateways),
                Parameter("min_stake", coin: \.application.minStake),
            ],
            "gateway": [Parameter("min_stake", coin: \.gateway.minStake)],
            "supplier": [
                Parameter("min_stake", coin: \.supplier.minStake),
                Parameter("staking_fee", coin: \.supplier.stakingFee),
            ],
            "service": [
                Parameter("add_service_fee", coin: \.service.addServiceFee),
                Parameter("target_num_relays", count: \.service.targetNumRelays),
            ],
            "proof": [
                Parameter("proof_request_probability", number: \.proof.proofRequestProbability),
                Parameter("proof_requirement_threshold", coin: \.proof.proofRequirementThreshold),
                Parameter("proof_missing_penalty", coin: \.proof.proofMissingPenalty),
                Parameter("proof_submission_fee", coin: \.proof.proofSubmissionFee),
            ],
            "tokenomics": [
                Parameter("mint_allocation_percentages", shares: \.tokenomics.mintAllocationPercentages),
                Parameter("dao_reward_address") { $0.tokenomics.daoRewardAddress.rawValue.quoted },
                Parameter("global_inflation_per_claim", number: \.tokenomics.globalInflationPerClaim),
                Parameter("mint_equals_burn_claim_distribution", shares: \.tokenomics.mintEqualsBurnClaimDistribution),
                Parameter("mint_ratio", number: \.tokenomics.mintRatio),
                Parameter("overservicing_bonus_multiplier", count: \.tokenomics.overservicingBonusMultiplier),
            ],
        ]
    }

    private static var sharedParams: [Parameter] {
        [
            Parameter("num_blocks_per_session", count: \.shared.numBlocksPerSession),
            Parameter("grace_period_end_offset_blocks", count: \.shared.gracePeriodEndOffsetBlocks),
            Parameter("claim_window_open_offset_blocks", count: \.shared.claimWindowOpenOffsetBlocks),
            Parameter("claim_window_close_offset_blocks", count: \.shared.claimWindowCloseOffsetBlocks),
            Parameter("proof_window_open_offset_blocks", count: \.shared.proofWindowOpenOffsetBlocks),
            Parameter("proof_window_close_offset_blocks", count: \.shared.proofWindowCloseOffsetBlocks),
            Parameter("supplier_unbonding_period_sessions", count: \.shared.supplierUnbondingPeriodSessions),
            Parameter("application_unbonding_period_sessions", count: \.shared.applicationUnbondingPeriodSessions),
            Parameter("gateway_unbonding_period_sessions", count: \.shared.gatewayUnbondingPeriodSessions),
            Parameter("compute_units_to_tokens_multiplier", count: \.shared.computeUnitsToTokensMultiplier),
            Parameter("compute_unit_cost_granularity", count: \.shared.computeUnitCostGranularity),
        ]
    }
}

extension MsgUpdateParam.Value {
    /// As TOML writes it.
    var toml: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let text): text.quoted
        case .coin(let coin): "\(coin)".quoted
        case .allocation(let shares): shares.toml
        }
    }
}

extension MintAllocation {
    fileprivate var toml: String {
        "{ dao = \(dao), proposer = \(proposer), supplier = \(supplier), "
            + "source_owner = \(sourceOwner), application = \(application) }"
    }
}
