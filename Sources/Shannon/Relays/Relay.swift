public import Keys

/// A request as it travels to a supplier (`proto/pocket/service/relay.proto`).
public struct RelayRequest: Hashable, Codable, Sendable {
    /// `meta` of the message: header, ring signature, and the supplier asked.
    public struct Metadata: Hashable, Codable, Sendable {
        /// The session it is about.
        public var sessionHeader: SessionHeader?
        /// The application ring's signature over the signable hash.
        public var signature: Bytes
        /// The supplier's operator.
        public var supplierOperatorAddress: Address

        /// Metadata, not yet signed unless said otherwise.
        public init(sessionHeader: SessionHeader?, signature: Bytes = [], supplierOperatorAddress: Address) {
            self.sessionHeader = sessionHeader
            self.signature = signature
            self.supplierOperatorAddress = supplierOperatorAddress
        }
    }

    /// Who asks whom, in which session, and the proof of it.
    public var meta: Metadata
    /// A serialized `HTTPRequest`.
    public var payload: Bytes

    /// A value with its fields as given.
    public init(meta: Metadata, payload: Bytes) {
        self.meta = meta
        self.payload = payload
    }
}

/// A supplier's signed answer (`proto/pocket/service/relay.proto`).
public struct RelayResponse: Hashable, Codable, Sendable {
    /// `meta` of the message: header and the supplier's signature.
    public struct Metadata: Hashable, Codable, Sendable {
        /// The session it is about.
        public var sessionHeader: SessionHeader?
        /// The supplier operator's signature over the signable hash.
        public var supplierOperatorSignature: Bytes

        /// Metadata, not yet signed unless said otherwise.
        public init(sessionHeader: SessionHeader?, supplierOperatorSignature: Bytes = []) {
            self.sessionHeader = sessionHeader
            self.supplierOperatorSignature = supplierOperatorSignature
        }
    }

    /// The session, and the proof of who answers.
    public var meta: Metadata
    /// A serialized `HTTPResponse`; empty in a mined relay.
    public var payload: Bytes
    /// SHA-256 of the payload, or empty.
    public var payloadHash: Bytes
    /// Why nothing was served; such a response is not signed.
    public var relayMinerError: RelayMinerError?

    /// A value with its fields as given.
    public init(
        meta: Metadata, payload: Bytes = [], payloadHash: Bytes = [], relayMinerError: RelayMinerError? = nil
    ) {
        self.meta = meta
        self.payload = payload
        self.payloadHash = payloadHash
        self.relayMinerError = relayMinerError
    }
}

/// Why a supplier did not serve; carried in an unsigned response (`proto/pocket/service/relay.proto`).
public struct RelayMinerError: Error, Hashable, Codable, Sendable {
    /// What the code belongs to, for example `relayer_proxy`.
    public var codespace: String
    /// The number of the error in its codespace.
    public var code: UInt32
    public var description: String
    /// What happened this time.
    public var message: String

    /// A value with its fields as given.
    public init(codespace: String, code: UInt32, description: String, message: String) {
        self.codespace = codespace
        self.code = code
        self.description = description
        self.message = message
    }
}

/// A request with its answer: the leaf of a session tree, once the answer's payload is removed.
public struct Relay: Hashable, Codable, Sendable {
    /// What was asked.
    public var request: RelayRequest
    /// What was answered.
    public var response: RelayResponse

    /// A value with its fields as given.
    public init(request: RelayRequest, response: RelayResponse) {
        self.request = request
        self.response = response
    }
}

/// An HTTP request inside a relay's payload (shannon-sdk `POKTHTTPRequest`).
public struct HTTPRequest: Hashable, Codable, Sendable {
    /// For example `POST`.
    public var method: String
    /// Header values by canonical name.
    public var headers: SortedMap<String, [String]>
    /// Path and query, or a whole URL.
    public var url: String
    /// The body as it is, not decoded.
    public var body: Bytes

    /// A value with its fields as given.
    public init(
        method: String, url: String, headers: SortedMap<String, [String]> = SortedMap(), body: Bytes = []
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// An HTTP response inside a relay's payload (shannon-sdk `POKTHTTPResponse`).
public struct HTTPResponse: Hashable, Codable, Sendable {
    /// For example 200.
    public var statusCode: UInt32
    /// Header values by canonical name.
    public var headers: SortedMap<String, [String]>
    /// The body as it is, not decoded.
    public var body: Bytes

    /// A value with its fields as given.
    public init(statusCode: UInt32, headers: SortedMap<String, [String]> = SortedMap(), body: Bytes = []) {
        self.statusCode = statusCode
        self.headers = headers
        self.body = body
    }
}
