public import Keys

/// What identifies a session (`proto/pocket/session/types.proto`).
public struct SessionHeader: Hashable, Codable, Sendable {
    /// The application.
    public var applicationAddress: Address
    /// The service.
    public var serviceID: String
    /// Lower-case hex.
    public var sessionID: String
    /// The session's first height.
    public var sessionStartBlockHeight: Height
    /// The session's last height.
    public var sessionEndBlockHeight: Height

    /// A value with its fields as given.
    public init(
        applicationAddress: Address, serviceID: String, sessionID: String, sessionStartBlockHeight: Height,
        sessionEndBlockHeight: Height
    ) {
        self.applicationAddress = applicationAddress
        self.serviceID = serviceID
        self.sessionID = sessionID
        self.sessionStartBlockHeight = sessionStartBlockHeight
        self.sessionEndBlockHeight = sessionEndBlockHeight
    }
}

/// An application, a service and the suppliers that serve it for some blocks (`proto/pocket/session/types.proto`).
public struct Session: Hashable, Codable, Sendable {
    /// What identifies it.
    public var header: SessionHeader
    /// Counts sessions from 1.
    public var number: Int64
    /// Its length.
    public var numBlocksPerSession: Int64
    /// Who pays.
    public var application: Application
    /// Each with only the config of this session's service.
    public var suppliers: [SupplierActor]

    /// A value with its fields as given.
    public init(
        header: SessionHeader, number: Int64, numBlocksPerSession: Int64, application: Application,
        suppliers: [SupplierActor]
    ) {
        self.header = header
        self.number = number
        self.numBlocksPerSession = numBlocksPerSession
        self.application = application
        self.suppliers = suppliers
    }

    /// The id of the header.
    public var id: String { header.sessionID }
}
