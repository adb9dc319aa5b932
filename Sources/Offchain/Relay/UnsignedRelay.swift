import Keys
import Shannon

/// A relay request on its way whose signature is made by the time it arrives.
///
/// A signature depends on nothing but the request, the ring, the signer's key and the number here, so it does not
/// matter when and on which thread it is made; only its receiver needs it.
public struct UnsignedRelay: Hashable, Codable, Sendable {
    public let exchange: UInt64
    /// What makes its signature another than that of an equal request: the exchange it was made for.
    let number: UInt64
    /// The request, without a signature.
    let request: RelayRequest
    /// The application's ring.
    let ring: [PublicKey]
    /// Whether its signature is to be wrong.
    let isSpoiled: Bool

    init(exchange: UInt64, request: RelayRequest, ring: [PublicKey], isSpoiled: Bool) {
        self.init(exchange: exchange, number: exchange, request: request, ring: ring, isSpoiled: isSpoiled)
    }

    private init(exchange: UInt64, number: UInt64, request: RelayRequest, ring: [PublicKey], isSpoiled: Bool) {
        self.exchange = exchange
        self.number = number
        self.request = request
        self.ring = ring
        self.isSpoiled = isSpoiled
    }

    /// The very same relay sent a second time, as another exchange.
    func replayed(as exchange: UInt64) -> UnsignedRelay {
        UnsignedRelay(exchange: exchange, number: number, request: request, ring: ring, isSpoiled: isSpoiled)
    }
}
