import Shannon

/// Errors of the relay proxy (codespace `relayer_proxy`, `pkg/relayer/proxy/errors.go`).
enum RelayProxyError: UInt32 {
    case serviceEndpointNotHandled = 3
    case internalError = 5
    case rateLimited = 7
    case supplierNotReachable = 9
    case timeout = 10
    case maxBodyExceeded = 11
    case unmarshalingRelayRequest = 14

    var description: String {
        switch self {
        case .serviceEndpointNotHandled: "service endpoint not handled by relayer proxy"
        case .internalError: "internal error"
        case .rateLimited: "offchain rate limit hit by relayer proxy"
        case .supplierNotReachable: "supplier(s) not reachable"
        case .timeout: "relayer proxy request timed out"
        case .maxBodyExceeded: "max body size exceeded"
        case .unmarshalingRelayRequest: "failed to unmarshal relay request"
        }
    }
}

/// Errors of the relay authenticator (codespace `relay_authenticator`, `pkg/relayer/relay_authenticator/errors.go`).
enum RelayAuthenticatorError: UInt32 {
    case invalidSession = 1
    case invalidSessionSupplier = 2
    case invalidRelayRequest = 4

    var description: String {
        switch self {
        case .invalidSession: "invalid session in relayer request"
        case .invalidSessionSupplier: "supplier does not belong to session"
        case .invalidRelayRequest: "invalid relay request"
        }
    }
}

/// Errors of the rings (codespace `rings`, `pkg/crypto/rings/errors.go`).
enum RingError: UInt32 {
    case invalidRelayRequest = 2
    case invalidRelayRequestSignature = 3

    var description: String {
        switch self {
        case .invalidRelayRequest: "invalid relay request"
        case .invalidRelayRequestSignature: "invalid relay request signature"
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

    static func ring(_ kind: RingError, _ message: String) -> RelayMinerError {
        RelayMinerError(codespace: "rings", code: kind.rawValue, description: kind.description, message: message)
    }
}
