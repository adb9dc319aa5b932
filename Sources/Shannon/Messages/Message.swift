public import Keys

/// A state change that a transaction asks for, by upstream's message names.
///
/// Addresses and coins stand here as they came over the wire and may be invalid; the chain checks them.
public enum Message: Hashable, Codable, Sendable {
    case send(MsgSend)
    case stakeApplication(MsgStakeApplication)
    case unstakeApplication(MsgUnstakeApplication)
    case delegateToGateway(MsgDelegateToGateway)
    case undelegateFromGateway(MsgUndelegateFromGateway)
    case transferApplication(MsgTransferApplication)
    case stakeGateway(MsgStakeGateway)
    case unstakeGateway(MsgUnstakeGateway)
    case updateGatewayMetadata(MsgUpdateGatewayMetadata)
    case stakeSupplier(MsgStakeSupplier)
    case unstakeSupplier(MsgUnstakeSupplier)
    case addService(MsgAddService)
    case transferService(MsgTransferService)
    case createClaim(MsgCreateClaim)
    case submitProof(MsgSubmitProof)
    case updateParams(MsgUpdateParams)
    case updateParam(MsgUpdateParam)
    case delegate(MsgDelegate)
}

/// `cosmos.bank.v1beta1.MsgSend`, one coin.
public struct MsgSend: Hashable, Codable, Sendable {
    /// Who pays and signs.
    public var fromAddress: Address
    /// Who receives.
    public var toAddress: Address
    /// What moves.
    public var amount: Coin

    public init(fromAddress: Address, toAddress: Address, amount: Coin) {
        self.fromAddress = fromAddress
        self.toAddress = toAddress
        self.amount = amount
    }
}

/// `pocket.application.MsgStakeApplication`.
public struct MsgStakeApplication: Hashable, Codable, Sendable {
    /// The account, which signs.
    public var address: Address
    /// The whole stake wanted, not what is added; nil is refused where the stake is new.
    public var stake: Coin?
    /// Exactly one.
    public var serviceIDs: [String]
    /// Nil keeps the limit, zero removes it.
    public var perSessionSpendLimit: Coin?

    /// A message with its fields as given; the chain checks them.
    public init(address: Address, stake: Coin?, serviceIDs: [String], perSessionSpendLimit: Coin? = nil) {
        self.address = address
        self.stake = stake
        self.serviceIDs = serviceIDs
        self.perSessionSpendLimit = perSessionSpendLimit
    }
}

/// `pocket.application.MsgUnstakeApplication`.
public struct MsgUnstakeApplication: Hashable, Codable, Sendable {
    /// The account, which signs.
    public var address: Address
    /// A message with its fields as given; the chain checks them.
    public init(address: Address) { self.address = address }
}

/// `pocket.application.MsgDelegateToGateway`.
public struct MsgDelegateToGateway: Hashable, Codable, Sendable {
    /// The application.
    public var applicationAddress: Address
    /// The gateway.
    public var gatewayAddress: Address

    /// A message with its fields as given; the chain checks them.
    public init(applicationAddress: Address, gatewayAddress: Address) {
        self.applicationAddress = applicationAddress
        self.gatewayAddress = gatewayAddress
    }
}

/// `pocket.application.MsgUndelegateFromGateway`.
public struct MsgUndelegateFromGateway: Hashable, Codable, Sendable {
    /// The application.
    public var applicationAddress: Address
    /// The gateway.
    public var gatewayAddress: Address

    /// A message with its fields as given; the chain checks them.
    public init(applicationAddress: Address, gatewayAddress: Address) {
        self.applicationAddress = applicationAddress
        self.gatewayAddress = gatewayAddress
    }
}

/// `pocket.application.MsgTransferApplication`.
public struct MsgTransferApplication: Hashable, Codable, Sendable {
    /// The application that moves.
    public var sourceAddress: Address
    /// The account that it moves to.
    public var destinationAddress: Address

    /// A message with its fields as given; the chain checks them.
    public init(sourceAddress: Address, destinationAddress: Address) {
        self.sourceAddress = sourceAddress
        self.destinationAddress = destinationAddress
    }
}

/// `pocket.gateway.MsgStakeGateway`.
public struct MsgStakeGateway: Hashable, Codable, Sendable {
    /// The account, which signs.
    public var address: Address
    /// The whole stake wanted, not what is added; nil is refused where the stake is new.
    public var stake: Coin?

    /// A message with its fields as given; the chain checks them.
    public init(address: Address, stake: Coin?) {
        self.address = address
        self.stake = stake
    }
}

/// `pocket.gateway.MsgUnstakeGateway`.
public struct MsgUnstakeGateway: Hashable, Codable, Sendable {
    /// The account, which signs.
    public var address: Address
    /// A message with its fields as given; the chain checks them.
    public init(address: Address) { self.address = address }
}

/// `pocket.gateway.MsgUpdateGatewayMetadata`.
public struct MsgUpdateGatewayMetadata: Hashable, Codable, Sendable {
    /// The account, which signs.
    public var address: Address
    /// 1 … 262,144 bytes.
    public var card: Bytes?

    /// A message with its fields as given; the chain checks them.
    public init(address: Address, card: Bytes?) {
        self.address = address
        self.card = card
    }
}

/// `pocket.supplier.MsgStakeSupplier`.
public struct MsgStakeSupplier: Hashable, Codable, Sendable {
    /// Who signs and pays.
    public var signer: Address
    /// The owner.
    public var ownerAddress: Address
    /// The operator.
    public var operatorAddress: Address
    /// Nil keeps the stake.
    public var stake: Coin?
    /// Empty keeps the services.
    public var services: [SupplierServiceConfig]

