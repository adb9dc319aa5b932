import Foundation
public import Keys
import SMST
import Shannon

/// The links of a receipt's chain of proof, in the order in which they are checked.
public enum ReceiptLink: String, Hashable, Codable, Sendable, CaseIterable {
    /// The file is no receipt.
    case form
    /// The relay is not the one whose hash the receipt has.
    case relay
    /// The session is not what its id says.
    case session
    /// The request is not signed by the application's ring.
    case ring
    /// The answer is not signed by the supplier that was asked.
    case supplier
    /// The claim is not a transaction of the supplier for this session.
    case claim
    /// The relay is not a leaf of the claimed trie.
    case leaf
    /// What was settled does not fit what was claimed.
    case settlement
    /// The receipt is not as its gateway issued it.
    case seal
    /// Another one issued it than was asked for.
    case issuer
}

/// A receipt that proves nothing: which link broke, and how.
public struct ReceiptError: Error, Hashable, Sendable, CustomStringConvertible {
    public let link: ReceiptLink
    public let problem: String

    public var description: String { "The link '\(link.rawValue)' is broken: \(problem)." }
}

extension Receipt {
    /// Reads a receipt as JSON.
    public init(json: Bytes) throws(ReceiptError) {
        do {
            self = try JSONDecoder().decode(Receipt.self, from: Data(json))
        } catch {
            throw ReceiptError(link: .form, problem: "the file is not the JSON of a receipt (\(error))")
        }
    }

    /// The receipt as JSON, keys sorted.
    public var json: Bytes {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        // Nothing in it can fail to be encoded: there is no number that is not finite.
        return (try? encoder.encode(self)).map { Bytes($0) } ?? []
    }

    /// The address of the one whose word the receipt's end is; nil when its key is none.
    public var issuerAddress: Address? { (try? PublicKey(issuerKey.bytes))?.address }

    /// Checks every link; throws the first that is broken.
    ///
    /// Without an issuer it takes any, so that times and amounts may be anybody's word.
    ///
    /// - Parameter issuer: Whose word is taken: an address, or a public key of 33 bytes as hexadecimal.
    public func verify(issuedBy issuer: String? = nil) throws(ReceiptError) {
        guard version == 1 else { throw broken(.form, "expected version 1, found \(version)") }
        let mined = try verifyRelay()
        let supplier = try verifySignatures(of: mined)
        if let claim { try verify(claim, supplier: supplier, header: mined.header) }
        if let settlement { try verify(settlement) }
        let sealer: PublicKey
        do { sealer = try PublicKey(issuerKey.bytes) } catch { throw broken(.seal, "\(error)") }
        guard sealer.verifies(signature: seal.bytes, of: sealedBytes) else {
            throw broken(.seal, "the gateway's signature does not cover what the receipt says")
        }
        guard let issuer else { return }
        guard Address(issuer).bytes == sealer.addressBytes || issuer.lowercased() == issuerKey.bytes.hex else {
            throw broken(.issuer, "expected \(issuer), found \(sealer.address) with key \(issuerKey.bytes.hex)")
        }
    }

    private func broken(_ link: ReceiptLink, _ problem: String) -> ReceiptError {
        ReceiptError(link: link, problem: problem)
    }

    private func verifyRelay() throws(ReceiptError) -> (relay: Relay, header: SessionHeader) {
        guard Digest.sha256(relay.bytes) == relayHash.bytes else {
            throw broken(.relay, "the relay has another hash than \(relayHash.bytes.hex)")
        }
        let relay: Relay
        do { relay = try Relay(wire: self.relay.bytes) } catch { throw broken(.relay, "\(error)") }
        guard let header = relay.request.meta.sessionHeader, header == relay.response.meta.sessionHeader else {
            throw broken(.session, "request and response are of different sessions")
        }
        let preimage = SessionID.preimage(
            blockHash: sessionBlockHash.bytes, serviceID: header.serviceID, application: header.applicationAddress,
            startHeight: header.sessionStartBlockHeight)
        guard SessionID.id(ofPreimage: preimage) == header.sessionID else {
            throw broken(
                .session, "the session's id does not come from its application, service, height and block hash")
        }
        return (relay, header)
    }

    private func verifySignatures(
        of mined: (relay: Relay, header: SessionHeader)
    ) throws(ReceiptError) -> PublicKey {
        let (request, response) = (mined.relay.request, mined.relay.response)
        let ring: RingSignature
        do { ring = try RingSignature(request.meta.signature) } catch { throw broken(.ring, "\(error)") }
        guard ring.keys.contains(where: { $0.address == mined.header.applicationAddress }) else {
            throw broken(.ring, "the application \(mined.header.applicationAddress) is not in the ring")
        }
        guard ring.verifies(request.signableHash) else { throw broken(.ring, "the ring signature does not verify") }
        let supplier: PublicKey
        do { supplier = try PublicKey(supplierKey.bytes) } catch { throw broken(.supplier, "\(error)") }
        guard supplier.address == request.meta.supplierOperatorAddress else {
            throw broken(.supplier, "the key is not that of supplier \(request.meta.supplierOperatorAddress)")
        }
        guard supplier.verifies(signature: response.meta.supplierOperatorSignature, of: response.signableHash) else {
            throw broken(.supplier, "the supplier's signature does not verify")
        }
        return supplier
    }

    private func verify(
        _ claim: ClaimedLeaf, supplier: PublicKey, header: SessionHeader
    ) throws(ReceiptError) {
        guard let transaction = try? BinaryDecoder.decode(Transaction.self, from: claim.transaction.bytes) else {
            throw broken(.claim, "the claim is not in a readable transaction")
        }
        guard transaction.publicKey == supplier, transaction.hasValidSignature(chainID: chainID) else {
            throw broken(.claim, "the transaction is not signed by the supplier for chain '\(chainID)'")
        }
        guard let root = transaction.root(of: header, supplier: supplier.address).flatMap(Root.init(bytes:)) else {
            throw broken(.claim, "the transaction does not claim session \(header.sessionID)")
        }
        let proof = MembershipProof(sideNodes: claim.path.map(\.bytes))
        let verdict = proof.verify(key: relayHash.bytes, value: relay.bytes, weight: claim.computeUnits, root: root)
        guard verdict.isValid else { throw broken(.leaf, verdict.reason) }
        guard let settlement else { return }
        guard settlement.relays == root.count else {
            throw broken(.settlement, "expected \(root.count) relays, found \(settlement.relays)")
        }
    }

    private func verify(_ settlement: SettledClaim) throws(ReceiptError) {
        guard let claim, claim.height < settlement.height else {
            throw broken(.settlement, "it is settled without having been claimed before")
        }
        guard settlement.mintedUpokt >= 0, settlement.settledUpokt <= settlement.claimedUpokt else {
            throw broken(
                .settlement,
                "expected at most \(settlement.claimedUpokt) upokt, found \(settlement.settledUpokt) settled")
        }
    }
}

extension Transaction {
    /// The root that it claims for a session of a supplier.
    func root(of header: SessionHeader, supplier: Address) -> Bytes? {
        for case .createClaim(let claim) in messages
        where claim.sessionHeader == header && claim.supplierOperatorAddress == supplier {
            return claim.rootHash
        }
        return nil
    }
}
