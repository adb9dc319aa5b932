public import Keys
public import Shannon

/// What participants ask of the chain: queries at the last finished block.
public protocol ChainClient {
    var chainID: String { get }
    /// The height of the last finished block.
    var height: Height { get }
    /// The time of that block.
    var time: Instant { get }
    /// All parameters, live.
    var params: Params { get }
    /// The shared parameters in force at a height.
    func sharedParams(at height: Height) -> SharedParams
    /// Session parameters in force at a height.
    func sessionParams(at height: Height) -> SessionParams
    /// Builds the session of an application and service at a height; height 0 is the current one.
    func session(application: Address, serviceID: String, height: Height) throws(ChainError) -> Session
    func application(_ address: Address) -> Application?
    func supplier(_ operatorAddress: Address) -> SupplierActor?
    func publicKey(of address: Address) -> PublicKey?
    /// The keys that may sign for an application in the session that ends at a height, in ring order.
    func ringMembers(of application: Address, sessionEndHeight: Height) throws(ChainError) -> [PublicKey]
    func computeUnitsPerRelay(of serviceID: String, at height: Height) -> UInt64?
    func difficulty(of serviceID: String, at height: Height) -> RelayMiningDifficulty
    /// Empty when the block does not exist.
    func blockHash(at height: Height) -> Bytes
    func claim(sessionEndHeight: Height, sessionID: String, supplier: Address) -> Claim?
    /// Spendable upokt.
    func balance(of address: Address) -> Int64
    /// How many transactions the account has sent.
    func sequence(of address: Address) -> UInt64
}
