public import Keys

/// A staked user of services, who pays for relays (`proto/pocket/application/types.proto`).
public struct Application: Hashable, Codable, Sendable {
    /// The account that staked, its key in the store.
    public var address: Address
    /// The stake in upokt.
    public var stake: Coin
    /// The service ids it is staked for; exactly one today.
    public var serviceIDs: [String]
    /// Gateways that may sign for it, in the order of delegation.
    public var delegateeGateways: [Address] = []
    /// Gateways that left, by the end height of the session in which they did.
    public var pendingUndelegations = SortedMap<Height, [Address]>()
    /// 0 while not unbonding.
    public var unstakeSessionEndHeight: Height = 0
    /// Where it is about to move.
    public var pendingTransfer: PendingTransfer?
    /// The most it pays for a session; nil for as much as its stake allows.
    public var perSessionSpendLimit: Coin?
    /// Services with the heights between which they count; empty until the service is changed for the first time.
    public var serviceConfigHistory: [ApplicationServiceConfigUpdate] = []

    /// A newly staked application without delegations.
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
    /// The account that will hold the stake.
    public var destination: Address
    /// The end of the session in which the transfer was asked for.
    public var sessionEndHeight: Height

    /// A value with its fields as given.
    public init(destination: Address, sessionEndHeight: Height) {
        self.destination = destination
        self.sessionEndHeight = sessionEndHeight
    }
}

/// A service of an application with the heights between which it counts.
public struct ApplicationServiceConfigUpdate: Hashable, Codable, Sendable {
    /// The service.
    public var serviceID: String
    /// The first height at which it counts.
    public var activationHeight: Height
    /// 0 while no end is set.
    public var deactivationHeight: Height

    /// A value with its fields as given.
    public init(serviceID: String, activationHeight: Height, deactivationHeight: Height = 0) {
        self.serviceID = serviceID
        self.activationHeight = activationHeight
        self.deactivationHeight = deactivationHeight
    }

    /// Whether the service counts at a height (`x/application/types/application.go`).
    public func isActive(at height: Height) -> Bool {
        activationHeight <= height && (deactivationHeight == 0 || height < deactivationHeight)
    }
}

/// A staked party that sends relays for applications which delegate to it (`proto/pocket/gateway/types.proto`).
public struct GatewayActor: Hashable, Codable, Sendable {
    /// The account that staked, its key in the store.
    public var address: Address
    /// The stake in upokt.
    public var stake: Coin
    /// 0 while not unbonding.
    public var unstakeSessionEndHeight: Height = 0
    /// The metadata card, nil or 1 … 262,144 bytes.
    public var card: Bytes?

    /// A newly staked gateway without a card.
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
    /// The account that gets the stake back.
    public var ownerAddress: Address
    /// The supplier's key in the store.
    public var operatorAddress: Address
    /// The stake in upokt.
    public var stake: Coin
    /// 0 while not unbonding.
    public var unstakeSessionEndHeight: Height = 0
    /// Services with the heights between which they are active.
    public var serviceConfigHistory: [ServiceConfigUpdate] = []

    /// A newly staked supplier without services.
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
    /// All tokens bonded to it, in upokt.
    public var bondedTokens: Int64
    /// Commission as a decimal text of at most 18 places, for example `0.1`.
    public var commissionRate: String
    /// Delegators and their tokens, the validator's own delegation included.
    public var delegations: SortedMap<Address, Int64>
    /// Whether it produces blocks and is rewarded.
    public var isBonded: Bool

    /// A validator, bonded unless said otherwise.
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
