import Keys
import Shannon
import Testing
import VectorSupport

@testable import Onchain

@Suite("Parameters over time")
struct ParamsTests {
    /// Sessions of 4 blocks with windows 2, 4, 0, 4, as upstream's tests have them.
    private var short: Params {
        var params = Params()
        params.shared.numBlocksPerSession = 4
        params.shared.claimWindowOpenOffsetBlocks = 2
        params.shared.supplierUnbondingPeriodSessions = 5
        params.shared.applicationUnbondingPeriodSessions = 5
        return params
    }

    private func value(_ name: String, of params: SharedParams) throws -> UInt64 {
        switch name {
        case "num_blocks_per_session": params.numBlocksPerSession
        case "grace_period_end_offset_blocks": params.gracePeriodEndOffsetBlocks
        case "claim_window_close_offset_blocks": params.claimWindowCloseOffsetBlocks
        case "supplier_unbonding_period_sessions": params.supplierUnbondingPeriodSessions
        case "application_unbonding_period_sessions": params.applicationUnbondingPeriodSessions
        case "compute_units_to_tokens_multiplier": params.computeUnitsToTokensMultiplier
        case "compute_unit_cost_granularity": params.computeUnitCostGranularity
        default: throw UnknownCase()
        }
    }

    @Test("Every case of shared parameter updates holds")
    func cases() throws {
        try everyCase(ofArea: "shared-param-update") { vector in
            if vector.gives("historyEntry") { return try promotion(vector) }
            if vector.gives("updates") { return try twoUpdates(vector) }
            var network = try ActorsChain(params: short)
            let (input, expected) = (vector["input"], vector["expected"])
            let (name, new) = (try input["param"].string, try input["newValue"].uint64)
            let height = try input["height"].optional?.int64 ?? 2
            let old = try value(name, of: network.chain.params.shared)
            let refusal = network.refusal(of: parameter("shared", name, .integer(new)), by: "pnf", at: height)
            try vector.expect(refusal: refusal)
            guard refusal == nil else { return }
            let isImmediate = try expected["immediate"].optional?.bool ?? false
            try vector.expect(
                value(name, of: network.chain.params.shared), is: isImmediate ? new : old, "the live value at once")
            guard let effective = try expected["effectiveHeight"].optional?.int64 else { return }
            try vector.expect(value(name, of: network.chain.sharedParams(at: effective - 1)), is: old, "before")
            try vector.expect(value(name, of: network.chain.sharedParams(at: effective)), is: new, "from then on")
            network.advance(to: effective - 1)
            try vector.expect(value(name, of: network.chain.params.shared), is: old, "the live value before")
            network.advance(to: effective)
            try vector.expect(value(name, of: network.chain.params.shared), is: new, "the live value afterwards")
        }
    }

    private func promotion(_ vector: VectorCase) throws {
        var network = try ActorsChain(params: short)
        let (entry, expected) = (vector["input"]["historyEntry"], vector["expected"])
        var due = network.chain.params.shared
        due.numBlocksPerSession = try entry["N"].uint64
        due.sessionGridAnchorHeight = try entry["anchor"].int64
        due.sessionNumberAtAnchor = try entry["numberAtAnchor"].int64
        network.chain.shared.history[try entry["effectiveHeight"].int64] = due
        for height in expected["liveNAfterBlock"].keys.compactMap({ Height($0) }).sorted() {
            network.advance(to: height)
            let live = network.chain.params.shared.numBlocksPerSession
            try vector.expect(live, is: expected["liveNAfterBlock"]["\(height)"].uint64, "live after \(height)")
        }
        let anchor = network.chain.params.shared.sessionGridAnchorHeight
        try vector.expect(anchor, is: expected["anchorAfter5"].int64, "the anchor")
    }

