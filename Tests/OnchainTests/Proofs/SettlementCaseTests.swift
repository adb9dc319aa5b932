import Keys
import Shannon
import Testing
import VectorSupport

@testable import Onchain

/// Upstream's settlement cases that need a whole chain; those of its parts stand beside the modules' own tests.
@Suite("Settlement cases")
struct SettlementCaseTests {
    @Test("Claims settle, expire and are discarded as upstream's cases say")
    func settlement() throws {
        try everyCase(ofArea: "settlement") { vector in
            let input = vector["input"]
            switch true {
            case vector.gives("increments"): try claimants(vector)
            case vector.gives("apps"): try overservicing(vector)
            case vector.gives("cuttmAtSessionStart"): try pinnedPrice(vector)
            case vector.gives("settleHeight") && vector.gives("claims"): try laterSession(vector)
            case vector.gives("sameSupplier"): try aggregated(vector, claims: try input["claims"].int)
            case vector.gives("rootSum"): try faulty(vector)
            case vector.gives("threshold"): try threshold(vector)
            default: throw UnknownCase()
            }
        }
    }

    private func claim(
        app: String = "app", session: String = "ab", sum: UInt64 = 5, count: UInt64? = nil, end: Height = 10,
        status: ProofValidationStatus = .pending
    ) -> Claim {
        Claim(
            supplierOperatorAddress: address("operator"),
            sessionHeader: SessionHeader(
                applicationAddress: address(app), serviceID: "svc", sessionID: session,
                sessionStartBlockHeight: end - 9, sessionEndBlockHeight: end),
            rootHash: root(sum: sum, count: count ?? sum), proofValidationStatus: status)
    }

    private func expect(_ block: Block, _ vector: VectorCase) throws {
        let expected = vector["expected"]
        for (name, key) in [("ClaimSettled", "settled"), ("ClaimExpired", "expired"), ("ClaimDiscarded", "discarded")]
        where expected[key].optional != nil {
            try vector.expect(block.all(name).count, is: try expected[key].int, name)
        }
    }

    private func claimants(_ vector: VectorCase) throws {
        let network = try ProvingChain(appStake: 6_000)
        var claims: [Claim] = []
        for name in vector["input"]["increments"].keys {
            let parts = name.split(separator: "/").map(String.init)
            for _ in 0..<(try vector["input"]["increments"][name].int) {
                claims.append(claim(app: parts[0] == "app1" ? "app" : "app2", session: parts[1]))
            }
        }
        let appraisals = try claims.filter { $0.sessionHeader.applicationAddress == address("app") }
            .map { try network.chain.appraise($0) }
        let budgets = network.chain.budgets(of: claims, appraisals)
        let counted = try #require(budgets[Appraisal.session(of: claim(session: "session1"))])
        try vector.expect(counted.floor, is: 6_000 / (try vector["expected"]["app1/session1"].int64), "an even part")
        let uncounted = network.chain.budget(of: claim(session: "unknown").sessionHeader, numClaims: 0)
        try vector.expect(uncounted.floor, is: 6_000 / (try vector["expected"]["unknown"].int64), "the whole budget")
    }

    private func overservicing(_ vector: VectorCase) throws {
        let stakes = try vector["input"]["apps"].array.map { try $0["stake"].int64 }
        var network = try ProvingChain(computeUnits: 1, appStake: stakes[0], proofsRequired: false) { genesis in
            genesis.params.application.minStake = .upokt(1)
            genesis.applications.append(
                Application(address: address("app2"), stake: .upokt(stakes[1]), serviceIDs: ["svc"]))
        }
        for name in ["app", "app2"] { network.store(claim(app: name)) }
        let block = network.block(at: 20)
        try vector.expect(
            block.all("ApplicationOverserviced").count, is: try vector["expected"]["overservicedEvents"].int, "events")
        let second = block.all("ClaimSettled").first { $0["application_address"]?.text == address("app2").rawValue }
        // 90 and its inflation of 9 are what a stake of 100 covers.
        try vector.expect(second?["settled_upokt"]?.integer, is: 90, "the second application's charge")
        try vector.expect(second?["claimed_upokt"]?.integer, is: 210, "the second application's claim")
        try vector.expect(network.chain.application(address("app2"))?.stake.amount, is: 1, "the stake left")
    }

