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
    /// What control routes ask for where the server is bound to more than this machine.
    public var controlToken: String?
    /// The models' ids, for `/ready/{service}` and for counting.
    public var services: [String] = []
    /// The service of each model whose id is another one.
    public var serviceIDs: [String: String] = [:]
    /// While an answer has not begun, a comment keeps its stream open this often.
    public var keepAlive = Duration.seconds(5)
    /// How long a client may take to send a body, and to read an answer once the buffers are full.
    public var clientPatience = Duration.seconds(60)
    /// A connection without a request, or with half of one, is closed after this long.
    public var idleTimeout = Duration.seconds(120)
    /// How many connections may be open at once; more wait in the system's queue.
    public var mostConnections = 4096

    public init() {}

    /// Whether the host is this machine's own, which needs no token.
    public var isLocal: Bool { ControlAccess.isLoopback(host) }
}

extension ConsoleSettings {
    /// Whether a model or a service of the id is there.
    func knows(_ id: String) -> Bool { services.contains(id) || serviceIDs.values.contains(id) }

    /// The service under which a request is counted: only what is there, so that clients cannot add to the list.
    func service(model: String?, wanted: String?) -> String {
        if let wanted, knows(wanted) { return wanted }
        guard let model, services.contains(model) else { return "" }
        return serviceIDs[model] ?? model
    }
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
