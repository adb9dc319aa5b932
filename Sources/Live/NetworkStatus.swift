public import Shannon

/// What the network looks like at one moment, small enough to show.
public struct NetworkStatus: Hashable, Codable, Sendable {
    /// A named account.
    public struct Account: Hashable, Codable, Sendable {
        public let name: String
        public let address: String
        public let role: String
    }

    /// The session that a height is in, by its first and last height.
    public struct Session: Hashable, Codable, Sendable {
        public let number: Int64
        public let startHeight: Height
        public let endHeight: Height
    }

    public let chainID: String
    public let height: Height
    /// Header hash of the last block, lower-case hex.
    public let blockHash: String
    public let session: Session
    /// The total supply in upokt.
    public let supply: Int64
    /// Nanoseconds since genesis.
    public let now: Int64
    public let pace: String
    public let isRunning: Bool
    /// How many inference jobs are under way.
    public let outstandingJobs: Int
    /// How many clients wait for an answer.
    public let waitingClients: Int
    /// How many inputs the journal holds.
    public let inputs: UInt64
    /// Running hash over everything that happened, lower-case hex.
    public let journalHash: String
    public let accounts: [Account]
}
