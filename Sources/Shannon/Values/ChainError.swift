/// A failure of a message, a query or a settlement, with upstream's codespace, code and name.
public struct ChainError: Error, Hashable, Codable, Sendable {
    /// The gRPC status under which upstream returns the error.
    public enum Status: String, Hashable, Codable, Sendable {
        case invalidArgument, notFound, permissionDenied, failedPrecondition, alreadyExists, `internal`
    }

    /// The module whose error it is, for example `proof`.
    public let codespace: String
    /// The code inside the codespace; modules count from 1100.
    public let code: UInt32
    /// Upstream's name of the error, for example `ErrProofClaimOutsideOfWindow`.
    public let name: String
    /// The gRPC status.
    public let status: Status
    /// What was expected and what was found.
    public let message: String

    /// A value with its fields as given.
    public init(codespace: String, code: UInt32, name: String, status: Status, message: String) {
        self.codespace = codespace
        self.code = code
        self.name = name
        self.status = status
        self.message = message
    }
}

extension ChainError: CustomStringConvertible {
    public var description: String { "\(message) [\(codespace) \(code) \(name)]" }
}
