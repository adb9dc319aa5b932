import Keys
import SMST
import Shannon
import Testing
import VectorSupport

@testable import Onchain

/// From signed relays to coins, through real blocks.
@Suite("From relays to rewards")
struct ClaimToRewardTests {
    private func mined(_ network: inout ProvingChain, relays: Int = 10) throws {
        try network.mine((0..<relays).map { try network.relay($0) })
        try network.send(network.claim(), at: 12)
    }

    @Test("Ten proven relays of 100 compute units are paid as upstream's worked example says")
    func workedExample() throws {
        var network = try ProvingChain(
            appStake: 2_000_000, shares: [("gateway", 12), ("gateway2", 38), ("other", 50)]
        ) { $0.params.shared.computeUnitsToTokensMultiplier = 1_000_000 }
        let before = network.chain
        try mined(&network)
        try network.send(network.proof(), at: 16)
        #expect(network.storedClaim?.proofValidationStatus == .validated)
        let block = network.block(at: 20)

        let settled = try #require(block.all("ClaimSettled").first)
        #expect(settled["claimed_upokt"]?.integer == 1_000)
        #expect(settled["settled_upokt"]?.integer == 1_000)
        #expect(settled["minted_upokt"]?.integer == 1_000)
        #expect(settled["num_relays"]?.integer == 10)
        #expect(settled["proof_requirement_int"]?.integer == 1)
        #expect(settled["claim_proof_status_int"]?.integer == 1)
        #expect(network.chain.application(address("app"))?.stake == .upokt(1_998_900))
        func gain(_ name: String) -> Int64 {
            network.chain.balance(of: address(name)) - before.balance(of: address(name))
        }
        #expect([gain("gateway"), gain("gateway2"), gain("other")] == [93, 292, 385])
        #expect([gain("dao"), gain("validator"), gain("source")] == [210, 55, 165])
        #expect(network.chain.bank.balance(of: .tokenomics) == 0)
        #expect(network.chain.bank.supply - before.bank.supply == 100)
        #expect(network.chain.proof.claims.isEmpty)
        let updated = try #require(block.all("RelayMiningDifficultyUpdated").first)
        #expect(updated["new_num_relays_ema"]?.integer == 10)
        #expect(network.chain.difficulty(of: "svc", at: 21).numRelaysEMA == 10)
    }

    @Test("Amounts end to end are those of upstream's cases")
    func amounts() throws {
        try everyCase(ofArea: "e2e-amounts") { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            var params = TokenomicsParams()
            params.daoRewardAddress = address("dao")
            params.mintRatio = try input["mintRatio"].double
            params.globalInflationPerClaim = try input["inflation"].double
            params.mintEqualsBurnClaimDistribution = MintAllocation(
                dao: try input["distribution"]["dao"].double, proposer: 0,
                supplier: try input["distribution"]["supplier"].double, sourceOwner: 0, application: 0)
            let (multiplier, granularity) = (try input["cuttm"].uint64, try input["granularity"].uint64)
            var network = try ProvingChain(computeUnits: try input["cupr"].uint64, shares: [("other", 100)]) {
                $0.params.tokenomics = params
                $0.params.shared.computeUnitsToTokensMultiplier = multiplier
                $0.params.shared.computeUnitCostGranularity = granularity
            }
            let before = network.chain
            try mined(&network, relays: try input["relays"].int)
            try network.send(network.proof(), at: 16)
            let block = network.block(at: 20)
            let settled = try #require(block.all("ClaimSettled").first)
            try vector.expect(settled["claimed_upokt"]?.integer, is: try expected["claimed"].int64, "claimed")
            try vector.expect(settled["minted_upokt"]?.integer, is: try expected["minted"].int64, "minted")
            try vector.expect(
                network.chain.balance(of: address("other")) - before.balance(of: address("other")),
                is: try expected["supplier"].int64, "the supplier's reward")
            try vector.expect(network.chain.balance(of: address("dao")), is: try expected["dao"].int64, "the DAO's")
            let stakes = try [network.chain, before].map { try #require($0.application(address("app"))).stake.amount }
            try vector.expect(stakes[0] - stakes[1], is: try expected["appStakeDelta"].int64, "the stake")
        }
    }

    @Test("A claim that nobody proves expires, and one with an invalid proof, too", arguments: [false, true])
    func expiry(isSubmitted: Bool) throws {
        var network = try ProvingChain(supplierStake: 2_000_000) { $0.params.proof.proofMissingPenalty = .upokt(1) }
        try mined(&network)
        if isSubmitted { try network.send(network.proof(path: Bytes(repeating: 1, count: 32)), at: 16) }
        let block = network.block(at: 20)
        let event = try #require(block.all("ClaimExpired").first)
        #expect(event["expiration_reason"]?.text == (isSubmitted ? "PROOF_INVALID" : "PROOF_MISSING"))
        #expect(event["claim_proof_status_int"]?.integer == (isSubmitted ? 2 : 0))
        #expect(block.all("SupplierSlashed").first?["supplier_stake_after_slash"]?.integer == 1_999_999)
        #expect(block.all("ClaimSettled").isEmpty && block.all("RelayMiningDifficultyUpdated").isEmpty)
    }

    @Test("Quirk: an invalid claim below the threshold is drawn again at settlement, and may be paid after all")
    func drawnAgain() throws {
        // Of claims drawn with an even chance, some had to be proven while pending and need not be once invalid.
        let claims = (1...64).map { number in
            Claim(
                supplierOperatorAddress: address("operator"),
                sessionHeader: SessionHeader(
                    applicationAddress: address("app"), serviceID: "svc", sessionID: "a\(number)",
                    sessionStartBlockHeight: 1, sessionEndBlockHeight: 10),
                rootHash: root(sum: 100, count: 1))
        }
        var network = try ProvingChain(proofsRequired: false) { $0.params.proof.proofRequestProbability = 0.5 }
        network.advance(to: 19)
        let chain = network.chain
        let claim = try #require(
            claims.first { claim in
                var invalid = claim
                invalid.proofValidationStatus = .invalid
                return chain.requirement(of: claim, claimed: .upokt(4_200)) == .probabilistic
                    && chain.requirement(of: invalid, claimed: .upokt(4_200)) == .notRequired
            })
        var invalid = claim
        invalid.proofValidationStatus = .invalid
        network.store(invalid)
        let block = network.makeBlock()
        #expect(block.all("ClaimSettled").first?["claim_proof_status_int"]?.integer == 2)
        #expect(block.all("ClaimExpired").isEmpty)
    }

