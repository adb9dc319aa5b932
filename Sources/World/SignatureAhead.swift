import Dispatch
import Keys
import Shannon

/// Verifies the ring signatures of relays that are on their way, on threads of its own.
///
/// The supplier that gets such a relay verifies it as always and finds the answer remembered: verifying is a pure
/// function, so this changes how long a run takes and nothing else.
struct SignatureAhead {
    private let queue = DispatchQueue(label: "signatures ahead", attributes: .concurrent)

    /// Takes a serialized relay request; does nothing with bytes that are none.
    func verify(_ wire: Bytes) {
        queue.async {
            guard let request = try? RelayRequest(wire: wire),
                let signature = try? RingSignature(request.meta.signature)
            else { return }
            _ = signature.verifies(request.signableHash)
        }
    }
}
