public import Keys

extension SessionHeader {
    /// The header as `pocket.session.SessionHeader`.
    public var wireBytes: Bytes { WireFormat.bytes(of: message) }

    /// Reads a `pocket.session.SessionHeader`.
    public init(wire: Bytes) throws(WireError) {
        self.init(message: try WireFormat.parse(Pocket_Session_SessionHeader.self, wire))
    }

    var message: Pocket_Session_SessionHeader {
        var message = Pocket_Session_SessionHeader()
        message.applicationAddress = applicationAddress.rawValue
        message.serviceID = serviceID
        message.sessionID = sessionID
        message.sessionStartBlockHeight = sessionStartBlockHeight
        message.sessionEndBlockHeight = sessionEndBlockHeight
        return message
    }

    /// The message, or nil for the empty header that stands for an absent one where upstream has a pointer.
    var messageIfAny: Pocket_Session_SessionHeader? {
        let message = message
        return message == Pocket_Session_SessionHeader() ? nil : message
    }

    init(message: Pocket_Session_SessionHeader) {
        self.init(
            applicationAddress: Address(message.applicationAddress), serviceID: message.serviceID,
            sessionID: message.sessionID, sessionStartBlockHeight: message.sessionStartBlockHeight,
            sessionEndBlockHeight: message.sessionEndBlockHeight)
    }
}
