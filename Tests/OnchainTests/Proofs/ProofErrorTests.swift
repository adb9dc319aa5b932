import Foundation
import Keys
import SMST
import Shannon
import Testing

@testable import Onchain

/// A claim or proof that is wrong in one way, and upstream's error for it.
struct WrongProof: Sendable, CustomTestStringConvertible {
    let codespace: String
    let code: UInt32
    let name: String
    let status: ChainError.Status
    let what: String
    let act: @Sendable (inout ProvenSession) throws -> Void

    init(
        _ codespace: String, _ code: UInt32, _ name: String, when what: String,
        status: ChainError.Status = .invalidArgument, _ act: @escaping @Sendable (inout ProvenSession) throws -> Void
    ) {
        (self.codespace, self.code, self.name) = (codespace, code, name)
        (self.status, self.what, self.act) = (status, what, act)
    }

    var testDescription: String { "\(codespace) \(code) \(name): \(what)" }
}

/// A session of one claimed relay at the height at which its proof window opens, with the message that proves it.
struct ProvenSession {
    var chain: Chain
    var message: MsgSubmitProof
    let claim: Claim

    init(spoil: (inout Relay) -> Void = { _ in }, after: (inout Relay) -> Void = { _ in }) throws {
        var network = try ProvingChain()
        var relay = try network.relay(1, spoil)
        after(&relay)
        try network.mine([relay])
        try network.send(network.claim(), at: 12)
        guard case .submitProof(let message) = try network.proof() else { throw UnknownCase() }
        (chain, self.message) = (network.chain, message)
        claim = try #require(network.storedClaim)
        chain.height = 16
    }

    mutating func submit() throws { try chain.submitProof(message) }

    /// What the end-blocker does with the proof.
    func validate() throws {
        let proof = Proof(
            supplierOperatorAddress: message.supplierOperatorAddress, sessionHeader: claim.sessionHeader,
            closestMerkleProof: message.proof)
        try chain.validate(proof, of: claim)
    }

    /// Replaces the relay in the claimed tree.
    mutating func reprove(_ change: (inout Relay) throws -> Void) throws {
        self = try ProvenSession(after: { try? change(&$0) })
    }

    /// Claims again, at the height at which both windows are open.
    func createClaim(
        root: Bytes? = nil, by name: String = "operator", _ edit: (inout SessionHeader) -> Void = { _ in }
    ) throws {
        var chain = chain
        var header = claim.sessionHeader
        edit(&header)
        try chain.createClaim(
            MsgCreateClaim(
                supplierOperatorAddress: address(name), sessionHeader: header, rootHash: root ?? claim.rootHash))
    }

    /// Stores the claim with another header under the same id, which no message can do.
    mutating func replaceClaim(_ edit: (inout SessionHeader) -> Void) {
        var other = claim
        edit(&other.sessionHeader)
        chain.proof.store(other)
    }
}

private let claims: [WrongProof] = [
    WrongProof("proof", 1101, "ErrProofInvalidAddress", when: "the supplier has no address") {
        var chain = $0.chain
        try chain.createClaim(
            MsgCreateClaim(
                supplierOperatorAddress: "nobody", sessionHeader: $0.claim.sessionHeader, rootHash: $0.claim.rootHash))
    },
    WrongProof("proof", 1102, "ErrProofNotFound", when: "the supplier is not in the session") {
        try $0.createClaim(by: "other")
    },
    WrongProof("proof", 1104, "ErrProofInvalidClaimRootHash", when: "the root is a byte short") {
        try $0.createClaim(root: $0.claim.rootHash.dropLast())
    },
    WrongProof("proof", 1104, "ErrProofInvalidClaimRootHash", when: "the root counts no relays") {
        try $0.createClaim(root: root(sum: 100, count: 0))
    },
    WrongProof("proof", 1104, "ErrProofInvalidClaimRootHash", when: "the root sums no compute units") {
        try $0.createClaim(root: root(sum: 0, count: 1))
    },
    WrongProof("proof", 1115, "ErrProofInvalidSessionHeader", when: "there is no header") {
        var chain = $0.chain
        try chain.createClaim(
            MsgCreateClaim(
                supplierOperatorAddress: address("operator"), sessionHeader: nil, rootHash: $0.claim.rootHash))
    },
    WrongProof(
        "proof", 1116, "ErrProofInvalidSessionId", when: "the id is another session's, out of the window at that"
    ) {
        $0.chain.height = 30
        try $0.createClaim { $0.sessionID = "ab" }
    },
    WrongProof(
        "proof", 1121, "ErrProofClaimOutsideOfWindow", when: "early, with wrong units at that",
        status: .failedPrecondition
    ) {
        $0.chain.height = 11
        try $0.createClaim(root: root(sum: 1, count: 1))
    },
    WrongProof("proof", 1125, "ErrProofServiceNotFound", when: "the service is gone", status: .notFound) {
        $0.chain.service.services["svc"] = nil
        try $0.createClaim()
    },
    WrongProof("proof", 1126, "ErrProofComputeUnitsMismatch", when: "the relays do not weigh so much") {
        try $0.createClaim(root: root(sum: 101, count: 1))
    },
]

