import Foundation
import Keys
import SMST
import Shannon
import Testing

@testable import Onchain

/// A bug planted into a block that took proofs, and the one invariant that must notice it.
struct PlantedProofBug: Sendable, CustomStringConvertible {
    let id: String
    let description: String
    let plant: @Sendable (_ after: inout Chain, _ block: inout Block) throws -> Void
}

private let proving: [PlantedProofBug] = [
    PlantedProofBug(id: "C5", description: "a valid proof that is told to be invalid") { _, block in
        block = try block.replacing("ProofValidityChecked", "failure_reason", by: "bad luck")
    },
    PlantedProofBug(id: "C5", description: "a valid proof whose claim counts as invalid") { after, _ in
        let checked = try #require(after.proof.checked.first)
        var claim = checked.claim
        claim.proofValidationStatus = .invalid
        after.proof.checked = [ProofState.CheckedProof(claim: claim, proof: checked.proof)]
    },
    PlantedProofBug(id: "C5", description: "a claim of another root that the proof validated") { after, _ in
        let checked = try #require(after.proof.checked.first)
        var claim = checked.claim
        claim.rootHash[0] ^= 1
        after.proof.checked = [ProofState.CheckedProof(claim: claim, proof: checked.proof)]
    },
    PlantedProofBug(id: "C5", description: "a check that nobody was told of") { _, block in
        block = block.without("ProofValidityChecked")
    },
    PlantedProofBug(id: "P2", description: "a proof that was taken before its window") { _, block in
        block = try block.replacing("ProofSubmitted", "session_end_block_height", by: 20)
    },
    PlantedProofBug(id: "P2", description: "a proof that was checked though nobody submitted it") { _, block in
        block = block.without("ProofSubmitted")
    },
]

private let settling: [PlantedProofBug] = [
    PlantedProofBug(id: "P1", description: "a claim that settles under another requirement") { _, block in
        block = try block.replacing("ClaimSettled", "proof_requirement_int", by: 0)
    }
]

@Suite("Invariants of proofs")
struct ProofInvariantTests {
    /// The block that takes and validates a proof, with the states around it.
    private func proven() throws -> (before: Chain, block: Block, after: Chain, proof: Message) {
        var network = try ProvingChain()
        try network.mine((0..<5).map { try network.relay($0) })
        try network.send(network.claim(), at: 12)
        let proof = try network.proof()
        network.advance(to: 15)
        let before = network.chain
        let block = try network.send(proof, at: 16)
        return (before, block, network.chain, proof)
    }

    private func expect(_ bug: PlantedProofBug, in sound: (before: Chain, block: Block, after: Chain)) throws {
        var (block, after) = (sound.block, sound.after)
        #expect(after.violations(after: block, before: sound.before).isEmpty)
        try bug.plant(&after, &block)
        let found = after.violations(after: block, before: sound.before)
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.id == bug.id }, "\(found)")
        #expect(found.allSatisfy { $0.message.contains("expected") && $0.message.contains("found") })
    }

    @Test("A planted bug about a proof makes exactly its invariant fire", arguments: proving)
    func plantedInProof(bug: PlantedProofBug) throws {
        let sound = try proven()
        #expect(sound.after.proof.checked.count == 1)
        try expect(bug, in: (sound.before, sound.block, sound.after))
    }

    @Test("A planted bug about a requirement makes exactly its invariant fire", arguments: settling)
    func plantedInSettlement(bug: PlantedProofBug) throws {
        var network = try ProvingChain()
        try network.mine((0..<5).map { try network.relay($0) })
        try network.send(network.claim(), at: 12)
        try network.send(network.proof(), at: 16)
        network.advance(to: 19)
        let before = network.chain
        let block = network.makeBlock()
        try expect(bug, in: (before, block, network.chain))
    }

    @Test("A claim that expires though it need not be proven, and a proof that nobody asked for, break P1")
    func notRequired() throws {
        var network = try ProvingChain { $0.params.proof.proofMissingPenalty = .upokt(1) }
        try network.mine((0..<5).map { try network.relay($0) })
        try network.send(network.claim(), at: 12)
        network.advance(to: 19)
        let before = network.chain
        let expired = network.makeBlock()
        var after = network.chain
        after.params.proof.proofRequestProbability = 0
        #expect(after.violations(after: expired, before: before).map(\.id) == ["P1"])

        let sound = try proven()
        var (lenient, past) = (sound.after, sound.before)
        lenient.params.proof.proofRequestProbability = 0
        past.params.proof.proofRequestProbability = 0
        #expect(lenient.violations(after: sound.block, before: past).map(\.id) == ["P1"])
    }

    @Test("A proof that validates for no claim, or at another path, breaks P2")
    func strayProofs() throws {
        let sound = try proven()
        var past = sound.before
        past.proof = ProofState()
        let missing = sound.after.violationsOfP2(block: sound.block, before: past)
        #expect(missing.map(\.message).contains { $0.contains("to exist before its proof, found none") })

        var moved = sound.after
        moved.session.blockHashes[15] = Bytes(repeating: 9, count: 32)
        let astray = moved.violationsOfP2(block: sound.block, before: sound.before)
        #expect(astray.map(\.message).contains { $0.contains("expected a proof at path") })
    }

    @Test("What was checked is forgotten with the next block")
    func forgotten() throws {
        var chain = try proven().after
        _ = chain.makeBlock(time: chain.time, transactions: [])
        #expect(chain.proof.checked.isEmpty)
    }
}

extension Block {
    /// The block with another value in every event of a name.
    fileprivate func replacing(_ name: String, _ key: String, by value: Event.Value) throws -> Block {
        try changing { event in
            guard event.name == name else { return event }
            _ = try #require(event[key])
            let attributes = event.attributes.map { $0.key == key ? Event.Attribute(key: key, value: value) : $0 }
            return try event.with(attributes)
        }
    }

    /// The block without the events of a name.
    fileprivate func without(_ name: String) -> Block { changing { $0.name == name ? nil : $0 } }

    private func changing(_ change: (Event) throws -> Event?) rethrows -> Block {
        Block(
            height: height, time: time, hash: hash,
            transactions: try transactions.map { result in
                TransactionResult(
                    transactionHash: result.transactionHash, height: result.height, error: result.error,
                    events: try result.events.compactMap(change))
            },
            events: try events.compactMap(change))
    }
}

extension Event {
    /// The event with other attributes, by way of its encoding: events are made with literals only.
    fileprivate func with(_ attributes: [Attribute]) throws -> Event {
        let draft = Draft(module: module, name: name, attributes: attributes)
        return try JSONDecoder().decode(Event.self, from: try JSONEncoder().encode(draft))
    }

    private struct Draft: Encodable {
        let module: String
        let name: String
        let attributes: [Attribute]
    }
}
