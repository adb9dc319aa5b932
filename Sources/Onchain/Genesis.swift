public import Keys
public import Shannon

/// The state before the first block: what `Chain.init(genesis:)` starts from.
///
/// Actors are staked at height 0; their stakes come on top of the accounts' balances and fund the module accounts.
public struct Genesis: Hashable, Codable, Sendable {
    /// An account, with its key when rings must know it before it signs anything.
    public struct Account: Hashable, Codable, Sendable {
        public var address: Address
        public var publicKey: PublicKey?
        /// In upokt.
        public var balance: Int64

        public init(address: Address, publicKey: PublicKey? = nil, balance: Int64) {
            self.address = address
            self.publicKey = publicKey
            self.balance = balance
        }

        /// The account of a key.
        public init(key: PublicKey, balance: Int64) {
            self.init(address: key.address, publicKey: key, balance: balance)
        }
    }

    /// A supplier whose service configs are active from height 1.
    public struct Supplier: Hashable, Codable, Sendable {
        public var ownerAddress: Address
        public var operatorAddress: Address
        public var stake: Coin
        public var services: [SupplierServiceConfig]

        public init(
            ownerAddress: Address, operatorAddress: Address, stake: Coin, services: [SupplierServiceConfig]
        ) {
            self.ownerAddress = ownerAddress
            self.operatorAddress = operatorAddress
            self.stake = stake
            self.services = services
        }
    }

    public var chainID: String
    public var params = Params()
    /// Who may sign governance messages.
    ///
    /// Upstream the gov module lets the foundation's account act for it through `x/authz`; here the chain takes
    /// messages in the module's name from the holders of these keys.
    public var governanceKeys: [PublicKey] = []
    public var accounts: [Account] = []
    public var services: [Service] = []
    public var applications: [Application] = []
    public var gateways: [GatewayActor] = []
    public var suppliers: [Supplier] = []
    public var validators: [Validator] = []

    public init(chainID: String = "pocket") { self.chainID = chainID }
}
