public import Keys
public import Shannon

extension Chain {
    /// The keys that may sign for an application in the session that ends at a height, in ring order
    /// (`pkg/crypto/rings/client.go`, `pkg/crypto/rings/ring.go`).
    ///
    /// The application, its gateways and the gateways that left in that session or later; a placeholder stands in
    /// where there is no gateway. The session's end is recomputed under live parameters, as upstream does.
    ///
    /// - Throws: `ErrAppNotFound`, or `ErrInvalidPubKey` when a member's account has no key on chain yet.
    public func ringMembers(of address: Address, sessionEndHeight: Height) throws(ChainError) -> [PublicKey] {
        guard let application = application.applications[address] else {
            throw .application(.notFound, "expected a staked application at \(address), found none")
        }
        let end = params.shared.sessionEnd(at: sessionEndHeight)
        var gateways: [Address] = application.delegateeGateways
        for (height, left) in application.pendingUndelegations where height >= end {
            gateways += left.filter { !gateways.contains($0) }
        }
        let applicationKey = try ringKey(of: address)
        var keys: [PublicKey] = []
        for gateway in gateways { keys.append(try ringKey(of: gateway)) }
        return Ring.members(application: applicationKey, gateways: keys)
    }

    private func ringKey(of address: Address) throws(ChainError) -> PublicKey {
        guard let key = publicKey(of: address) else {
            throw .sdk(.invalidPubKey, "expected the key of ring member \(address) on chain, found none")
        }
        return key
    }
}
