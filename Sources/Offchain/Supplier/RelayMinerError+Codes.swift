import Shannon

/// Errors of the relay proxy (codespace `relayer_proxy`, `pkg/relayer/proxy/errors.go`).
enum RelayProxyError: UInt32 {
    case malformed = 1
    case serviceNotConfigured = 3
    case timeout = 6
    case rateLimited = 7
    case maxBodySize = 8
    case supplierNotReachable = 9

    var description: String {
        switch self {
        case .malformed: "malformed relay request"
        case .serviceNotConfigured: "service is not configured"
        case .timeout: "backend request timed out"
        case .rateLimited: "offchain rate limit hit by relayer proxy"
        case .maxBodySize: "relay request is too large"
        case .supplierNotReachable: "supplier is not reachable here"
        }
    }
}

/// Errors of the relay authenticator (codespace `relay_authenticator`, `pkg/relayer/relay_authenticator/errors.go`).
enum RelayAuthenticatorError: UInt32 {
    case invalidSession = 1
    case invalidSupplier = 2
    case invalidSignature = 3
    case sessionExpired = 4

    var description: String {
        switch self {
        case .invalidSession: "invalid session in relay request"
        case .invalidSupplier: "supplier does not belong to session"
        case .invalidSignature: "invalid relay request signature"
        case .sessionExpired: "session has expired"
        }
    }
}

extension RelayMinerError {
    static func proxy(_ kind: RelayProxyError, _ message: String) -> RelayMinerError {
        RelayMinerError(
            codespace: "relayer_proxy", code: kind.rawValue, description: kind.description, message: message)
    }

    static func authenticator(_ kind: RelayAuthenticatorError, _ message: String) -> RelayMinerError {
        RelayMinerError(
            codespace: "relay_authenticator", code: kind.rawValue, description: kind.description, message: message)
    }
}
