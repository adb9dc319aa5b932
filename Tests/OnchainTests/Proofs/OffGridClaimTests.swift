import Keys
import Shannon
import Testing

@testable import Onchain

/// A claim is stored with the header that it came with, whose end height may lie off the session grid. Its windows are
/// those of the session around that height; settlement looks for it at a height counted from the end itself.
@Suite("Claims that name an end off the session grid")
struct OffGridClaimTests {
    private func message(_ network: ProvingChain, end: Height) throws -> Message {
        try network.claim(root: root(sum: 10, count: 10)) { $0.sessionEndBlockHeight = end }
    }

    @Test("Quirk: a claim with an early end settles before its proof window opens")
    func settlesEarly() throws {
        var network = try ProvingChain(computeUnits: 1, proofsRequired: false)
        try network.send(message(network, end: 5), at: 12)
        #expect(network.block(at: 15).all("ClaimSettled").count == 1)
    }

    @Test("Quirk: a claim with an early end that must be proven expires before it can be")
    func expiresEarly() throws {
        var network = try ProvingChain(computeUnits: 1)
        try network.send(message(network, end: 5), at: 12)
        let block = network.block(at: 15)
        #expect(block.all("ClaimExpired").first?["expiration_reason"]?.text == "PROOF_MISSING")
        #expect(block.all("SupplierSlashed").count == 1)
    }

    @Test("Quirk: a claim made after the block that would have settled it stays for good, and no invariant minds")
    func neverSettles() throws {
        var network = try ProvingChain(computeUnits: 1, proofsRequired: false)
        try network.send(message(network, end: 5), at: 16)
        network.advance(to: 80)
        #expect(network.chain.proof.claims.count == 1)
        #expect(network.chain.tokenomics.settledClaims == 0)
    }

    @Test("Two sessions claimed under the same end both settle, and no invariant minds")
    func sameEnd() throws {
        var network = try ProvingChain(computeUnits: 1, proofsRequired: false)
        network.advance(to: 11)
        try network.send(network.claim(root: root(sum: 10, count: 10)) { $0.sessionEndBlockHeight = 20 }, at: 22)
        let second = try network.session(at: 11).header
        let claim = Message.createClaim(
            MsgCreateClaim(
                supplierOperatorAddress: address("operator"), sessionHeader: second,
                rootHash: root(sum: 10, count: 10)))
        try network.send(claim, at: 23)
        #expect(network.block(at: 30).all("ClaimSettled").count == 2)
    }

    @Test("A claim that gives way to one that settles in the same block is accounted for")
    func replacedAndSettled() throws {
        var network = try ProvingChain(computeUnits: 1, proofsRequired: false)
        try network.send(message(network, end: 8), at: 14)
        let block = try network.send(message(network, end: 6), at: 16)
        #expect(block.all("ClaimUpdated").count == 1)
        #expect(block.all("ClaimSettled").count == 1)
        #expect(network.chain.proof.claims.isEmpty)
    }

    @Test("A claim that was due in this block and is still open breaks C4, on the grid or off it", arguments: [5, 10])
    func overdue(end: Height) throws {
        var network = try ProvingChain(computeUnits: 1, proofsRequired: false)
        try network.send(message(network, end: end), at: 13)
        network.advance(to: end + 9)
        let before = network.chain
        // The block passes, but settlement never looks at the claim.
        var after = before
        after.proof = ProofState()
        let block = after.makeBlock(time: after.time, transactions: [])
        after.proof = before.proof
        let found = after.violations(after: block, before: before)
        #expect(found.map(\.id) == ["C4"])
        #expect(found.first?.message.contains("to have ended by height \(end + 10), found it open") == true)
    }

    @Test("Old parameters are no longer asked for session ends once theirs are all settled")
    func epochsRunOut() throws {
        var network = try ProvingChain()
        var (old, new) = (SharedParams(), SharedParams())
        old.proofWindowCloseOffsetBlocks = 20
        new.proofWindowCloseOffsetBlocks = 4
        network.chain.shared.history[1] = old
        network.chain.shared.history[101] = new
        network.chain.params.shared = new
        // The last session of the old parameters ends at 100 and settles at 126.
        network.chain.height = 126
        #expect(network.chain.candidateSessionEnds == [100, 116])
        network.chain.height = 127
        #expect(network.chain.candidateSessionEnds == [117])
    }
}
