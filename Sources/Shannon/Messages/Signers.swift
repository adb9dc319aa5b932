public import Keys

extension Message {
    /// The account that must sign the message; nil for governance messages, which the gov module signs.
    public var signer: Address? {
        switch self {
        case .send(let message): message.fromAddress
        case .stakeApplication(let message): message.address
        case .unstakeApplication(let message): message.address
        case .delegateToGateway(let message): message.applicationAddress
        case .undelegateFromGateway(let message): message.applicationAddress
        case .transferApplication(let message): message.sourceAddress
        case .stakeGateway(let message): message.address
        case .unstakeGateway(let message): message.address
        case .updateGatewayMetadata(let message): message.address
        case .stakeSupplier(let message): message.signer
        case .unstakeSupplier(let message): message.signer
        case .addService(let message): message.ownerAddress
        case .transferService(let message): message.ownerAddress
        case .createClaim(let message): message.supplierOperatorAddress
        case .submitProof(let message): message.supplierOperatorAddress
        case .delegate(let message): message.delegatorAddress
        case .updateParams, .updateParam: nil
        }
    }
}
