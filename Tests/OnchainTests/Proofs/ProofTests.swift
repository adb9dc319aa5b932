import Keys
import SMST
import Shannon
import Testing
import VectorSupport

@testable import Onchain

@Suite("Proofs")
struct ProofTests {
    /// A chain with a claim of three relays, one of which may be spoilt.
    private func claimed(
        required: Bool = true, _ spoil: (inout Relay) -> Void = { _ in }
    ) throws -> ProvingChain {
        var network = try ProvingChain(proofsRequired: required)
        try network.mine([network.relay(1, spoil)])
        try network.send(network.claim(), at: 12)
        return network
    }

    @Test("Proofs are taken and refused as upstream's cases say")
    func submit() throws {
        try everyCase(ofArea: "proof-submit") { vector in
            var network = try claimed()
            var message = try network.proof()
            if vector.gives("fault") {
                switch try vector["input"]["fault"].string {
                case "session id mismatch": message = try network.proof { $0.sessionID = "ab" }
                case "empty session id": message = try network.proof { $0.sessionID = "" }
                default: throw UnknownCase()
                }
            }
            let height = try vector["input"]["height"].optional?.int64 ?? 16
            // The path is known only from the block before the window on; an early proof is about another one.
            if height < 16 {
                network = try claimed()
                network.advance(to: height - 1)
            }
            try vector.expect(refusal: network.refusal(of: message, at: height))
            if vector["expected"]["ok"].optional != nil {
                try vector.expect(network.storedClaim?.proofValidationStatus, is: .validated, "the status")
            }
        }
    }

    @Test("Faulty proofs fail where upstream's cases say")
    func validate() throws {
        try everyCase(ofArea: "proof-validate") { vector in
            let fault = try vector["input"]["fault"].string
            var network = try claimed { relay in
                let other = SessionHeader(
                    applicationAddress: address("app"), serviceID: "svc", sessionID: "ab", sessionStartBlockHeight: 1,
                    sessionEndBlockHeight: 10)
                if fault == "request header differs" { relay.request.meta.sessionHeader = other }
                if fault == "response header differs" { relay.response.meta.sessionHeader = other }
            }
            let message = try faulty(fault, &network)
            let expected = try vector["expected"]["error"].string
            guard try vector["expected"]["stage"].string == "end-block" else {
                return try vector.expect(refusal: network.refusal(of: message, at: 16))
            }
            let block = try network.send(message, at: 16)
            let reason = block.all("ProofValidityChecked").first?["failure_reason"]?.text ?? ""
            try vector.expect(reason.contains(expected), is: true, "\(expected) in \"\(reason)\"")
            try vector.expect(network.storedClaim?.proofValidationStatus, is: .invalid, "the status")
        }
    }

    private func faulty(_ fault: String, _ network: inout ProvingChain) throws -> Message {
        switch fault {
        case "request header differs", "response header differs": return try network.proof()
        case "session id mismatch / empty service": return try network.proof { $0.sessionID = "ab" }
        case "path differs from expected": return try network.proof(path: Bytes(repeating: 1, count: 32))
        case "leaf not a relay":
            network.trie = SparseMerkleSumTrie()
            try network.trie.update(key: [1], value: Bytes("no relay".utf8), weight: 100)
            return try network.proof()
        case "claim missing":
            network.advance(to: 15)
            let message = try network.proof()
            network.chain.proof.claims = SortedMap()
            return message
        case "relay below difficulty":
            network.chain.service.difficultyHistory["svc", default: SortedMap()][1] = RelayMiningDifficulty(
                serviceID: "svc", blockHeight: 1, numRelaysEMA: 1, targetHash: Bytes(repeating: 0, count: 32))
            return try network.proof()
        case "merkle proof not deserializable":
            guard case .submitProof(var message) = try network.proof() else { throw UnknownCase() }
            message.proof = [1, 2, 3]
            return .submitProof(message)
        default: throw UnknownCase()
        }
    }

