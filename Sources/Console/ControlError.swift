/// Why a control route did not do what it was asked for, as its client sees it.
public enum ControlError: Error, Hashable, Sendable {
    // The codes that answers carry, and by which a client tells them apart.
    /// A text is no moment.
    public static let momentUnreadable = "moment_unreadable"
    /// A moment has passed, or can never come.
    public static let momentNotReached = "moment_not_reached"
    /// An invariant does not hold where the network was to go.
    public static let invariantBroken = "invariant_broken"
    /// A snapshot cannot be taken under this name, or not one more.
    public static let snapshotRefused = "snapshot_refused"
    /// No snapshot has the name.
    public static let snapshotNotFound = "snapshot_not_found"
    /// A state file is damaged, or of another network or version.
    public static let stateFileRefused = "state_file_refused"
    /// As many state files as there may be are being loaded or sent already.
    public static let stateFileUnderWay = "state_file_under_way"

    /// The text is no address of a network.
    case badURL(String)
    /// Nothing answers there.
    case unreachable(String, reason: String)
    /// Something answers there that is no localnet.
    case noLocalnet(String)
    /// The answer ended in the middle.
    case cutOff(String)
    /// The network refuses, with a code of those above or another one.
    case refused(status: Int, code: String, message: String)
}

extension ControlError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .badURL(let text): "expected an address such as http://127.0.0.1:3069, found '\(text)'"
        case .unreachable(let url, let reason): "no network answers at \(url): \(reason)"
        case .noLocalnet(let url): "what answers at \(url) is no localnet"
        case .cutOff(let url): "the answer of \(url) ended in the middle"
        case .refused(_, _, let message): message
        }
    }
}
