import Keys
import Shannon
import Testing
import VectorSupport

@testable import Onchain

@Suite("When claims settle")
struct SettlementTimingTests {
    @Test("Sessions are settled under the windows they began with, as upstream's cases say")
    func timing() throws {
        try everyCase(ofArea: "settlement-timing") { vector in
            switch true {
            case vector.gives("changeAtHeight"): try changeInFlight(vector)
            case vector.gives("liveOffsets"): try ripeness(vector)
            case vector.gives("oldTail"): try oldEpoch(vector)
            case vector.gives("offsets"): try candidate(vector)
            default: throw UnknownCase()
            }
        }
    }

    @Test("Who leaves is slashed or charged first, and gets the rest back in the same block")
    func settledBeforeReleased() throws {
        var network = try ProvingChain { $0.params.proof.proofMissingPenalty = .upokt(500_000) }
        try network.mine((0..<3).map { try network.relay($0) })
        let leave = MsgUnstakeSupplier(signer: address("owner"), operatorAddress: address("operator"))
        try network.send(.unstakeSupplier(leave), by: "owner", at: 4)
        try network.send(network.claim(), at: 12)
        network.advance(to: 19)
        let before = network.chain.balance(of: address("owner"))
        let told = ["ClaimExpired", "SupplierSlashed", "SupplierUnbondingEnd"]
        #expect(Event.names(network.block(at: 20).events).filter { told.contains($0) } == told)
        #expect(network.chain.balance(of: address("owner")) == before + 1_500_000)
    }

    @Test("An application that leaves pays for its last session before it gets its stake back")
    func chargedBeforeReleased() throws {
        var network = try ProvingChain(proofsRequired: false)
        try network.mine((0..<3).map { try network.relay($0) })
        try network.send(.unstakeApplication(MsgUnstakeApplication(address: address("app"))), by: "app", at: 4)
        try network.send(network.claim(), at: 12)
        network.advance(to: 19)
        let before = network.chain.balance(of: address("app"))
        let told = ["ClaimSettled", "ApplicationUnbondingEnd"]
        #expect(Event.names(network.block(at: 20).events).filter { told.contains($0) } == told)
        // 300 compute units at 42 upokt, and a tenth of inflation.
        #expect(network.chain.balance(of: address("app")) == before + 100_000_000 - 12_600 - 1_260)
    }

    private func shared(_ offsets: [UInt64]) -> SharedParams {
        var shared = SharedParams()
        (shared.claimWindowOpenOffsetBlocks, shared.claimWindowCloseOffsetBlocks) = (offsets[0], offsets[1])
        (shared.proofWindowOpenOffsetBlocks, shared.proofWindowCloseOffsetBlocks) = (offsets[2], offsets[3])
        return shared
    }

    private func changeInFlight(_ vector: VectorCase) throws {
        let (input, expected) = (vector["input"], vector["expected"])
        let changesLength = vector.gives("newN")
        let length = try input[changesLength ? "oldN" : "numBlocksPerSession"].uint64
        var live = shared(try input["offsets"].array.map { try $0.uint64 })
        live.numBlocksPerSession = length
        live.supplierUnbondingPeriodSessions = 10
        live.applicationUnbondingPeriodSessions = 10
        var network = try ProvingChain(proofsRequired: false) { $0.params.shared = live }
        let header = try network.session().header
        try vector.expect(header.sessionEndBlockHeight, is: Int64(length), "the session's end")
        let change =
            changesLength
            ? parameter("shared", "num_blocks_per_session", .integer(try input["newN"].uint64))
            : parameter("shared", "proof_window_close_offset_blocks", .integer(try input["newProofClose"].uint64))
        try network.send(change, by: "pnf", at: try input["changeAtHeight"].int64)
        let promoted = try expected["promotedAtHeight"].int64
        network.advance(to: promoted - 1)
        try vector.expect(network.chain.params.shared == live, is: true, "the old parameters before the boundary")
        network.advance(to: promoted)
        try vector.expect(network.chain.params.shared == live, is: false, "the new parameters at the boundary")

        let open = network.chain.sharedParams(at: header.sessionEndBlockHeight).claimWindowOpen(
            at: header.sessionEndBlockHeight)
        try network.send(network.claim(root: root(sum: 1_000, count: 10)), at: open)
        let height = try expected["settlementHeight"].int64
        network.advance(to: height - 1)
        try vector.expect(network.chain.proof.claims.count, is: 1, "open claims one block before")
        let block = network.block(at: height)
        try vector.expect(block.all("ClaimSettled").count, is: try expected["settled"].int, "settled")
        try vector.expect(block.all("ClaimExpired").count, is: try expected["expired"].int, "expired")
        try vector.expect(block.all("ClaimDiscarded").count, is: try expected["discarded"].int, "discarded")
    }

    private func ripeness(_ vector: VectorCase) throws {
        let (input, end) = (vector["input"], try vector["input"]["claimSessionEnd"].int64)
        var network = try ProvingChain(proofsRequired: false)
        network.chain.params.shared = shared(try input["liveOffsets"].array.map { try $0.uint64 })
        network.chain.shared.history[1] = shared(try input["offsetsAtSessionEnd"].array.map { try $0.uint64 })
        let claim = Claim(
            supplierOperatorAddress: address("operator"),
            sessionHeader: SessionHeader(
                applicationAddress: address("app"), serviceID: "svc", sessionID: "ab",
                sessionStartBlockHeight: end - 9, sessionEndBlockHeight: end),
            rootHash: root(sum: 100, count: 1))
        network.store(claim)
        network.chain.height = try input["blockHeight"].int64
        try vector.expect(
            network.chain.candidateSessionEnds.contains(end), is: vector["expected"]["isCandidate"] == .bool(true),
            "a candidate")
        try vector.expect(
            network.chain.claimsToSettle().count, is: try vector["expected"]["processed"].int, "due claims")
        network.chain.height -= 1
        try vector.expect(network.chain.claimsToSettle().count, is: 0, "due claims one block before")
    }

    private func oldEpoch(_ vector: VectorCase) throws {
        var network = try ProvingChain()
        network.chain.shared.history[1] = shared([0, 0, 0, try vector["input"]["oldTail"].uint64])
        network.chain.params.shared = shared([0, 0, 0, try vector["input"]["newTail"].uint64])
        network.chain.height = try vector["input"]["blockHeight"].int64
        try vector.expect(
            network.chain.candidateSessionEnds,
            is: try vector["expected"]["candidateSessionEnds"].array.map { try $0.int64 }, "candidates")
    }

    private func candidate(_ vector: VectorCase) throws {
        var network = try ProvingChain()
        network.chain.params.shared = shared(try vector["input"]["offsets"].array.map { try $0.uint64 })
        network.chain.height = try vector["input"]["blockHeight"].int64
        try vector.expect(
            network.chain.candidateSessionEnds, is: [try vector["expected"]["candidateSessionEnd"].int64], "candidates")
    }
}
