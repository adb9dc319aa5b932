public import Keys

/// A staked user of services, who pays for relays (`proto/pocket/application/types.proto`).
public struct Application: Hashable, Codable, Sendable {
    public var address: Address
    public var stake: Coin
    /// The service ids it is staked for; exactly one today.
    public var serviceIDs: [String]
    public var delegateeGateways: [Address] = []
    /// Gateways that left, by the end height of the session in which they did.
    public var pendingUndelegations = SortedMap<Height, [Address]>()
    /// 0 while not unbonding.
    public var unstakeSessionEndHeight: Height = 0
    public var pendingTransfer: PendingTransfer?
    public var perSessionSpendLimit: Coin?
    public var serviceConfigHistory: [ApplicationServiceConfigUpdate] = []

    public init(address: Address, stake: Coin, serviceIDs: [String]) {
        self.address = address
        self.stake = stake
        self.serviceIDs = serviceIDs
    }

    /// Whether sessions may still be built for it at a height (`x/application/types/application.go`).
    public func isActive(at height: Height) -> Bool {
        if unstakeSessionEndHeight > 0 { return height <= unstakeSessionEndHeight }
        if let pendingTransfer { return height <= pendingTransfer.sessionEndHeight }
        return true
    }

    /// The services it is staked for at a height (`x/application/types/application.go`).
    public func activeServiceIDs(at height: Height) -> [String] {
        if serviceConfigHistory.isEmpty { return serviceIDs }
        return serviceConfigHistory.filter { $0.isActive(at: height) }.map(\.serviceID)
    }
}

/// An application transfer that waits for its session's settlement.
public struct PendingTransfer: Hashable, Codable, Sendable {
    public var destination: Address
    public var sessionEndHeight: Height

    public init(destination: Address, sessionEndHeight: Height) {
        self.destination = destination
        self.sessionEndHeight = sessionEndHeight
    }
}

/// A service of an application with the heights between which it counts.
public struct ApplicationServiceConfigUpdate: Hashable, Codable, Sendable {
    public var serviceID: String
    public var activationHeight: Height
    /// 0 while no end is set.
    public var deactivationHeight: Height

    public init(serviceID: String, activationHeight: Height, deactivationHeight: Height = 0) {
        self.serviceID = serviceID
        self.activationHeight = activationHeight
        self.deactivationHeight = deactivationHeight
    }

    public func isActive(at height: Height) -> Bool {
        activationHeight <= height && (deactivationHeight == 0 || height < deactivationHeight)
    }
}

/// A staked party that sends relays for applications which delegate to it (`proto/pocket/gateway/types.proto`).
public struct GatewayActor: Hashable, Codable, Sendable {
    public var address: Address
    public var stake: Coin
    /// 0 while not unbonding.
    public var unstakeSessionEndHeight: Height = 0
    /// The metadata card, nil or 1 … 262,144 bytes.
    public var card: Bytes?

    public init(address: Address, stake: Coin) {
        self.address = address
        self.stake = stake
    }

    /// `x/gateway/types/gateway.go`.
    public func isActive(at height: Height) -> Bool {
        unstakeSessionEndHeight == 0 || height <= unstakeSessionEndHeight
    }
}

/// A staked provider of services (`proto/pocket/shared/supplier.proto`).
public struct SupplierActor: Hashable, Codable, Sendable {
    public var ownerAddress: Address
    /// The supplier's key in the store.
    public var operatorAddress: Address
    public var stake: Coin
    /// 0 while not unbonding.
    public var unstakeSessionEndHeight: Height = 0
    public var serviceConfigHistory: [ServiceConfigUpdate] = []

    public init(ownerAddress: Address, operatorAddress: Address, stake: Coin) {
        self.ownerAddress = ownerAddress
        self.operatorAddress = operatorAddress
        self.stake = stake
    }

    /// The config of a service that is active at a height.
    public func config(of serviceID: String, at height: Height) -> SupplierServiceConfig? {
        serviceConfigHistory.first { $0.service.serviceID == serviceID && $0.isActive(at: height) }?.service
    }
}

/// A block producer who shares in the proposer's part of rewards, with its delegations.
public struct Validator: Hashable, Codable, Sendable {
    /// The account whose bytes are also the operator's.
    public var accountAddress: Address
    public var bondedTokens: Int64
    /// Commission as a decimal text of at most 18 places, for example `0.1`.
    public var commissionRate: String
    /// Delegators and their tokens, the validator's own delegation included.
    public var delegations: SortedMap<Address, Int64>
    public var isBonded: Bool

    public init(
        accountAddress: Address, bondedTokens: Int64, commissionRate: String = "0",
        delegations: SortedMap<Address, Int64>, isBonded: Bool = true
    ) {
        self.accountAddress = accountAddress
        self.bondedTokens = bondedTokens
        self.commissionRate = commissionRate
        self.delegations = delegations
        self.isBonded = isBonded
    }
}
