import Shannon

/// The ids of sessions that are none: those of simulated relays, which carry their time so that they cannot be kept
/// and sent again later (`pocket-relay-miner/relayer/simulation.go`).
enum SimulatedSession {
    private static let prefix = "simv1"
    /// How far the time may lie from the supplier's, in seconds.
    private static let window: Int64 = 30

    static func id(unixSeconds: Int64, nonce: UInt64) -> String {
        let digits = String(nonce, radix: 16)
        return "\(prefix):\(unixSeconds):\(String(repeating: "0", count: 16 - digits.count))\(digits)"
    }

    static func isSimulated(_ header: SessionHeader) -> Bool { header.sessionID.hasPrefix(prefix + ":") }

    /// Whether an id is well formed and its time near the present.
    static func isFresh(_ header: SessionHeader, unixSeconds: Int64) -> Bool {
        let parts = header.sessionID.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[2].isEmpty, let time = Int64(parts[1]) else { return false }
        let (distance, overflow) = unixSeconds.subtractingReportingOverflow(time)
        return !overflow && distance > -window && distance < window
    }
}
