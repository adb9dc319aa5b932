import Keys

extension TokenomicsParams {
    /// Refuses shares that do not add up, negative inflation, a mint ratio outside 0 … 1 and a bonus above 1000
    /// (`x/tokenomics/types/params.go`).
    public func validate() throws(ChainError) {
        try mintAllocationPercentages.validate("mint_allocation_percentages")
        guard daoRewardAddress.isValid else {
            let found = daoRewardAddress.rawValue.isEmpty ? "an empty address" : "\"\(daoRewardAddress)\""
            throw .invalidParam(.tokenomics, "dao_reward_address: expected a bech32 address, found \(found)")
        }
        guard globalInflationPerClaim >= 0, globalInflationPerClaim.isFinite else {
            throw .invalidParam(
                .tokenomics, "global_inflation_per_claim: expected 0 or more, found \(globalInflationPerClaim)")
        }
        try mintEqualsBurnClaimDistribution.validate("mint_equals_burn_claim_distribution")
        guard mintRatio > 0, mintRatio <= 1 else {
            throw .invalidParam(.tokenomics, "mint_ratio: expected more than 0 and at most 1, found \(mintRatio)")
        }
        guard overservicingBonusMultiplier <= TokenomicsParams.maxOverservicingBonusMultiplier else {
            throw .invalidParam(
                .tokenomics,
                "overservicing_bonus_multiplier: expected at most \(TokenomicsParams.maxOverservicingBonusMultiplier), "
                    + "found \(overservicingBonusMultiplier)")
        }
    }

    /// The largest overservicing bonus multiplier; 0 counts as 1.
    public static let maxOverservicingBonusMultiplier: UInt64 = 1000

    /// Whether a supplier that plays its own customer loses money: mint ratio times supplier share is below 1.
    ///
    /// Upstream only logs when it does not.
    public var holdsAgainstCollusion: Bool {
        let ratio = Rational(decimalTextOf: mintRatio)
        return ratio * Rational(decimalTextOf: mintEqualsBurnClaimDistribution.supplier) < .one
    }
}

extension MintAllocation {
    /// The five shares in upstream's field order.
    public var shares: [Double] { [dao, proposer, supplier, sourceOwner, application] }

    /// Whether every share is 0, as when a message leaves the field out; upstream then takes the default.
    public var isZero: Bool { shares.allSatisfy { $0 == 0 } }

    /// Refuses negative shares and a sum that is further than 1e-10 from 1 (`x/tokenomics/types/params.go`).
    public func validate(_ name: String) throws(ChainError) {
        if let share = shares.first(where: { !($0 >= 0) }) {
            throw .invalidParam(.tokenomics, "\(name): expected shares of 0 or more, found \(share)")
        }
        let sum = shares.reduce(0, +)
        guard abs(sum - 1) <= 1e-10 else {
            throw .invalidParam(.tokenomics, "\(name): expected shares that add up to 1, found a sum of \(sum)")
        }
    }
}
