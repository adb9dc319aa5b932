import Keys
public import Offchain
import Onchain
import SMST
import Shannon

extension World {
    /// The receipt of a relay, as a gateway issues it; nil for a relay that is not known, or not any more.
    ///
    /// There is one for the last answers of the gateway and for every relay that is mined: without a claim until the
    /// claim is onchain, without a settlement until it is settled, and until `ReceiptBook.keptRelays` newer relays have
    /// been settled.
    ///
    /// - Parameter id: The relay's hash in hex, as the answer's `X-Pokt-Receipt` says it.
    public func receipt(_ id: String, issuedBy gateway: String) -> Receipt? {
        guard let hash = try? Bytes(hex: id), hash.count == 32, let issuer = gateways[gateway] else { return nil }
        if let (entry, leaf) = receipts.find(hash) {
            let claim = Receipt.ClaimedLeaf(
                transaction: entry.transaction, height: entry.height, computeUnits: leaf.computeUnits, path: leaf.path)
            return receipt(hash, leaf.relay, claim: claim, settlement: entry.settlement, issuer)
        }
        for supplier in suppliers.values {
            for tree in supplier.trees.values {
                if let leaf = tree.leaf(hash) { return receipt(hash, leaf.relay, claim: nil, settlement: nil, issuer) }
            }
        }
        return issuer.recentRelay(hash).flatMap { receipt(hash, $0, claim: nil, settlement: nil, issuer) }
    }

    private func receipt(
        _ hash: Bytes, _ bytes: Bytes, claim: Receipt.ClaimedLeaf?, settlement: Receipt.SettledClaim?, _ issuer: Gateway
    ) -> Receipt? {
        guard let relay = try? Relay(wire: bytes), let header = relay.request.meta.sessionHeader,
            let key = chain.publicKey(of: relay.request.meta.supplierOperatorAddress)
        else { return nil }
        return issuer.issue { issuerKey in
            Receipt(
                chainID: chain.chainID, relayHash: hash, relay: bytes,
                sessionBlockHash: chain.blockHash(at: header.sessionStartBlockHeight), supplierKey: key, claim: claim,
                settlement: settlement, issuerKey: issuerKey)
        }
    }

    /// Takes in the claims of a block, and the ends of earlier ones.
    mutating func noteReceipts(of block: Block, transactions: [Transaction]) {
        var names: [Address: String]?
        for transaction in transactions {
            for case .createClaim(let claim) in transaction.messages {
                let hash = transaction.hash
                let isIncluded = block.transactions.contains { $0.transactionHash == hash && $0.error == nil }
                let known = names ?? supplierNames
                names = known
                let supplier = known[claim.supplierOperatorAddress].flatMap { suppliers[$0] }
                let tree = claim.sessionHeader.flatMap { supplier?.tree(of: $0) }
                // A dishonest supplier's claim may not be that of its trie.
                guard isIncluded, let tree, tree.root.bytes == claim.rootHash else { continue }
                receipts.note(claim, in: transaction, tree: tree, height: block.height)
            }
        }
        let ends = block.events.filter { ["ClaimSettled", "ClaimExpired", "ClaimDiscarded"].contains($0.name) }
        receipts.note(ends, height: block.height)
    }

    /// The suppliers by operator address, for a block's claims; nothing depends on its order.
    private var supplierNames: [Address: String] {
        var names: [Address: String] = [:]
        for name in suppliers.keys { if let key = keyring[name] { names[key.address] = name } }
        return names
    }
}
