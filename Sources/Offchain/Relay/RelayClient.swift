public import Keys
public import Shannon

/// Builds signed relay requests and checks the signed answers; a gateway and a sovereign application have one each.
public struct RelayClient: Hashable, Codable, Sendable {
    /// The key that signs in the application's ring: the gateway's own, or the application's.
    private let key: PrivateKey
    /// How it breaks the rules now.
    public var misbehaviours = Misbehaviours()
    /// The next exchange; unique in the world because every party starts from its own base.
    private var nextExchange: UInt64

    /// - Parameter idBase: The first exchange id; no other party may use the ids above it.
    public init(key: PrivateKey, idBase: UInt64) {
        self.key = key
        nextExchange = idBase
    }

    public var address: Address { key.address }
    /// The number of the next exchange.
    var issued: UInt64 { nextExchange }

    /// A relay under way.
    public struct Pending: Hashable, Codable, Sendable {
        public let exchange: UInt64
        public let header: SessionHeader
        /// The supplier's operator address.
        public let supplier: Address
    }

    /// A request id that is unique in the world.
    public mutating func makeID() -> UInt64 {
        defer { nextExchange += 1 }
        return nextExchange
    }

    /// Wraps an HTTP request into a relay request that is to be signed with the application's ring.
    ///
    /// - Throws: `RelayFailure.unsigned` when the ring is not known or this client's key cannot sign for it.
    public mutating func request(
        _ http: HTTPRequest, in session: Session, to supplier: Address, chain: some ChainClient
    ) throws(RelayFailure) -> (pending: Pending, relay: UnsignedRelay) {
        let exchange = makeID()
        var header = session.header
        if misbehaviours.contains(.wrongSession) { header.sessionID = Digest.sha256(Array(header.sessionID.utf8)).hex }
        let request = RelayRequest(
            meta: .init(sessionHeader: header, supplierOperatorAddress: supplier), payload: http.wireBytes)
        do {
            let ring = try chain.ringMembers(
                of: session.header.applicationAddress, sessionEndHeight: session.header.sessionEndBlockHeight)
            try RingSignature.check(ring: ring, signer: key)
            let relay = UnsignedRelay(
                exchange: exchange, request: request, ring: ring, isSpoiled: misbehaviours.contains(.badSignature))
            return (Pending(exchange: exchange, header: header, supplier: supplier), relay)
        } catch {
            throw RelayFailure.unsigned("\(error)")
        }
    }

    /// Wraps a request into a simulated relay, which a supplier serves without metering or claiming it
    /// (`pocket-relay-miner/relayer/simulation.go`).
    ///
    /// Its session's id is `simv1:TIME:NONCE`, and it is about no application: the sender names itself. It signs in a
    /// ring of itself and the supplier, so that the supplier knows who it was and nobody else can be shown it.
    mutating func simulatedRequest(
        _ http: HTTPRequest, to standing: Standing, unixSeconds: Int64, chain: some ChainClient
    ) throws -> (pending: Pending, relay: UnsignedRelay) {
        let exchange = makeID()
        guard let supplierKey = chain.publicKey(of: standing.supplier) else {
            throw RelayFailure.unsigned("the supplier \(standing.supplier) has no public key onchain")
        }
        let shared = chain.sharedParams(at: max(1, chain.height))
        let header = SessionHeader(
            applicationAddress: address, serviceID: standing.serviceID,
            sessionID: SimulatedSession.id(unixSeconds: unixSeconds, nonce: exchange),
            sessionStartBlockHeight: shared.sessionStart(at: max(1, chain.height)),
            sessionEndBlockHeight: shared.sessionEnd(at: max(1, chain.height)))
        let request = RelayRequest(
            meta: .init(sessionHeader: header, supplierOperatorAddress: standing.supplier), payload: http.wireBytes)
        let ring = [key.publicKey, supplierKey]
        try RingSignature.check(ring: ring, signer: key)
        let relay = UnsignedRelay(exchange: exchange, request: request, ring: ring, isSpoiled: false)
        return (Pending(exchange: exchange, header: header, supplier: standing.supplier), relay)
    }