    private func pinnedPrice(_ vector: VectorCase) throws {
        let input = vector["input"]
        var network = try ProvingChain(computeUnits: 1, proofsRequired: false) {
            $0.params.shared.computeUnitsToTokensMultiplier = (try? input["cuttmAtSessionStart"].uint64) ?? 0
        }
        let change = parameter("shared", "compute_units_to_tokens_multiplier", .integer(try input["liveCuttm"].uint64))
        try network.send(change, by: "pnf", at: 3)
        network.store(claim(sum: try input["sum"].uint64))
        let block = network.block(at: 20)
        try vector.expect(
            block.all("ClaimSettled").first?["claimed_upokt"]?.description,
            is: try vector["expected"]["claimedUpokt"].string, "the amount")
    }

    private func laterSession(_ vector: VectorCase) throws {
        var network = try ProvingChain(computeUnits: 1, proofsRequired: false)
        for entry in try vector["input"]["claims"].array {
            let end = try entry["sessionEnd"].int64
            network.store(claim(session: "of-\(end)", end: end))
        }
        let block = network.block(at: try vector["input"]["settleHeight"].int64)
        try expect(block, vector)
        try vector.expect(network.chain.proof.claims.count, is: try vector["expected"]["claimsLeft"].int, "claims left")
    }

    private func aggregated(_ vector: VectorCase, claims: Int) throws {
        let apps = ["app", "app2", "other", "gateway"].prefix(claims)
        var network = try ProvingChain(computeUnits: 1, proofsRequired: false) { genesis in
            genesis.applications = apps.map {
                Application(address: address($0), stake: .upokt(1_000_000), serviceIDs: ["svc"])
            }
        }
        for app in apps { network.store(claim(app: app, session: "of-\(app)")) }
        let block = network.block(at: 20)
        try vector.expect(
            block.all("ClaimSettled").count, is: try vector["expected"]["claimSettledEvents"].int, "settled claims")
        let most = block.all("SettlementBatch").compactMap { $0["num_claims"]?.integer }.max()
        try vector.expect(most, is: try vector["expected"]["someBatchEventNumClaims"].int64, "claims of a batch")
    }

    private func faulty(_ vector: VectorCase) throws {
        var network = try ProvingChain(computeUnits: 1, proofsRequired: false)
        let input = vector["input"]
        network.advance(to: 19)
        network.chain.insert(claim(sum: try input["rootSum"].uint64, count: try input["rootCount"].uint64))
        // The invariants are not asked: no message could have stored such a claim.
        let block = network.chain.makeBlock(time: network.chain.time, transactions: [])
        try expect(block, vector)
        try vector.expect(network.chain.proof.claims.count, is: try vector["expected"]["claimsLeft"].int, "claims left")
        try vector.expect(block.all("SupplierSlashed").count, is: 0, "slashes")
    }

    private func threshold(_ vector: VectorCase) throws {
        let (input, expected) = (vector["input"], vector["expected"])
        let stake = try input["supplierStake"].optional?.int64 ?? 2_000_000
        var network = try ProvingChain(computeUnits: 1, supplierStake: stake, proofsRequired: false) { genesis in
            genesis.params.proof.proofRequirementThreshold = input["threshold"].coin ?? .upokt(0)
            genesis.params.proof.proofMissingPenalty = input["penalty"].coin ?? .upokt(0)
        }
        let isValidated = vector.gives("claimStatus")
        network.store(claim(status: isValidated ? .validated : .pending))
        let block = network.block(at: 20)
        try expect(block, vector)
        if let requirement = try expected["proofRequirement"].optional?.string {
            let found = block.all("ClaimSettled").first?["proof_requirement_int"]?.integer
            try vector.expect(
                found.flatMap { ProofRequirement(rawValue: Int($0)) }?.name, is: requirement, "the requirement")
        }
        guard let reason = try expected["reason"].optional?.string else { return }
        try vector.expect(block.all("ClaimExpired").first?["expiration_reason"]?.text, is: reason, "the reason")
        let actor = try #require(network.chain.supplier(address("operator")))
        try vector.expect(actor.stake.amount, is: try expected["supplierStakeAfter"].int64, "the stake")
        try vector.expect(actor.unstakeSessionEndHeight, is: 0, "the unbonding")
        try vector.expect(
            network.chain.bank.balance(of: .supplier), is: try expected["supplierModuleBalance"].int64, "what is held")
        try vector.expect(
            network.chain.bank.balance(of: .tokenomics), is: try expected["tokenomicsModuleBalance"].int64,
            "what tokenomics holds")
    }
}

extension ProvingChain {
    /// Stores a claim as if a message had brought it.
    mutating func store(_ claim: Claim) { chain.insert(claim) }
}

extension Chain {
    mutating func insert(_ claim: Claim) { proof.store(claim) }
}
