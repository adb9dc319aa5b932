import Keys
import Shannon

extension Supplier {
    /// Admits a simulated relay: of a gateway that this RelayMiner was told to trust, fresh, and signed by it.
    ///
    /// Nothing is metered and nothing will be claimed. A copy of one is refused as every exchange taken before is.
    func admitSimulated(
        _ request: RelayRequest, header: SessionHeader, now: Instant, chain: some ChainClient
    ) throws(RelayMinerError) {
        let sender = header.applicationAddress
        guard settings.simulationIdentities.contains(sender), let senderKey = chain.publicKey(of: sender) else {
            throw .authenticator(.invalidSession, "simulated relays of \(sender) are not served here")
        }
        let seconds = genesisUnixSeconds + now.nanoseconds / 1_000_000_000
        guard SimulatedSession.isFresh(header, unixSeconds: seconds) else {
            throw .authenticator(.invalidSession, "the simulated session '\(header.sessionID)' is not of now")
        }
        guard let signature = try? RingSignature(request.meta.signature), signature.keys.contains(senderKey),
            signature.isWithin([senderKey, key.publicKey]), signature.verifies(request.signableHash)
        else { throw .ring(.invalidRelayRequestSignature, "the simulated relay is not signed by \(sender)") }
    }
}