    /// The serialized `RelayRequest` with the ring signature of this client's key (`pkg/signer/ring_signer.go`).
    ///
    /// The relay's number is mixed into the nonces, so that equal prompts give distinct relays, as random nonces would.
    /// The same relay always gives the same bytes. If the key cannot sign, which `request` rules out, the signature
    /// stays empty, and every supplier refuses the relay.
    public func sign(_ relay: UnsignedRelay) -> Bytes {
        var request = relay.request
        let context = (0..<8).map { UInt8(truncatingIfNeeded: relay.number >> (8 * $0)) }
        let signature = try? RingSignature.sign(
            message: request.signableHash, ring: relay.ring, signer: key, context: context)
        request.meta.signature = signature?.bytes ?? []
        // So many bytes before the end lies a ring member's response.
        if relay.isSpoiled, let last = request.meta.signature.indices.last { request.meta.signature[last - 40] ^= 1 }
        return request.wireBytes
    }

    /// Checks a response and takes the HTTP response out of it: header, payload hash and supplier signature.
    ///
    /// A response without a signature is a RelayMiner's error (`pkg/relayer/proxy/error_reply.go`).
    public func open(_ wire: Bytes, of pending: Pending, chain: some ChainClient) throws(RelayFailure) -> HTTPResponse {
        try openSigned(wire, of: pending, chain: chain).http
    }

    /// The same with the signed response around it.
    func openSigned(
        _ wire: Bytes, of pending: Pending, chain: some ChainClient
    ) throws(RelayFailure) -> (response: RelayResponse, http: HTTPResponse) {
        let response: RelayResponse
        do { response = try RelayResponse(wire: wire) } catch { throw .malformed("\(error)") }
        if let error = response.relayMinerError { throw .refused(error) }
        guard response.meta.sessionHeader == pending.header else {
            throw .malformed("expected the session \(pending.header.sessionID), found another header")
        }
        guard response.payloadHash == Digest.sha256(response.payload) else {
            throw .malformed("the payload does not have the signed hash")
        }
        guard let supplierKey = chain.publicKey(of: pending.supplier) else {
            throw .malformed("the supplier \(pending.supplier) has no public key onchain")
        }
        guard
            supplierKey.verifies(
                signature: response.meta.supplierOperatorSignature, of: response.signableHash)
        else { throw .malformed("the signature is not that of supplier \(pending.supplier)") }
        do { return (response, try HTTPResponse(wire: response.payload)) } catch { throw .malformed("\(error)") }
    }

    /// Seals what a closure makes with the public key.
    func sealed(_ make: (PublicKey) -> Receipt) -> Receipt { make(key.publicKey).sealed(with: key) }
}

/// Why a relay brought no answer.
public enum RelayFailure: Error, Hashable, Codable, Sendable {
    /// The request could not be signed.
    case unsigned(String)
    /// The response is not what the protocol asks for.
    case malformed(String)
    /// The answer is not the one that another supplier has begun to stream; nobody knows which of the two is right.
    case contradicts
    /// The RelayMiner answered with an error.
    case refused(RelayMinerError)
    case timeout
    /// The supplier's backend answered with a server error.
    case backend(status: UInt32)
    /// The supplier did not take the request, or broke off.
    case bounced(Bounce)
}

extension RelayFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unsigned(let reason): "the relay could not be signed: \(reason)"
        case .malformed(let reason): "the supplier's response is invalid: \(reason)"
        case .refused(let error): "the supplier refused: \(error.message) [\(error.codespace) \(error.code)]"
        case .contradicts: "the answer differs from what another supplier has streamed of it"
        case .timeout: "the supplier did not answer in time"
        case .backend(let status): "the supplier's backend failed with status \(status)"
        case .bounced(let reason): reason.description
        }
    }
}

extension Fact {
    /// The end of a relay that failed.
    static func relayFailed(_ pending: RelayClient.Pending, supplier: String, _ failure: RelayFailure) -> Fact {
        let end: RelayEnd =
            switch failure {
            case .timeout: .timeout
            case .backend(let status): .response(status: status)
            default: .error(failure.description)
            }
        return .relayEnded(exchange: pending.exchange, supplier: supplier, end: end)
    }
}
