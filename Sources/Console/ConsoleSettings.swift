/// Where and how the HTTP server listens.
public struct ConsoleSettings: Hashable, Sendable {
    /// A host name or address; the default answers this machine only.
    public var host = "127.0.0.1"
    /// 0 takes a free port.
    public var port = 0
    /// The gateway that answers, by its name in the network.
    public var gateway = "gateway1"
    /// The largest request body, in bytes; a larger one gets 413.
    public var maxBody = 1_000_000
    /// How long a stop waits for requests under way.
    public var stopPatience = Duration.seconds(5)

    public init() {}
}

/// Why the HTTP server could not listen.
public enum ConsoleError: Error, Hashable, Sendable {
    case portInUse(host: String, port: Int)
    case cannotListen(host: String, port: Int, reason: String)
}

extension ConsoleError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .portInUse(let host, let port):
            "Port \(port) on \(host) is in use. Stop what listens there, or choose another port with --gateway-port "
                + "(0 takes a free one)."
        case .cannotListen(let host, let port, let reason): "Cannot listen on \(host), port \(port): \(reason)."
        }
    }
}
