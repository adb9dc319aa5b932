public import Shannon

/// A module's registered errors: the raw value is the code, the case's name is upstream's without its prefix.
protocol ModuleError: RawRepresentable<UInt32>, CaseIterable, Sendable {
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
    /// Upstream's names of all errors with which a transaction can fail, module by module.
    public static let names: [String] =
        names(SDKError.self) + names(StakingError.self) + names(SharedError.self) + names(SessionError.self)
        + names(ServiceError.self) + names(GatewayError.self) + names(ApplicationError.self)
        + names(SupplierError.self) + names(ProofError.self) + names(TokenomicsError.self)

    /// The codespaces of those errors.
    public static let codespaces: [String] = [
        SDKError.codespace, StakingError.codespace, SharedError.codespace, SessionError.codespace,
        ServiceError.codespace, GatewayError.codespace, ApplicationError.codespace, SupplierError.codespace,
        ProofError.codespace, TokenomicsError.codespace,
    ]

    private static func names<Kind: ModuleError>(_ kind: Kind.Type) -> [String] { kind.allCases.map(\.name) }

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
    static func rings(_ kind: RingsError, _ message: String) -> ChainError { ChainError(kind, message) }
    static func tokenomics(_ kind: TokenomicsError, _ message: String) -> ChainError { ChainError(kind, message) }
}
