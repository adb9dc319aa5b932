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

    /// A moment that is still to come.
    public struct Upcoming: Hashable, Codable, Sendable {
        /// As `advance` takes it, for example `session 2 proof window open`.
        public let moment: String
        public let height: Height
    }

    public let chainID: String
    public let height: Height
    /// Header hash of the last block, lower-case hex.
    public let blockHash: String
    public let session: Session
    /// The next moments of the sessions under way, the nearest first.
    public let next: [Upcoming]
    /// The names of the snapshots.
    public let snapshots: [String]
    /// The total supply in upokt.
    public let supply: Int64
    /// Nanoseconds since genesis, in the network's own time.
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
