/// Bytes that are no message of the wire format: which message was expected and what is wrong.
public struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Upstream's message name, for example `RelayRequest`.
    public let message: String
    /// What is wrong with the bytes.
    public let problem: String

    /// An error about a message and its bytes.
    public init(message: String, problem: String) {
        self.message = message
        self.problem = problem
    }

    public var description: String { "expected a serialized \(message), found bytes with \(problem)" }
}
