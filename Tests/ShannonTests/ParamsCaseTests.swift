import Keys
import Shannon
import Testing
import VectorSupport

/// Sets one parameter from a case's value and checks what upstream's test of that parameter checks.
private struct ParamCase {
    let vector: VectorCase
    var value: JSONValue { vector["input"]["value"] }

    /// A coin in Cosmos notation; null counts as no coin at all.
    var coin: Coin {
        get throws {
            guard let text = try value.optional?.string else { return Coin(denom: "", amount: 0) }
            guard let coin = Coin(parsing: text) else { throw JSONValueError("\(vector): no coin: \(text)") }
            return coin
        }
    }

    func run() throws {
        let name = try vector["input"]["param"].string
        switch try vector["input"]["module"].string {
        case "shared":
            let params = try JSONValue.object([name: value]).sharedParams
            // A name that is not known changes nothing; 4 is the default of two parameters.
            let value = try value.uint64
            guard params != SharedParams() || value == 4 else { throw JSONValueError("no test knows \(name)") }
            try params.validateFields()
        case "session":
            var params = SessionParams()
            params.numSuppliersPerSession = try value.uint64
            try params.validate()
        case "application":
            var params = ApplicationParams()
            if name == "min_stake" {
                params.minStake = try coin
            } else {
                params.maxDelegatedGateways = try value.uint64
            }
            try params.validate()
        case "gateway":
            var params = GatewayParams()
            params.minStake = try coin
            try params.validate()
        case "supplier":
            var params = SupplierParams()
            if name == "min_stake" { params.minStake = try coin } else { params.stakingFee = try coin }
            try params.validate()
        case "service":
            var params = ServiceParams()
            if name == "add_service_fee" {
                params.addServiceFee = try coin
            } else {
                params.targetNumRelays = try value.uint64
            }
            try params.validate()
        case "proof": try proof(name).validate()
        case "tokenomics": try tokenomics(name).validate()
        case let module: throw JSONValueError("no test knows the module \(module)")
        }
    }

    private func proof(_ name: String) throws -> ProofParams {
        var params = ProofParams()
        switch name {
        case "proof_request_probability": params.proofRequestProbability = try value.double
        case "proof_requirement_threshold": params.proofRequirementThreshold = try coin
        case "proof_missing_penalty": params.proofMissingPenalty = try coin
        case "proof_submission_fee": params.proofSubmissionFee = try coin
        default: throw JSONValueError("no test knows \(name)")
        }
        return params
    }

    private func tokenomics(_ name: String) throws -> TokenomicsParams {
        var params = TokenomicsParams()
        switch name {
        case "mint_ratio": params.mintRatio = try value.double
        case "overservicing_bonus_multiplier": params.overservicingBonusMultiplier = try value.uint64
        default: throw JSONValueError("no test knows \(name)")
        }
        return params
    }
}

@Suite("Upstream's unit tests of parameters")
struct ParamsCaseTests {
    private func allocation(_ value: JSONValue) throws -> MintAllocation {
        let shares = try value.array.map { try $0.double }
        try #require(shares.count == 5)
        return MintAllocation(
            dao: shares[0], proposer: shares[1], supplier: shares[2], sourceOwner: shares[3], application: shares[4])
    }

    @Test("Parameters are accepted and refused as upstream does")
    func validation() throws {
        try everyCase("param-validation", of: casesFile) { vector in
            let input = vector["input"]
            if !input["param"].isNull { return try vector.expectOutcome { try ParamCase(vector: vector).run() } }
            var params = TokenomicsParams()
            if let share = try input["supplierShare"].optional?.double {
                params.mintRatio = try input["mint_ratio"].double
                params.mintEqualsBurnClaimDistribution = MintAllocation(
                    dao: 1 - share, proposer: 0, supplier: share, sourceOwner: 0, application: 0)
                try params.validate()
                return try vector.expect(
                    params.holdsAgainstCollusion, is: vector["expected"]["antiCollusionHolds"].bool, "holds")
            }
            if let value = try input["global_inflation_per_claim"].optional?.double {
                params.globalInflationPerClaim = value
            }
            if let value = input["mint_allocation"].optional {
                params.mintAllocationPercentages = try allocation(value)
            }
            if let value = input["mint_equals_burn"].optional {
                params.mintEqualsBurnClaimDistribution = try allocation(value)
            }
            if let value = try input["mint_ratio"].optional?.double { params.mintRatio = value }
            guard let address = try input["dao_reward_address"].optional?.string else {
                return try vector.expectOutcome { try params.validate() }
            }
            params.daoRewardAddress = Address(address)
            // Upstream's test looks for a part of the message only.
            let error = #expect(throws: ChainError.self) { try params.validate() }
            let part = try vector["expected"]["error"].string
            try vector.expect(error?.message.contains(part), is: true, "message \(error?.message ?? "")")
        }
    }

    @Test("The defaults of every module are valid")
    func defaults() throws {
        try Params().validate()
    }

    @Test("Parameters that contradict each other are refused, and what just fits is not")
    func together() throws {
        var params = SharedParams()
        params.numBlocksPerSession = 9
        try params.validate()
        params.numBlocksPerSession = 8
        #expect(throws: ChainError.self) { try params.validate() }
        params.supplierUnbondingPeriodSessions = 2
        #expect(throws: ChainError.self) { try params.validate() }
        params.applicationUnbondingPeriodSessions = 2
        try params.validate()
        params.gracePeriodEndOffsetBlocks = 8
        params.claimWindowOpenOffsetBlocks = 8
        #expect(throws: ChainError.self) { try params.validate() }
        params.gracePeriodEndOffsetBlocks = 7
        try params.validate()
        params.claimWindowOpenOffsetBlocks = 6
        #expect(throws: ChainError.self) { try params.validate() }
    }

    @Test("Windows of no length at all are refused")
    func zeroWindows() {
        var params = SharedParams()
        params.gracePeriodEndOffsetBlocks = 0
        params.claimWindowOpenOffsetBlocks = 0
        params.claimWindowCloseOffsetBlocks = 0
        params.proofWindowCloseOffsetBlocks = 0
        #expect(throws: ChainError.self) { try params.validate() }
        params.proofWindowCloseOffsetBlocks = 1
        #expect(throws: Never.self) { try params.validate() }
    }
}
