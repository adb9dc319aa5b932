public import Keys

/// What identifies a session (`proto/pocket/session/types.proto`).
public struct SessionHeader: Hashable, Codable, Sendable {
    public var applicationAddress: Address
    public var serviceID: String
    /// Lower-case hex.
    public var sessionID: String
    public var sessionStartBlockHeight: Height
    public var sessionEndBlockHeight: Height

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
    public var header: SessionHeader
    public var number: Int64
    public var numBlocksPerSession: Int64
    public var application: Application
    /// Each with only the config of this session's service.
    public var suppliers: [SupplierActor]

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

    public var id: String { header.sessionID }
}