    private func twoUpdates(_ vector: VectorCase) throws {
        var network = try ActorsChain(params: short)
        let doubled = network.chain.params.shared.computeUnitsToTokensMultiplier * 2
        let expected = vector["expected"]
        let messages = try vector["input"]["updates"].array.flatMap { update in
            update.keys.filter { $0 != "height" }.map { name in
                (parameter("shared", name, .integer((try? update[name].uint64) ?? doubled)), "pnf")
            }
        }
        for result in network.send(messages, at: 2) { #expect(result.error == nil) }
        if let before = expected["liveBeforeBoundary"].optional {
            network.advance(to: 4)
            try vector.expect(network.chain.params.shared.numBlocksPerSession, is: before.uint64, "live before")
            let pending = network.chain.shared.history[5]?.numBlocksPerSession
            try vector.expect(pending, is: expected["historyAt5"].uint64, "recorded")
            network.advance(to: 5)
            let after = network.chain.params.shared.numBlocksPerSession
            return try vector.expect(after, is: expected["liveAfterEndBlock5"].uint64, "live afterwards")
        }
        network.advance(to: 5)
        let after = expected["afterEndBlock5"]
        let live = network.chain.params.shared
        try vector.expect(live.numBlocksPerSession, is: after["num_blocks_per_session"].uint64, "live afterwards")
        #expect(live.computeUnitsToTokensMultiplier == doubled)
    }

    @Test("Every case of session parameters over time holds")
    func sessionParams() throws {
        try everyCase(ofArea: "session-params-history") { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            var network = try ActorsChain()
            network.chain.height = try input["updateAtHeight"].int64
            var new = SessionParams()
            new.numSuppliersPerSession = try input["newNumSuppliersPerSession"].uint64
            network.chain.recordSessionParams(new)
            let history = network.chain.session.history
            for (index, entry) in try expected["history"].array.enumerated() {
                try vector.expect(history.keys[index], is: entry["effectiveHeight"].int64, "height of entry \(index)")
                try vector.expect(
                    history.values[index].numSuppliersPerSession, is: entry["value"].uint64, "value of entry \(index)")
            }
            for height in expected["atHeight"].keys {
                let found = network.chain.sessionParams(at: try #require(Height(height)))
                try vector.expect(
                    found.numSuppliersPerSession, is: expected["atHeight"][height].uint64, "value at \(height)")
            }
        }
    }

    @Test("Quirk: session parameters are live at once, but sessions are built with them from the next one on")
    func sessionParamsAreLiveAtOnce() throws {
        var network = try ActorsChain()
        try network.govern("session", "num_suppliers_per_session", .integer(3), at: 4)
        #expect(network.chain.params.session.numSuppliersPerSession == 3)
        #expect(network.chain.sessionParams(at: 4).numSuppliersPerSession == 15)
        #expect(network.chain.sessionParams(at: 11).numSuppliersPerSession == 3)
        // Before the first entry the history says nothing, so the live value stands in.
        #expect(network.chain.sessionParams(at: 3).numSuppliersPerSession == 3)
    }

    @Test("A new session length starts a new grid at the next session, with numbers that go on")
    func newGrid() throws {
        var params = short
        params.shared.numBlocksPerSession = 60
        var network = try ActorsChain(params: params)
        try network.govern("shared", "num_blocks_per_session", .integer(7), at: 130)
        let pending = network.chain.sharedParams(at: 181)
        #expect(pending.sessionGridAnchorHeight == 181 && pending.sessionNumberAtAnchor == 4)
        for (height, start, end, number) in [
            (180, 121, 180, 3), (181, 181, 187, 4), (187, 181, 187, 4), (191, 188, 194, 5),
        ] as [(Height, Height, Height, Int64)] {
            let at = network.chain.sharedParams(at: height)
            #expect(at.sessionStart(at: height) == start)
            #expect(at.sessionEnd(at: height) == end)
            #expect(at.sessionNumber(at: height) == number)
        }
        network.advance(to: 182)
        #expect(network.chain.params.shared.numBlocksPerSession == 7)
        #expect(network.chain.violationsOfS1().isEmpty)
    }

    @Test("Every case of the session grid holds")
    func grid() throws {
        try everyCase(ofArea: "session-grid") { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            var network = try ActorsChain()
            network.chain.params.shared.numBlocksPerSession = try input["numBlocksPerSession"].uint64
            network.chain.params.shared.sessionGridAnchorHeight = try input["anchorHeight"].int64
            network.chain.params.shared.sessionNumberAtAnchor = try input["numberAtAnchor"].int64
            let height = try input["height"].int64
            let at = network.chain.sharedParams(at: height)
            try vector.expect(at.sessionStart(at: height), is: expected["start"].int64, "start")
            try vector.expect(at.sessionEnd(at: height), is: expected["end"].int64, "end")
            try vector.expect(at.sessionNumber(at: height), is: expected["number"].int64, "number")
        }
    }

    @Test("A change that does not touch timing, then one that does, are both kept")
    func pricingThenTiming() throws {
        var network = try ActorsChain(params: short)
        let messages = [
            parameter("shared", "compute_units_to_tokens_multiplier", .integer(9)),
            parameter("shared", "num_blocks_per_session", .integer(7)),
        ]
        for result in network.send(messages.map { ($0, "pnf") }, at: 2) { #expect(result.error == nil) }
        network.advance(to: 5)
        #expect(network.chain.params.shared.computeUnitsToTokensMultiplier == 9)
        #expect(network.chain.params.shared.numBlocksPerSession == 7)
    }

    @Test("A recorded change that has become invalid is not made live")
    func invalidPromotion() throws {
        var network = try ActorsChain()
        var broken = network.chain.params.shared
        broken.numBlocksPerSession = 0
        network.chain.shared.history[5] = broken
        network.advance(to: 6)
        #expect(network.chain.params.shared.numBlocksPerSession == 10)
    }

    @Test("Governance messages need the module's authority and a governance key", arguments: GovernedModule.allCases)
    func authority(module: GovernedModule) throws {
        var network = try ActorsChain()
        let message = MsgUpdateParam(
            authority: address("pnf"), module: module.rawValue, name: "min_stake", value: .integer(1))
        let results = network.send(
            [
                (.updateParam(message), "pnf"),
                (parameter(module.rawValue, "no_such_param", .integer(1)), "pnf"),
                (parameter(module.rawValue, "no_such_param", .integer(1)), "app"),
            ], at: 1)
        #expect(results.map { $0.error?.code } == [1100, module.invalidParam("").code, 4])
        #expect(results.map { $0.error?.codespace } == [module.rawValue, module.rawValue, "sdk"])
    }

    @Test("All parameters of a module can be replaced at once; the grid's anchor is not among them")
    func replaceAll() throws {
        var network = try ActorsChain(params: short)
        var shared = network.chain.params.shared
        shared.computeUnitCostGranularity = 10
        shared.sessionGridAnchorHeight = 77
        var tokenomics = TokenomicsParams()
        tokenomics.mintRatio = 0.5
        tokenomics.mintEqualsBurnClaimDistribution = MintAllocation(
            dao: 0, proposer: 0, supplier: 0, sourceOwner: 0, application: 0)
        for params in [.shared(shared), .tokenomics(tokenomics)] as [MsgUpdateParams.ModuleParams] {
            let message = MsgUpdateParams(authority: ModuleAccount.gov.address, params: params)
            try network.send(.updateParams(message), by: "pnf")
        }
        #expect(network.chain.params.shared.computeUnitCostGranularity == 10)
        #expect(network.chain.params.shared.sessionGridAnchorHeight == 1)
        #expect(network.chain.params.tokenomics.mintRatio == 0.5)
        #expect(network.chain.params.tokenomics.mintEqualsBurnClaimDistribution == .standard)
    }

    @Test("Each parameter can be changed by its name")
    func everyName() throws {
        var network = try ActorsChain()
        let coin = MsgUpdateParam.Value.coin(.upokt(3))
        let changes: [(String, String, MsgUpdateParam.Value)] = [
            ("shared", "claim_window_open_offset_blocks", .integer(2)),
            ("shared", "claim_window_close_offset_blocks", .integer(3)),
            ("shared", "proof_window_open_offset_blocks", .integer(1)),
            ("shared", "proof_window_close_offset_blocks", .integer(3)),
            ("shared", "gateway_unbonding_period_sessions", .integer(2)),
            ("application", "max_delegated_gateways", .integer(3)), ("application", "min_stake", coin),
            ("gateway", "min_stake", coin), ("supplier", "min_stake", coin), ("supplier", "staking_fee", coin),
            ("service", "add_service_fee", coin), ("service", "target_num_relays", .integer(5)),
            ("proof", "proof_request_probability", .number(0.5)), ("proof", "proof_requirement_threshold", coin),
            ("proof", "proof_missing_penalty", coin), ("proof", "proof_submission_fee", coin),
            ("tokenomics", "mint_allocation_percentages", .allocation(.standard)),
            ("tokenomics", "dao_reward_address", .text(address("pnf").rawValue)),
            ("tokenomics", "global_inflation_per_claim", .number(0.2)),
            ("tokenomics", "mint_equals_burn_claim_distribution", .allocation(.standard)),
            ("tokenomics", "mint_ratio", .number(0.9)),
            ("tokenomics", "overservicing_bonus_multiplier", .integer(2)),
        ]
        for (module, name, value) in changes {
            try network.send(parameter(module, name, value), by: "pnf")
            let wrong: MsgUpdateParam.Value = if case .text = value { .integer(1) } else { .text("x") }
            #expect(network.refusal(of: parameter(module, name, wrong), by: "pnf") != nil)
        }
        #expect(network.chain.params.proof.proofSubmissionFee == .upokt(3))
        #expect(network.chain.params.tokenomics.mintRatio == 0.9)
    }
}
