import Shannon

/// Errors of the Cosmos SDK that transactions and transfers meet (`types/errors` of the SDK).
enum SDKError: UInt32, ModuleError {
    case unauthorized = 4
    case insufficientFunds = 5
    case invalidAddress = 7
    case invalidPubKey = 8
    case unknownAddress = 9
    case invalidCoins = 10
    case invalidRequest = 18
    case txTimeoutHeight = 30
    case wrongSequence = 32
    case logic = 35

    static var codespace: String { "sdk" }
    static var prefix: String { "Err" }
}

/// Errors of the Cosmos SDK's staking module (`x/staking/types/errors.go` of the SDK).
enum StakingError: UInt32, ModuleError {
    case noValidatorFound = 3

    static var codespace: String { "staking" }
    static var prefix: String { "Err" }
    var status: ChainError.Status { .notFound }
}

/// Errors of the shared module (`x/shared/types/errors.go`).
enum SharedError: UInt32, ModuleError {
    case invalidSigner = 1100
    case invalidAddress = 1101
    case paramNameInvalid = 1102
    case paramInvalid = 1103
    case emitEvent = 1104
    case unauthorizedSupplierUpdate = 1105
    case invalidRevShare = 1106
    case invalidService = 1107
    case invalidServiceId = 1108
    case invalidServiceName = 1109
    case invalidComputeUnitsPerRelay = 1110
    case invalidServiceMetadata = 1111

    static var codespace: String { "shared" }
    static var prefix: String { "ErrShared" }
}

/// Errors of the session module (`x/session/types/errors.go`).
enum SessionError: UInt32, ModuleError {
    case invalidSigner = 1100
    case hydration = 1101
    case appNotFound = 1102
    case appNotStakedForService = 1103
    case suppliersNotFound = 1104
    case invalidAppAddress = 1105
    case invalidService = 1106
    case invalidBlockHeight = 1107
    case invalidSessionId = 1108
    case appNotActive = 1109
    case paramInvalid = 1110

    static var codespace: String { "session" }
    static var prefix: String { "ErrSession" }
}
