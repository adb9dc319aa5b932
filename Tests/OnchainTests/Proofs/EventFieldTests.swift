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
