import Keys
import Shannon
import Testing

@testable import Onchain

/// The fields of events, in upstream's order (`proto/pocket/proof/event.proto`, `proto/pocket/tokenomics/event.proto`).
@Suite("Fields of the events of claims, proofs and settlement")
struct EventFieldTests {
    private static let ofClaim =
        "num_relays num_claimed_compute_units num_estimated_compute_units claimed_upokt service_id "
        + "application_address session_end_block_height claim_proof_status_int supplier_operator_address "
        + "num_estimated_relays"

    private func expect(_ block: Block, _ name: String, _ fields: String) throws {
        let event = try #require(block.all(name).first, "no \(name)")
        #expect(event.attributes.map(\.key).joined(separator: " ") == fields, "\(name)")
        #expect(event.type == "pocket.\(event.module).Event\(name)")
    }

    @Test("Claims and proofs: made, made again, and checked")
    func claimsAndProofs() throws {
        var network = try ProvingChain()
        try network.mine((0..<3).map { try network.relay($0) })
        try expect(network.send(network.claim(), at: 12), "ClaimCreated", Self.ofClaim)
        try expect(network.send(network.claim(), at: 13), "ClaimUpdated", Self.ofClaim)
        let proof = try network.proof()
        network.advance(to: 15)
        let block = network.makeBlock([(proof, "operator"), (proof, "operator")])
        try expect(block, "ProofSubmitted", Self.ofClaim)
        try expect(block, "ProofUpdated", Self.ofClaim)
        try expect(
            block, "ProofValidityChecked",
            "block_height failure_reason service_id application_address session_end_block_height "
                + "claim_proof_status_int supplier_operator_address")
        #expect(block.all("ProofValidityChecked").map { $0["block_height"]?.integer } == [16])
    }

    @Test("A claim that expires, and the slash for it")
    func expiry() throws {
        var network = try ProvingChain(supplierStake: 1_000_000) { $0.params.proof.proofMissingPenalty = .upokt(7) }
        try network.mine((0..<3).map { try network.relay($0) })
        try network.send(network.claim(), at: 12)
        let block = network.block(at: 20)
        try expect(block, "ClaimExpired", "expiration_reason " + Self.ofClaim)
        try expect(
            block, "SupplierSlashed",
            "proof_missing_penalty service_id application_address session_end_block_height claim_proof_status_int "
                + "supplier_operator_address supplier_stake_after_slash")
        let slash = try #require(block.all("SupplierSlashed").first)
        #expect(slash["proof_missing_penalty"]?.description == "7upokt")
        #expect(slash["supplier_stake_after_slash"]?.description == "999993upokt")
        // Upstream tells that a supplier leaves before it tells of the slash.
        let names = Event.names(block.events).filter { $0.hasPrefix("Supplier") }
        #expect(names == ["SupplierUnbondingBegin", "SupplierSlashed"])
    }

    @Test("A claim beyond the budget, one that is discarded, and shares that cannot be followed")
    func odd() throws {
        var test = try TokenomicsChain(appStake: 1_000, suppliers: 2)
        test.claim(1_000)
        let twice = RevenueShare(address: TokenomicsChain.shareholders[0], percentage: 50)
        test.chain.supplier.suppliers.update(TokenomicsChain.supplier) {
            $0.serviceConfigHistory[0].service.revenueShares = [twice, twice]
        }
        test.claim(0, by: 1, count: 3)
        let block = try test.settle()
        try expect(
            block, "ApplicationOverserviced",
            "application_addr supplier_operator_addr expected_burn effective_burn service_id session_end_block_height "
                + "spend_limit_exceeded")
        try expect(
            block, "ClaimDiscarded",
            "error service_id application_address session_end_block_height claim_proof_status_int "
                + "supplier_operator_address")
        try expect(
            block, "SupplierRevShareFallbackDistribution",
            "supplier_operator_address supplier_owner_address service_id session_end_block_height amount op_reason "
                + "observed_sum_percentage reason")
        let fallback = try #require(block.named("SupplierRevShareFallbackDistribution").first)
        #expect(fallback["observed_sum_percentage"]?.integer == 100)
        // 1,000 of stake for two claims: 500 each in stake terms, worth ⌊500 ÷ 1.1⌋ = 454.
        let cut = try #require(block.named("ApplicationOverserviced").first)
        #expect(cut["expected_burn"]?.integer == 1_100 && cut["effective_burn"]?.integer == 500)
        #expect(block.named("ClaimSettled").first?["settled_upokt"]?.integer == 454)
        #expect(block.named("ClaimSettled").first?["overservicing_loss_upokt"]?.integer == 546)
    }

