public import Keys

/// What suppliers can be paid for; its owner is the *Source* of the paper (`proto/pocket/shared/service.proto`).
public struct Service: Hashable, Codable, Sendable {
    /// 1 … 42 letters, digits, `_` and `-`.
    public var id: String
    /// What people call it; may be empty.
    public var name: String
    /// The weight of one relay, 1 … 2,097,152.
    public var computeUnitsPerRelay: UInt64
    /// The account of the Source, who gets a share of every settlement.
    public var ownerAddress: Address
    /// The metadata card, nil or 1 … 262,144 bytes, never parsed by the chain.
    public var metadata: Bytes?

    /// A value with its fields as given.
    public init(
        id: String, name: String = "", computeUnitsPerRelay: UInt64, ownerAddress: Address, metadata: Bytes? = nil
    ) {
        self.id = id
        self.name = name
        self.computeUnitsPerRelay = computeUnitsPerRelay
        self.ownerAddress = ownerAddress
        self.metadata = metadata
    }
}

/// How a supplier's endpoint is spoken to.
public enum RPCType: Int, Hashable, Codable, Sendable {
    case unknown = 0
    case grpc = 1
    case webSocket = 2
    case jsonRPC = 3
    case rest = 4
    case cometBFT = 5
}

/// Where a supplier serves a service.
public struct SupplierEndpoint: Hashable, Codable, Sendable {
    /// An `http`, `https`, `ws` or `wss` URL.
    public var url: String
    /// The protocol spoken there.
    public var rpcType: RPCType

    /// A value with its fields as given.
    public init(url: String, rpcType: RPCType) {
        self.url = url
        self.rpcType = rpcType
    }
}

/// One shareholder's part of a supplier's rewards.
public struct RevenueShare: Hashable, Codable, Sendable {
    /// The shareholder.
    public var address: Address
    /// 1 … 100.
    public var percentage: UInt64

    /// A value with its fields as given.
    public init(address: Address, percentage: UInt64) {
        self.address = address
        self.percentage = percentage
    }
}

/// A service that a supplier is staked for, where it serves it and who shares the reward.
public struct SupplierServiceConfig: Hashable, Codable, Sendable {
    /// The service.
    public var serviceID: String
    /// At least one.
    public var endpoints: [SupplierEndpoint]
    /// Distinct shareholders whose percentages add up to 100.
    public var revenueShares: [RevenueShare]

    /// A value with its fields as given.
    public init(serviceID: String, endpoints: [SupplierEndpoint], revenueShares: [RevenueShare]) {
        self.serviceID = serviceID
        self.endpoints = endpoints
        self.revenueShares = revenueShares
    }
}

/// A supplier's service config with the heights between which it is active.
public struct ServiceConfigUpdate: Hashable, Codable, Sendable {
    /// The operator.
    public var operatorAddress: Address
    /// What is active between the heights.
    public var service: SupplierServiceConfig
    /// The first height at which it counts.
    public var activationHeight: Height
    /// 0 while no end is set.
    public var deactivationHeight: Height

    /// A value with its fields as given.
    public init(
        operatorAddress: Address, service: SupplierServiceConfig, activationHeight: Height,
        deactivationHeight: Height = 0
    ) {
        self.operatorAddress = operatorAddress
        self.service = service
        self.activationHeight = activationHeight
        self.deactivationHeight = deactivationHeight
    }

    /// Whether the config counts at a height (`x/shared/types/service_config_update.go`).
    public func isActive(at height: Height) -> Bool {
        activationHeight <= height && (deactivationHeight == 0 || height < deactivationHeight)
    }
}
