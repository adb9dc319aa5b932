import Shannon

/// A module's registered errors: the raw value is the code, the case's name is upstream's without its prefix.
protocol ModuleError: RawRepresentable<UInt32>, Sendable {
    /// The module's name, which is also the error's codespace.
    static var codespace: String { get }
    /// What upstream's names of this module begin with, for example `ErrApp`.
    static var prefix: String { get }
    /// The gRPC status under which upstream's message server returns the error.
    var status: ChainError.Status { get }
}

extension ModuleError {
    var status: ChainError.Status { .invalidArgument }

    /// Upstream's name, for example `ErrAppNotFound`.
    var name: String {
        let text = "\(self)"
        return Self.prefix + text.prefix(1).uppercased() + text.dropFirst()
    }
}

extension ChainError {
    init(_ kind: some ModuleError, _ message: String) {
        self.init(
            codespace: type(of: kind).codespace, code: kind.rawValue, name: kind.name, status: kind.status,
            message: message)
    }

    static func sdk(_ kind: SDKError, _ message: String) -> ChainError { ChainError(kind, message) }
    static func staking(_ kind: StakingError, _ message: String) -> ChainError { ChainError(kind, message) }
    static func shared(_ kind: SharedError, _ message: String) -> ChainError { ChainError(kind, message) }
    static func session(_ kind: SessionError, _ message: String) -> ChainError { ChainError(kind, message) }
    static func service(_ kind: ServiceError, _ message: String) -> ChainError { ChainError(kind, message) }
    static func gateway(_ kind: GatewayError, _ message: String) -> ChainError { ChainError(kind, message) }
    static func application(_ kind: ApplicationError, _ message: String) -> ChainError { ChainError(kind, message) }
    static func supplier(_ kind: SupplierError, _ message: String) -> ChainError { ChainError(kind, message) }
    static func proof(_ kind: ProofError, _ message: String) -> ChainError { ChainError(kind, message) }
    static func tokenomics(_ kind: TokenomicsError, _ message: String) -> ChainError { ChainError(kind, message) }
}