    /// A message with its fields as given; the chain checks them.
    public init(
        signer: Address, ownerAddress: Address, operatorAddress: Address, stake: Coin?,
        services: [SupplierServiceConfig]
    ) {
        self.signer = signer
        self.ownerAddress = ownerAddress
        self.operatorAddress = operatorAddress
        self.stake = stake
        self.services = services
    }
}

/// `pocket.supplier.MsgUnstakeSupplier`.
public struct MsgUnstakeSupplier: Hashable, Codable, Sendable {
    /// Who signs and pays.
    public var signer: Address
    /// The operator.
    public var operatorAddress: Address

    /// A message with its fields as given; the chain checks them.
    public init(signer: Address, operatorAddress: Address) {
        self.signer = signer
        self.operatorAddress = operatorAddress
    }
}

/// `pocket.service.MsgAddService`.
public struct MsgAddService: Hashable, Codable, Sendable {
    /// The owner.
    public var ownerAddress: Address
    /// The service as it shall be.
    public var service: Service

    /// A message with its fields as given; the chain checks them.
    public init(ownerAddress: Address, service: Service) {
        self.ownerAddress = ownerAddress
        self.service = service
    }
}

/// `pocket.service.MsgTransferService`.
public struct MsgTransferService: Hashable, Codable, Sendable {
    /// The owner.
    public var ownerAddress: Address
    /// The service.
    public var serviceID: String
    /// The owner to be.
    public var newOwnerAddress: Address

    /// A message with its fields as given; the chain checks them.
    public init(ownerAddress: Address, serviceID: String, newOwnerAddress: Address) {
        self.ownerAddress = ownerAddress
        self.serviceID = serviceID
        self.newOwnerAddress = newOwnerAddress
    }
}

/// `pocket.proof.MsgCreateClaim`.
public struct MsgCreateClaim: Hashable, Codable, Sendable {
    /// The supplier's operator.
    public var supplierOperatorAddress: Address
    /// The session it is about.
    public var sessionHeader: SessionHeader?
    /// 48 bytes: hash, sum of compute units, count of relays.
    public var rootHash: Bytes

    /// A message with its fields as given; the chain checks them.
    public init(supplierOperatorAddress: Address, sessionHeader: SessionHeader?, rootHash: Bytes) {
        self.supplierOperatorAddress = supplierOperatorAddress
        self.sessionHeader = sessionHeader
        self.rootHash = rootHash
    }
}

/// `pocket.proof.MsgSubmitProof`.
public struct MsgSubmitProof: Hashable, Codable, Sendable {
    /// The supplier's operator.
    public var supplierOperatorAddress: Address
    /// The session it is about.
    public var sessionHeader: SessionHeader?
    /// The compact closest proof in Go's gob encoding.
    public var proof: Bytes

    /// A message with its fields as given; the chain checks them.
    public init(supplierOperatorAddress: Address, sessionHeader: SessionHeader?, proof: Bytes) {
        self.supplierOperatorAddress = supplierOperatorAddress
        self.sessionHeader = sessionHeader
        self.proof = proof
    }
}

/// `MsgUpdateParams` of one module: all its parameters at once.
public struct MsgUpdateParams: Hashable, Codable, Sendable {
    /// The parameters of one module.
    public enum ModuleParams: Hashable, Codable, Sendable {
        case shared(SharedParams)
        case session(SessionParams)
        case application(ApplicationParams)
        case gateway(GatewayParams)
        case supplier(SupplierParams)
        case service(ServiceParams)
        case proof(ProofParams)
        case tokenomics(TokenomicsParams)
    }

    /// Must be the governance module's account.
    public var authority: Address
    /// All of one module's parameters.
    public var params: ModuleParams

    /// The defaults.
    public init(authority: Address, params: ModuleParams) {
        self.authority = authority
        self.params = params
    }
}

/// `MsgUpdateParam` of one module: one parameter by upstream's name.
public struct MsgUpdateParam: Hashable, Codable, Sendable {
    /// A parameter's new value.
    public enum Value: Hashable, Codable, Sendable {
        case integer(UInt64)
        case number(Double)
        case text(String)
        case coin(Coin)
        case allocation(MintAllocation)

        /// The value as messages show it.
        public var text: String {
            switch self {
            case .integer(let value): "\(value)"
            case .number(let value): "\(value)"
            case .text(let value): value
            case .coin(let coin): "\(coin)"
            case .allocation(let shares): "\(shares)"
            }
        }
    }

    /// Must be the governance module's account.
    public var authority: Address
    /// The module's name, for example `shared`.
    public var module: String
    /// Upstream's parameter name, for example `num_blocks_per_session`.
    public var name: String
    /// What the parameter becomes.
    public var value: Value

    /// A message with its fields as given; the chain checks them.
    public init(authority: Address, module: String, name: String, value: Value) {
        self.authority = authority
        self.module = module
        self.name = name
        self.value = value
    }
}

/// `cosmos.staking.v1beta1.MsgDelegate`: coins bonded with a validator.
public struct MsgDelegate: Hashable, Codable, Sendable {
    /// Who pays and signs.
    public var delegatorAddress: Address
    /// The validator's account, whose bytes are also the operator's.
    public var validatorAddress: Address
    /// What is bonded.
    public var amount: Coin

    /// A message with its fields as given; the chain checks them.
    public init(delegatorAddress: Address, validatorAddress: Address, amount: Coin) {
        self.delegatorAddress = delegatorAddress
        self.validatorAddress = validatorAddress
        self.amount = amount
    }
}
