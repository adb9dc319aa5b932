import Shannon

/// Errors of the application module (`x/application/types/errors.go`).
enum ApplicationError: UInt32, ModuleError {
    case invalidSigner = 1100
    case invalidStake = 1101
    case invalidAddress = 1102
    case unauthorized = 1103
    case notFound = 1104
    case invalidServiceConfigs = 1106
    case gatewayNotFound = 1107
    case invalidGatewayAddress = 1108
    case alreadyDelegated = 1109
    case maxDelegatedGateways = 1110
    case notDelegated = 1111
    case isUnstaking = 1112
    case duplicateAddress = 1113
    case hasPendingTransfer = 1114
    case paramInvalid = 1115
    case invalidPerSessionSpendLimit = 1118

    static var codespace: String { "application" }
    static var prefix: String { "ErrApp" }

    var status: ChainError.Status {
        switch self {
        case .notFound, .gatewayNotFound: .notFound
        case .alreadyDelegated: .alreadyExists
        case .unauthorized: .permissionDenied
        case .maxDelegatedGateways, .notDelegated, .isUnstaking, .hasPendingTransfer: .failedPrecondition
        default: .invalidArgument
        }
    }
}

/// Errors of the gateway module (`x/gateway/types/errors.go`).
enum GatewayError: UInt32, ModuleError {
    case invalidSigner = 1100
    case invalidAddress = 1101
    case invalidStake = 1102
    case unauthorized = 1103
    case notFound = 1104
    case paramInvalid = 1105
    case isUnstaking = 1107
    case isInactive = 1108

    static var codespace: String { "gateway" }
    static var prefix: String { "ErrGateway" }

    var status: ChainError.Status {
        switch self {
        case .notFound: .notFound
        case .unauthorized: .permissionDenied
        case .isUnstaking, .isInactive: .failedPrecondition
        default: .invalidArgument
        }
    }
}

/// Errors of the supplier module (`x/supplier/types/errors.go`).
enum SupplierError: UInt32, ModuleError {
    case invalidSigner = 1100
    case invalidStake = 1101
    case invalidAddress = 1102
    case notFound = 1103
    case invalidServiceConfig = 1104
    case isUnstaking = 1105
    case serviceNotFound = 1106
    case paramInvalid = 1107

    static var codespace: String { "supplier" }
    static var prefix: String { "ErrSupplier" }

    var status: ChainError.Status {
        switch self {
        case .notFound: .notFound
        case .isUnstaking: .failedPrecondition
        default: .invalidArgument
        }
    }
}

/// Errors of the service module (`x/service/types/errors.go`).
enum ServiceError: UInt32, ModuleError {
    case invalidSigner = 1100
    case invalidAddress = 1102
    case missingID = 1103
    case notEnoughFunds = 1108
    case failedToDeductFee = 1109
    case invalidRelayResponse = 1110
    case invalidRelayRequest = 1111
    case invalidOwnerAddress = 1113
    case paramInvalid = 1115
    case notFound = 1117
    case unauthorized = 1118

    static var codespace: String { "service" }
    static var prefix: String { "ErrService" }

    var status: ChainError.Status {
        switch self {
        case .notEnoughFunds, .failedToDeductFee: .failedPrecondition
        case .notFound: .notFound
        case .unauthorized: .permissionDenied
        default: .invalidArgument
        }
    }
}