    @Test("A valid proof is checked in its own block and then forgotten")
    func validated() throws {
        var network = try claimed()
        let block = try network.send(network.proof(), at: 16)
        let event = try #require(block.all("ProofValidityChecked").first)
        #expect(event["failure_reason"]?.text == "")
        #expect(event["claim_proof_status_int"]?.integer == 1)
        #expect(event["block_height"]?.integer == 16)
        #expect(network.chain.proof.proofs.isEmpty)
        #expect(network.storedClaim?.proofValidationStatus == .validated)
    }

    @Test("A second proof in the same block takes the first one's place")
    func twice() throws {
        var network = try claimed()
        let (first, second) = (try network.proof(path: Bytes(repeating: 1, count: 32)), try network.proof())
        network.advance(to: 15)
        let block = network.makeBlock([(first, "operator"), (second, "operator")])
        #expect(block.transactions.flatMap { Event.names($0.events) } == ["ProofSubmitted", "ProofUpdated"])
        #expect(block.all("ProofValidityChecked").count == 1)
        #expect(network.storedClaim?.proofValidationStatus == .validated)
    }

    @Test("A signature from outside the ring makes a proof invalid")
    func foreignRing() throws {
        var network = try ProvingChain()
        try network.mine([network.relay(1, signer: "other")])
        try network.send(network.claim(), at: 12)
        let block = try network.send(network.proof(), at: 16)
        #expect(block.all("ProofValidityChecked").first?["failure_reason"]?.text?.contains("ring") == true)
        #expect(network.storedClaim?.proofValidationStatus == .invalid)
    }

    @Test("An answer that another key has signed makes a proof invalid")
    func foreignAnswer() throws {
        var network = try ProvingChain()
        try network.mine([network.relay(1, supplier: "other")])
        try network.send(network.claim(), at: 12)
        try network.send(network.proof(), at: 16)
        #expect(network.storedClaim?.proofValidationStatus == .invalid)
    }

    @Test("A proof of another tree than the claimed one is invalid")
    func foreignTree() throws {
        var network = try claimed()
        try network.mine([network.relay(2)])
        try network.send(network.proof(), at: 16)
        #expect(network.storedClaim?.proofValidationStatus == .invalid)
    }

    @Test("Quirk: a valid proof later in the window makes an invalid claim valid again")
    func secondAttempt() throws {
        var network = try claimed()
        try network.send(network.proof(path: Bytes(repeating: 1, count: 32)), at: 16)
        #expect(network.storedClaim?.proofValidationStatus == .invalid)
        #expect(network.chain.proof.proofs.isEmpty)
        let message = try network.proof()
        try network.send(message, at: 18)
        #expect(network.storedClaim?.proofValidationStatus == .validated)
    }

    @Test("Quirk: the proof that nobody asked for is refused, and its fee stays with the supplier")
    func notRequired() throws {
        var network = try claimed(required: false)
        network.chain.params.proof.proofSubmissionFee = .upokt(5)
        let message = try network.proof()
        let before = network.chain.balance(of: address("operator"))
        #expect(network.refusal(of: message, at: 16) == "ErrProofNotRequired")
        #expect(network.chain.balance(of: address("operator")) == before)
    }

    @Test("A proof costs its fee, and wants more than the fee in the account even when it is free", arguments: [0, 5])
    func fee(_ fee: Int64) throws {
        var network = try claimed()
        network.chain.params.proof.proofSubmissionFee = .upokt(fee)
        let message = try network.proof()
        let balance = network.chain.balance(of: address("operator"))
        try network.chain.bank.send(balance - fee, from: address("operator"), to: address("other"))
        #expect(network.refusal(of: message, at: 16) == "ErrProofNotEnoughFunds")
        try network.chain.bank.send(1, from: address("other"), to: address("operator"))
        try network.send(message, at: 17)
        #expect(network.chain.balance(of: address("operator")) == 1)
        #expect(network.chain.bank.balance(of: .proof) == fee)
    }
}
