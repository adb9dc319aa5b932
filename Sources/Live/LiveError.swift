public import Shannon

/// Why the network could not start, or could not go on.
public enum LiveError: Error, Hashable, Sendable {
    /// Another process, or another network of this one, works on the state.
    case stateInUse(directory: String, pid: Int32?)
    /// The directory cannot be made, locked or written.
    case stateNotUsable(directory: String, reason: String)
    /// The state is of another format, or of a localnet that holds another idea of the network.
    case otherVersion(directory: String, found: String, expected: String)
    /// The state was made with other settings.
    case otherNetwork(directory: String, differences: [String])
    /// The journal, replayed, does not give the history that was written down.
    case historyDiffers(directory: String, sequence: UInt64, height: Height)
    /// The state cannot be read.
    case unreadable(directory: String, reason: String)
    /// Inputs can no longer be written down, so nothing more may be answered.
    case notDurable(reason: String)
    /// The network is not started, or was stopped.
    case notRunning
    /// No application has the name.
    case unknownApplication(String, known: [String])
}

extension LiveError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .stateInUse(let directory, let pid):
            "The state in '\(directory)' is in use by \(pid.map { "process \($0)" } ?? "another process"). "
                + "Stop it, or choose another directory with --state."
        case .stateNotUsable(let directory, let reason):
            "The state directory '\(directory)' cannot be used: \(reason). Choose another one with --state."
        case .otherVersion(let directory, let found, let expected):
            "The state in '\(directory)' was made by another version of localnet: expected \(expected), found \(found). "
                + Self.remedy(directory)
        case .otherNetwork(let directory, let differences):
            "The state in '\(directory)' belongs to a network with other settings: "
                + differences.joined(separator: "; ") + ". " + Self.remedy(directory)
        case .historyDiffers(let directory, let sequence, let height):
            "The journal in '\(directory)' does not replay: after input \(sequence), at height \(height), the history "
                + "differs from the one that was written down. " + Self.remedy(directory)
        case .unreadable(let directory, let reason):
            "The state in '\(directory)' cannot be read: \(reason). " + Self.remedy(directory)
        case .notDurable(let reason):
            "The network stopped, because its inputs could not be written down: \(reason)."
        case .notRunning: "The network is not running."
        case .unknownApplication(let name, let known):
            "No application is called '\(name)'; there are \(known.joined(separator: ", "))."
        }
    }

    private static func remedy(_ directory: String) -> String {
        "Choose another directory with --state, or delete '\(directory)' to begin anew."
    }
}
