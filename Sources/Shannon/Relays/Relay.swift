public import Keys

/// A request as it travels to a supplier (`proto/pocket/service/relay.proto`).
public struct RelayRequest: Hashable, Codable, Sendable {
    /// `meta` of the message: header, ring signature, and the supplier asked.
    public struct Metadata: Hashable, Codable, Sendable {
        public var sessionHeader: SessionHeader?
        /// The application ring's signature over the signable hash.
        public var signature: Bytes
        public var supplierOperatorAddress: Address

        public init(sessionHeader: SessionHeader?, signature: Bytes = [], supplierOperatorAddress: Address) {
            self.sessionHeader = sessionHeader
            self.signature = signature
            self.supplierOperatorAddress = supplierOperatorAddress
        }
    }

    public var meta: Metadata
    /// A serialized `HTTPRequest`.
    public var payload: Bytes

    public init(meta: Metadata, payload: Bytes) {
        self.meta = meta
        self.payload = payload
    }
}

/// A supplier's signed answer (`proto/pocket/service/relay.proto`).
public struct RelayResponse: Hashable, Codable, Sendable {
    /// `meta` of the message: header and the supplier's signature.
    public struct Metadata: Hashable, Codable, Sendable {
        public var sessionHeader: SessionHeader?
        /// The supplier operator's signature over the signable hash.
        public var supplierOperatorSignature: Bytes

        public init(sessionHeader: SessionHeader?, supplierOperatorSignature: Bytes = []) {
            self.sessionHeader = sessionHeader
            self.supplierOperatorSignature = supplierOperatorSignature
        }
    }

    public var meta: Metadata
    /// A serialized `HTTPResponse`; empty in a mined relay.
    public var payload: Bytes
    /// SHA-256 of the payload, or empty.
    public var payloadHash: Bytes
    public var relayMinerError: RelayMinerError?

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
    public var codespace: String
    public var code: UInt32
    public var description: String
    public var message: String

    public init(codespace: String, code: UInt32, description: String, message: String) {
        self.codespace = codespace
        self.code = code
        self.description = description
        self.message = message
    }
}

/// A request with its answer: the leaf of a session tree, once the answer's payload is removed.
public struct Relay: Hashable, Codable, Sendable {
    public var request: RelayRequest
    public var response: RelayResponse

    public init(request: RelayRequest, response: RelayResponse) {
        self.request = request
        self.response = response
    }
}

/// An HTTP request inside a relay's payload (shannon-sdk `POKTHTTPRequest`).
public struct HTTPRequest: Hashable, Codable, Sendable {
    public var method: String
    /// Header values by canonical name.
    public var headers: SortedMap<String, [String]>
    public var url: String
    public var body: Bytes

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
    public var statusCode: UInt32
    public var headers: SortedMap<String, [String]>
    public var body: Bytes

    public init(statusCode: UInt32, headers: SortedMap<String, [String]> = SortedMap(), body: Bytes = []) {
        self.statusCode = statusCode
        self.headers = headers
        self.body = body
    }
}
