import Dispatch
public import Keys
public import Offchain
public import Shannon

/// A signature that a receiver in the world will need.
public struct SignatureWork: Equatable, Sendable {
    /// Whose it is.
    public enum Subject: Equatable, Sendable {
        /// A relay request that is to be signed, and then verified by its supplier.
        case relay(UnsignedRelay, by: RelayClient)
        /// A serialized `RelayResponse` whose signature will be verified against a supplier's key.
        case response(Bytes, by: PublicKey)
    }

    public let subject: Subject
    /// When it arrives where it is needed.
    public let due: Instant
}

/// Makes and verifies the signatures of what is on its way, on threads of its own.
///
/// Whoever needs such a signature signs or verifies as always, and finds the result remembered or waits for it: both
/// are pure functions, so this changes how long a run takes and nothing else.
public struct SignatureAhead: Sendable {
    // Of another class than tasks, so that one that waits for a signature does not take the thread of the one that makes it.
    private let queue = DispatchQueue(label: "signatures ahead", qos: .userInitiated, attributes: .concurrent)

    /// A queue without work.
    public init() {}

    /// Takes work over and says when it is done; does nothing with bytes that are no relay.
    public func take(_ work: SignatureWork, completion: @escaping @Sendable () -> Void = {}) {
        queue.async {
            Self.perform(work)
            completion()
        }
    }

    private static func perform(_ work: SignatureWork) {
        switch work.subject {
        case .relay(let relay, let client):
            guard let request = try? RelayRequest(wire: client.sign(relay)),
                let signature = try? RingSignature(request.meta.signature)
            else { return }
            _ = signature.verifies(request.signableHash)
        case .response(let wire, let key):
            guard let response = try? RelayResponse(wire: wire) else { return }
            _ = key.verifies(signature: response.meta.supplierOperatorSignature, of: response.signableHash)
        }
    }
}
