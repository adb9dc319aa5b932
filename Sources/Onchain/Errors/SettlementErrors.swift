import Shannon

/// Errors of the proof module (`x/proof/types/errors.go`).
enum ProofError: UInt32, ModuleError {
    case invalidSigner = 1100
    case invalidAddress = 1101
    case notFound = 1102
    case invalidService = 1103
    case invalidClaimRootHash = 1104
    case invalidQueryRequest = 1105
    case claimNotFound = 1106
    case proofNotFound = 1107
    case invalidProof = 1108
    case invalidRelay = 1109
    case invalidRelayRequest = 1110
    case invalidRelayResponse = 1111
    case notSecp256k1Curve = 1112
    case applicationNotFound = 1113
    case pubKeyNotFound = 1114
    case invalidSessionHeader = 1115
    case invalidSessionId = 1116
    case invalidSessionEndHeight = 1117
    case invalidSessionStartHeight = 1118
    case paramNameInvalid = 1119
    case paramInvalid = 1120
    case claimOutsideOfWindow = 1121
    case proofOutsideOfWindow = 1122
    case supplierMismatch = 1123
    case accNotFound = 1124
    case serviceNotFound = 1125
    case computeUnitsMismatch = 1126
    case notEnoughFunds = 1127
    case failedToDeductFee = 1128
    case notRequired = 1129
    case invalidRelayDifficulty = 1130

    static var codespace: String { "proof" }
    static var prefix: String { "ErrProof" }

    var status: ChainError.Status {
        switch self {
        case .serviceNotFound: .notFound
        case .claimNotFound, .claimOutsideOfWindow, .proofOutsideOfWindow, .invalidRelay, .supplierMismatch,
            .invalidRelayDifficulty, .invalidSessionStartHeight, .invalidSessionEndHeight, .notEnoughFunds,
            .failedToDeductFee, .notRequired:
            .failedPrecondition
        default: .invalidArgument
        }
    }
}

/// Errors of ring signatures, which only the check of a proof meets (`pkg/crypto/rings/errors.go`).
enum RingsError: UInt32, ModuleError {
    case ringsNotSecp256k1Curve = 1
    case ringClientInvalidRelayRequest = 2
    case ringClientInvalidRelayRequestSignature = 3

    static var codespace: String { "rings" }
    static var prefix: String { "Err" }
}

/// Errors of the tokenomics module (`x/tokenomics/types/errors.go`).
enum TokenomicsError: UInt32, ModuleError {
    case invalidAuthoritySigner = 1100
    case authorityAddressInvalid = 1101
    case claimSessionHeaderNil = 1102
    case claimSessionHeaderInvalid = 1103
    case supplierOperatorAddressInvalid = 1104
    case supplierNotFound = 1105
    case applicationNotFound = 1106
    case applicationAddressInvalid = 1107
    case paramsInvalid = 1108
    case claimRootHashInvalid = 1109
    case applicationNewStakeInvalid = 1110
    case paramNameInvalid = 1111
    case paramInvalid = 1112
    case unmarshalInvalid = 1113
    case emittingEventFailed = 1114
    case serviceNotFound = 1115
    case constraint = 1116
    case settlementInternal = 1117
    case tlmInternal = 1118
    case processingTLM = 1119
    case coinIsZero = 1120
    case settlementMint = 1121
    case settlementBurn = 1122
    case settlementTransfer = 1123

    static var codespace: String { "tokenomics" }
    static var prefix: String { "ErrTokenomics" }

    var status: ChainError.Status { .internal }
}
