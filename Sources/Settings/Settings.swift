import Config
public import World

/// Everything that `localnet.toml`, the environment and flags can say: the network, and how this process runs it.
public struct Settings: Hashable, Sendable {
    public var network = NetworkSpec.standard
    public var gateway = GatewayListener()
    public var inference = InferenceSettings()
    public var state = StateSettings()
    public var pace = PaceSetting.clock

    /// The built-in settings: the standard network.
    public init() {}
}

/// Where the gateway's HTTP API listens.
public struct GatewayListener: Hashable, Sendable {
    public var host = "127.0.0.1"
    /// 0 takes a free port.
    public var port = 3069
    /// The largest request body, in bytes.
    public var maxBody = 1_000_000
    public init() {}
}

/// What the suppliers run.
public struct InferenceSettings: Hashable, Sendable {
    /// What answers relays.
    public enum Backend: String, Hashable, Sendable, CaseIterable {
        /// A language model.
        case model
        /// Fixed answers, the same on every machine.
        case scripted
    }

    /// How a model's products are computed.
    public enum Path: String, Hashable, Sendable, CaseIterable {
        case auto, openblas, kernels
    }

    public var backend = Backend.model
    /// A GGUF file; the model that `make model` fetches when nil.
    public var model: String?
    public var path = Path.auto
    public init() {}
}

/// Where the network's state lives.
public struct StateSettings: Hashable, Sendable {
    /// The word that stands for no directory at all.
    public static let memory = "memory"
    /// A directory, or `memory`.
    public var directory = ".localnet"
    public init() {}

    /// Whether nothing is to be written.
    public var isMemory: Bool { directory == StateSettings.memory }
}

/// When blocks are made.
public enum PaceSetting: String, Hashable, Sendable, CaseIterable {
    /// By the wall clock, at the network's block interval.
    case clock
    /// As fast as the work allows.
    case fast
    /// Only on demand.
    case manual
}
