import Foundation
public import Keys

extension Claim {
    /// The claim as `pocket.proof.Claim`.
    public var wireBytes: Bytes {
        var message = Pocket_Proof_Claim()
        message.supplierOperatorAddress = supplierOperatorAddress.rawValue
        if let header = sessionHeader.messageIfAny { message.sessionHeader = header }
        message.rootHash = Data(rootHash)
        message.proofValidationStatus =
            switch proofValidationStatus {
            case .pending: .pendingValidation
            case .validated: .validated
            case .invalid: .invalid
            }
        return WireFormat.bytes(of: message)
    }

    /// Reads a `pocket.proof.Claim`.
    public init(wire: Bytes) throws(WireError) {
        let message = try WireFormat.parse(Pocket_Proof_Claim.self, wire)
        let status: ProofValidationStatus =
            switch message.proofValidationStatus {
            case .pendingValidation: .pending
            case .validated: .validated
            case .invalid: .invalid
            case .UNRECOGNIZED(let value):
                throw WireError(message: "Claim", problem: "the unknown proof validation status \(value)")
            }
        self.init(
            supplierOperatorAddress: Address(message.supplierOperatorAddress),
            sessionHeader: SessionHeader(message: message.sessionHeader), rootHash: Bytes(message.rootHash),
            proofValidationStatus: status)
    }
}

extension Proof {
    /// The proof as `pocket.proof.Proof`, which is also the form of `MsgSubmitProof`.
    public var wireBytes: Bytes {
        var message = Pocket_Proof_Proof()
        message.supplierOperatorAddress = supplierOperatorAddress.rawValue
        if let header = sessionHeader.messageIfAny { message.sessionHeader = header }
        message.closestMerkleProof = Data(closestMerkleProof)
        return WireFormat.bytes(of: message)
    }

    /// Reads a `pocket.proof.Proof`.
    public init(wire: Bytes) throws(WireError) {
        let message = try WireFormat.parse(Pocket_Proof_Proof.self, wire)
        self.init(
            supplierOperatorAddress: Address(message.supplierOperatorAddress),
            sessionHeader: SessionHeader(message: message.sessionHeader),
            closestMerkleProof: Bytes(message.closestMerkleProof))
    }
}
