public import Config
import Shannon
import World

extension Settings {
    /// The environment variables that change settings, each with what it does.
    public static let variables: KeyValuePairs<String, String> = [
        "LOCALNET_CONFIG": "the settings file",
        "LOCALNET_SEED": "the network's seed",
        "LOCALNET_PACE": "a time from block to block, fast or manual",
        "LOCALNET_HOST": "the address that the gateway listens on",
        "LOCALNET_GATEWAY_PORT": "the gateway's port, 0 for a free one",
        "LOCALNET_STATE": "the state directory, or memory",
        "LOCALNET_MODEL": "the GGUF file to serve",
        "LOCALNET_BACKEND": "model or scripted",
    ]

    /// Applies the environment on top of the file; an empty variable counts as unset.
    public mutating func apply(environment: [String: String]) throws(ConfigurationError) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let text = value("LOCALNET_SEED") {
            network.seed = try Settings.parse(UInt64(text), text, of: "LOCALNET_SEED", expected: "an integer from 0")
        }
        if let text = value("LOCALNET_PACE") { try apply(pace: text, source: "LOCALNET_PACE") }
        if let text = value("LOCALNET_HOST") { gateway.host = text }
        if let text = value("LOCALNET_GATEWAY_PORT") {
            let port = try Settings.parse(
                UInt16(text), text, of: "LOCALNET_GATEWAY_PORT", expected: "a port of 0 … 65535")
            gateway.port = Int(port)
        }
        if let text = value("LOCALNET_STATE") { state.directory = text }
        if let text = value("LOCALNET_MODEL") { inference.model = text }
        if let text = value("LOCALNET_BACKEND") {
            inference.backend = try Settings.parse(
                InferenceSettings.Backend(rawValue: text), text, of: "LOCALNET_BACKEND",
                expected: "model or scripted")
        }
    }

    /// Applies a pace: a time such as `2s`, `fast` or `manual`.
    ///
    /// - Parameter source: The flag or variable, for the error message.
    public mutating func apply(pace text: String, source: String) throws(ConfigurationError) {
        switch text {
        case "fast": pace = .fast
        case "manual": pace = .manual
        default:
            let span = Span(parsing: text).flatMap { $0 >= .milliseconds(1) ? $0 : nil }
            network.blockInterval = try Settings.parse(
                span, text, of: source, expected: "a time of at least 1ms such as 2s, or fast, or manual")
            pace = .clock
        }
    }

    private static func parse<Value>(
        _ value: Value?, _ text: String, of source: String, expected: String
    ) throws(ConfigurationError) -> Value {
        guard let value else {
            throw ConfigurationError(source: source, position: nil, expected: expected, found: "\"\(text)\"")
        }
        return value
    }
}