    @Test("Quirk: the claim of a supplier that dropped the service before settlement is discarded, nobody slashed")
    func droppedService() throws {
        var network = try ProvingChain { genesis in
            genesis.services.append(Service(id: "new", computeUnitsPerRelay: 1, ownerAddress: address("source")))
        }
        try mined(&network)
        try network.send(stakeSupplier(.upokt(2_000_000), [config("new")]), at: 13)
        #expect(network.chain.supplier(address("operator"))?.config(of: "svc", at: 20) != nil)
        try network.send(network.proof(), at: 16)
        // Still active up to the end of the session in which it was dropped: paid at 20.
        #expect(network.block(at: 20).all("ClaimSettled").count == 1)

        var late = try ProvingChain { genesis in
            genesis.services.append(Service(id: "new", computeUnitsPerRelay: 1, ownerAddress: address("source")))
        }
        try mined(&late)
        try late.send(stakeSupplier(.upokt(2_000_000), [config("new")]), at: 13)
        let stake = late.chain.application(address("app"))?.stake
        late.chain.supplier.suppliers.update(address("operator")) { $0.serviceConfigHistory[0].deactivationHeight = 15 }
        late.chain.supplier.rebuildServiceIndex()
        late.chain.proof.claims.update(try #require(late.chain.proof.claims.keys.first)) {
            $0.proofValidationStatus = .validated
        }
        let block = late.block(at: 20)
        // The cause stands inside of upstream's own error for it, which says whose claim it was.
        let text = try #require(block.all("ClaimDiscarded").first?["error"]?.text)
        #expect(
            text.contains("ErrTokenomicsConstraint")
                && text.hasSuffix("[tokenomics 1117 ErrTokenomicsSettlementInternal]"))
        #expect(text.contains("operator \(address("operator"))") && text.contains("service svc"))
        #expect(block.all("SupplierSlashed").isEmpty && block.all("SettlementBatch").isEmpty)
        #expect(late.chain.application(address("app"))?.stake == stake)
    }

    @Test("Quirk: a slashed supplier is told to leave, but is never released and stays in sessions")
    func slashedStays() throws {
        var network = try ProvingChain(supplierStake: 1_000_000) { $0.params.proof.proofMissingPenalty = .upokt(1) }
        try mined(&network)
        let block = network.block(at: 20)
        #expect(block.all("SupplierUnbondingBegin").first?["unbonding_end_height"]?.integer == 20)
        network.advance(to: 60)
        #expect(network.chain.supplier(address("operator"))?.unstakeSessionEndHeight == 20)
        #expect(try network.session(at: 60).suppliers.map(\.operatorAddress) == [address("operator")])
    }

    @Test("A new claim of a session takes the place of one under another end height, and only it is paid")
    func otherEndHeight() throws {
        var network = try ProvingChain(computeUnits: 1, proofsRequired: false)
        try network.send(network.claim(root: root(sum: 10, count: 10)), at: 12)
        let second = try network.send(
            network.claim(root: root(sum: 20, count: 20)) { $0.sessionEndBlockHeight = 9 }, at: 13)
        #expect(Event.names(second.transactions[0].events) == ["ClaimUpdated"])
        let blocks = (14...20).map { network.block(at: $0) }
        #expect(blocks.flatMap { $0.all("ClaimSettled") }.map { $0["num_relays"]?.integer } == [20])
    }

    @Test("A shareholder may be the paying module itself: its part stays there and is accounted for")
    func moduleShareholder() throws {
        var network = try ProvingChain(proofsRequired: false) { genesis in
            genesis.suppliers[0].services[0].revenueShares = [
                RevenueShare(address: ModuleAccount.supplier.address, percentage: 100)
            ]
        }
        try mined(&network)
        let block = network.block(at: 20)
        #expect(block.all("ClaimSettled").count == 1)
        #expect(network.chain.bank.balance(of: .supplier) > 2_000_000)
    }
}