private let submissions: [WrongProof] = [
    WrongProof("proof", 1108, "ErrProofInvalidProof", when: "no bytes") {
        $0.message.proof = []
        try $0.submit()
    },
    WrongProof("proof", 1108, "ErrProofInvalidProof", when: "bytes that are no proof") {
        $0.message.proof = [1, 2, 3]
        try $0.submit()
    },
    WrongProof("proof", 1102, "ErrProofNotFound", when: "the supplier is not in the session") {
        $0.message.supplierOperatorAddress = address("other")
        try $0.submit()
    },
    WrongProof("proof", 1116, "ErrProofInvalidSessionId", when: "the id is another session's") {
        $0.message.sessionHeader?.sessionID = "ab"
        try $0.submit()
    },
    WrongProof(
        "proof", 1122, "ErrProofProofOutsideOfWindow", when: "early, without a proof at that",
        status: .failedPrecondition
    ) {
        $0.chain.height = 15
        $0.message.proof = [1, 2, 3]
        try $0.submit()
    },
    WrongProof("service", 1111, "ErrServiceInvalidRelayRequest", when: "the request is not signed") {
        try $0.reprove { $0.request.meta.signature = [] }
        try $0.submit()
    },
    WrongProof("service", 1111, "ErrServiceInvalidRelayRequest", when: "the request has no header") {
        try $0.reprove { $0.request.meta.sessionHeader = nil }
        try $0.submit()
    },
    WrongProof("service", 1111, "ErrServiceInvalidRelayRequest", when: "the request names no supplier") {
        try $0.reprove { $0.request.meta.supplierOperatorAddress = "" }
        try $0.submit()
    },
    // The supplier is compared before the answer is looked at.
    WrongProof(
        "proof", 1123, "ErrProofSupplierMismatch", when: "the request went to somebody else",
        status: .failedPrecondition
    ) {
        try $0.reprove {
            $0.request.meta.supplierOperatorAddress = address("other")
            $0.response.meta.supplierOperatorSignature = []
        }
        try $0.submit()
    },
    WrongProof("service", 1110, "ErrServiceInvalidRelayResponse", when: "the answer is not signed") {
        try $0.reprove { $0.response.meta.supplierOperatorSignature = [] }
        try $0.submit()
    },
    WrongProof("service", 1110, "ErrServiceInvalidRelayResponse", when: "the answer's header ends where it starts") {
        try $0.reprove { $0.response.meta.sessionHeader?.sessionEndBlockHeight = 1 }
        try $0.submit()
    },
    WrongProof(
        "proof", 1109, "ErrProofInvalidRelay", when: "the request is about another session", status: .failedPrecondition
    ) {
        try $0.reprove { $0.request.meta.sessionHeader?.sessionEndBlockHeight = 9 }
        try $0.submit()
    },
    WrongProof(
        "proof", 1109, "ErrProofInvalidRelay", when: "the answer is about another session", status: .failedPrecondition
    ) {
        try $0.reprove { $0.response.meta.sessionHeader?.serviceID = "svc2" }
        try $0.submit()
    },
    WrongProof(
        "proof", 1130, "ErrProofInvalidRelayDifficulty", when: "the relay's hash is the target",
        status: .failedPrecondition
    ) {
        let closest = try CompactClosestProof(gob: $0.message.proof).expanded()
        let hash = Digest.sha256(try #require(closest.leafValue))
        $0.chain.service.difficultyHistory["svc", default: SortedMap()][1] = RelayMiningDifficulty(
            serviceID: "svc", blockHeight: 1, numRelaysEMA: 1, targetHash: hash)
        try $0.submit()
    },
    WrongProof("proof", 1106, "ErrProofClaimNotFound", when: "nothing is claimed", status: .failedPrecondition) {
        $0.chain.proof = ProofState()
        try $0.submit()
    },
    WrongProof(
        "proof", 1118, "ErrProofInvalidSessionStartHeight", when: "the claim starts elsewhere",
        status: .failedPrecondition
    ) {
        try $0.createClaim { $0.sessionStartBlockHeight = 4 }
        $0.replaceClaim { $0.sessionStartBlockHeight = 4 }
        try $0.submit()
    },
    WrongProof(
        "proof", 1117, "ErrProofInvalidSessionEndHeight", when: "the claim ends elsewhere", status: .failedPrecondition
    ) {
        try $0.createClaim { $0.sessionEndBlockHeight = 9 }
        $0.replaceClaim { $0.sessionEndBlockHeight = 9 }
        try $0.submit()
    },
    WrongProof("proof", 1101, "ErrProofInvalidAddress", when: "the claim is against another application") {
        $0.replaceClaim { $0.applicationAddress = address("app2") }
        try $0.submit()
    },
    WrongProof("proof", 1103, "ErrProofInvalidService", when: "the claim is for another service") {
        $0.replaceClaim { $0.serviceID = "svc2" }
        try $0.submit()
    },
    // The fee is looked at before the requirement.
    WrongProof(
        "proof", 1127, "ErrProofNotEnoughFunds", when: "the fee is all that there is", status: .failedPrecondition
    ) {
        let all = $0.chain.balance(of: address("operator"))
        $0.chain.params.proof.proofSubmissionFee = .upokt(all)
        $0.chain.params.proof.proofRequestProbability = 0
        try $0.submit()
    },
    WrongProof(
        "proof", 1128, "ErrProofFailedToDeductFee", when: "the module can hold no more", status: .failedPrecondition
    ) {
        $0.chain.params.proof.proofSubmissionFee = .upokt(5)
        $0.chain.bank.feesKept["proof"] = .max
        try $0.submit()
    },
    WrongProof("proof", 1129, "ErrProofNotRequired", when: "nobody asked", status: .failedPrecondition) {
        $0.chain.params.proof.proofRequestProbability = 0
        try $0.submit()
    },
]

private let validations: [WrongProof] = [
    WrongProof("proof", 1114, "ErrProofPubKeyNotFound", when: "the supplier has no key onchain") {
        $0.chain.auth.accounts[address("operator")]?.publicKey = nil
        try $0.validate()
    },
    WrongProof("application", 1104, "ErrAppNotFound", when: "the application is gone", status: .notFound) {
        $0.chain.application.applications[address("app")] = nil
        try $0.validate()
    },
    WrongProof("rings", 3, "ErrRingClientInvalidRelayRequestSignature", when: "the signature is none") {
        try $0.reprove { $0.request.meta.signature = [1, 2, 3] }
        try $0.validate()
    },
    WrongProof("rings", 3, "ErrRingClientInvalidRelayRequestSignature", when: "a key is not in the ring") {
        let members = [key("app"), key("other")].map(\.publicKey)
        try $0.reprove {
            $0.request.meta.signature = try RingSignature.sign(
                message: $0.request.signableHash, ring: members, signer: key("app")
            ).bytes
        }
        try $0.validate()
    },
    // The request's signature is looked at before the answer's.
    WrongProof("rings", 3, "ErrRingClientInvalidRelayRequestSignature", when: "the signature is of another request") {
        try $0.reprove {
            $0.request.payload.append(1)
            $0.response.meta.supplierOperatorSignature[9] ^= 1
        }
        try $0.validate()
    },
    WrongProof("service", 1110, "ErrServiceInvalidRelayResponse", when: "the answer's signature is wrong, the path too")
    {
        try $0.reprove { $0.response.meta.supplierOperatorSignature[9] ^= 1 }
        $0.chain.session.blockHashes[15] = [1]
        try $0.validate()
    },
    WrongProof("proof", 1108, "ErrProofInvalidProof", when: "the path is another one") {
        $0.chain.session.blockHashes[15] = [1]
        try $0.validate()
    },
]

private let all = claims + submissions + validations

@Suite("Errors of claims and proofs")
struct ProofErrorTests {
    @Test("Each is raised on its path, with upstream's codespace, code, name and status", arguments: all)
    func raised(wrong: WrongProof) throws {
        var session = try ProvenSession()
        let error = #expect(throws: ChainError.self) { try wrong.act(&session) }
        let found = try #require(error)
        #expect(found.codespace == wrong.codespace && found.code == wrong.code, "\(found)")
        #expect(found.name == wrong.name && found.status == wrong.status, "\(found.name), \(found.status)")
        #expect(found.message.contains("expected") && found.message.contains("found"), "\(found)")
    }

    @Test("Without anything wrong a claim, a proof and its check pass")
    func sound() throws {
        var session = try ProvenSession()
        try session.createClaim()
        try session.submit()
        try session.validate()
    }

    /// Constants that upstream has and that nothing here can raise: errors of its queries, and those that the ring's
    /// and the relays' own errors stand for.
    private let neverRaised = [
        "ErrProofInvalidQueryRequest", "ErrProofProofNotFound", "ErrProofInvalidRelayRequest",
        "ErrProofInvalidRelayResponse", "ErrProofNotSecp256k1Curve", "ErrProofApplicationNotFound",
        "ErrProofParamNameInvalid", "ErrProofAccNotFound",
    ]

    @Test("No constant of the proof module lacks a path that raises it")
    func complete() {
        // Authority and parameters are refused where those of all modules are.
        let raised = Set(all.map(\.name)).union(["ErrProofInvalidSigner", "ErrProofParamInvalid"])
        let missing = ProofError.allCases.map(\.name).filter { !raised.contains($0) }
        #expect(missing.sorted() == neverRaised.sorted())
    }
}