    @Test("A block tells of every claim first, then of pools and batches, then of slashes, then of difficulties")
    func phases() throws {
        var network = try ProvingChain { genesis in
            genesis.params.proof.proofMissingPenalty = .upokt(7)
            genesis.suppliers.append(
                Genesis.Supplier(
                    ownerAddress: address("owner"), operatorAddress: address("other"), stake: .upokt(2_000_000),
                    services: [config("svc")]))
        }
        let header = try network.session().header
        for (name, status) in [("operator", ProofValidationStatus.validated), ("other", .pending)] {
            network.store(
                Claim(
                    supplierOperatorAddress: address(name), sessionHeader: header,
                    rootHash: root(sum: 1_000, count: 10), proofValidationStatus: status))
        }
        let names = Event.names(network.block(at: 20).events)
        func place(of name: String) throws -> (first: Int, last: Int) {
            (try #require(names.firstIndex(of: name)), try #require(names.lastIndex(of: name)))
        }
        let claims = try [place(of: "ClaimSettled"), place(of: "ClaimExpired")]
        let (pools, batches) = try (place(of: "ValidatorRewardDistribution"), place(of: "SettlementBatch"))
        #expect(claims.map(\.last).max() ?? .max < pools.first)
        #expect(pools.last < batches.first)
        #expect(try batches.last < place(of: "SupplierSlashed").first)
        #expect(try place(of: "SupplierSlashed").last < place(of: "RelayMiningDifficultyUpdated").first)
    }

    @Test("A proof in the last block of its window is checked before its claim settles, in that same block")
    func lastBlock() throws {
        var network = try ProvingChain()
        try network.mine((0..<3).map { try network.relay($0) })
        try network.send(network.claim(), at: 16)
        let block = try network.send(network.proof(), at: 20)
        let names = Event.names(block.events).filter { ["ProofValidityChecked", "ClaimSettled"].contains($0) }
        #expect(names == ["ProofValidityChecked", "ClaimSettled"])
        #expect(network.chain.proof.claims.isEmpty)
        #expect(network.refusal(of: try network.proof(), at: 21) == "ErrProofProofOutsideOfWindow")
    }

    @Test("A settled claim tells its session, its owner, the ratio, and everybody's total of its list")
    func totals() throws {
        var test = try TokenomicsChain { $0.tokenomics.mintRatio = 0.975 }
        // The first shareholder is the Source as well.
        test.chain.service.services.update("svc") { $0.ownerAddress = TokenomicsChain.shareholders[0] }
        test.claim(1_000)
        let event = try #require(try test.settle().named("ClaimSettled").first)
        #expect(event["session_id"]?.text == "session-svc")
        #expect(event["supplier_owner_address"]?.text == TokenomicsChain.owner.rawValue)
        #expect(event["mint_ratio"] == .number(0.975))
        guard case .list(let totals) = event["reward_distribution"] else { throw UnknownCase() }
        var listed = SortedMap<String, Int64>()
        for reward in event.rewardList { listed[reward.recipient, default: 0] += Int64(reward.amount) }
        #expect(totals.map(\.key) == listed.keys)
        #expect(totals.map(\.value.integer) == listed.values)
        // Of the supplier's 682 and 70 it has 82 and 9, with what is left over, and of the Source 146 and 15.
        #expect(listed[TokenomicsChain.shareholders[0].rawValue] == Int64(252))
    }

    @Test("Errors of claims, proofs and settlement have upstream's codes and names")
    func codes() {
        let proof: [UInt32: String] = [
            1101: "InvalidAddress", 1102: "NotFound", 1103: "InvalidService", 1104: "InvalidClaimRootHash",
            1106: "ClaimNotFound", 1108: "InvalidProof", 1109: "InvalidRelay", 1115: "InvalidSessionHeader",
            1116: "InvalidSessionId", 1117: "InvalidSessionEndHeight", 1118: "InvalidSessionStartHeight",
            1121: "ClaimOutsideOfWindow", 1122: "ProofOutsideOfWindow", 1123: "SupplierMismatch",
            1126: "ComputeUnitsMismatch", 1127: "NotEnoughFunds", 1128: "FailedToDeductFee", 1129: "NotRequired",
            1130: "InvalidRelayDifficulty",
        ]
        for (code, name) in proof { #expect(ProofError(rawValue: code)?.name == "ErrProof" + name) }
        let tokenomics: [UInt32: String] = [
            1105: "SupplierNotFound", 1106: "ApplicationNotFound", 1109: "ClaimRootHashInvalid",
            1115: "ServiceNotFound",
            1116: "Constraint", 1117: "SettlementInternal", 1120: "CoinIsZero",
        ]
        for (code, name) in tokenomics {
            #expect(TokenomicsError(rawValue: code)?.name == "ErrTokenomics" + name)
        }
        #expect(ProofError.codespace == "proof" && TokenomicsError.codespace == "tokenomics")
    }
}
