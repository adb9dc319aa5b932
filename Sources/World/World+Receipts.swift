import Keys
public import Offchain
import Onchain
import SMST
import Shannon

extension World {
    /// The receipt of a relay, as a gateway issues it; nil for a relay that is not known, or not any more.
    ///
    /// There is one for the last answers of the gateway and for every relay that is mined: without a claim until the
    /// claim is onchain, without a settlement until it is settled, and until `NetworkSpec.rememberedRelays` newer relays
    /// have been settled. Older ones are made of what was kept of the world's `ReceiptNews`.
    ///
    /// - Parameter id: The relay's hash in hex, as the answer's `X-Pokt-Receipt` says it.
    public func receipt(_ id: String, issuedBy gateway: String) -> Receipt? {
        guard let hash = try? Bytes(hex: id), hash.count == 32, let issuer = gateways[gateway] else { return nil }
        if let (entry, leaf) = receipts.find(hash) {
            return receipt(
                of: KeptReceipt(claim: entry.claim, leaf: leaf, settlement: entry.settlement), issuedBy: gateway)
        }
        for supplier in suppliers.values {
            for tree in supplier.trees.values {
                if let leaf = tree.leaf(hash) { return receipt(hash, leaf.relay, issuer) }
            }
        }
        return issuer.recentRelay(hash).flatMap { receipt(hash, $0, issuer) }
    }

    /// The receipt of a relay whose claim is onchain, of what was kept of it; nil without the gateway.
    public func receipt(of kept: KeptReceipt, issuedBy gateway: String) -> Receipt? {
        guard let issuer = gateways[gateway], let key = try? PublicKey(kept.claim.supplierKey) else { return nil }
        let claim = Receipt.ClaimedLeaf(
            transaction: kept.claim.transaction, height: kept.claim.height, computeUnits: kept.leaf.computeUnits,
            path: kept.leaf.path)
        return issuer.issue { issuerKey in
            Receipt(
                chainID: chain.chainID, relayHash: Digest.sha256(kept.leaf.relay), relay: kept.leaf.relay,
                sessionBlockHash: kept.claim.sessionBlockHash, supplierKey: key, claim: claim,
                settlement: kept.settlement, issuerKey: issuerKey)
        }
    }

    /// What its blocks have told of the claims that it remembers: for whoever has not seen these blocks.
    public var rememberedReceipts: [ReceiptNews] {
        receipts.entries.values.flatMap { entry -> [ReceiptNews] in
            let claimed = ReceiptNews.claimed(ClaimedRelays(claim: entry.claim, tree: entry.tree))
            guard let settlement = entry.settlement else { return [claimed] }
            return [
                claimed,
                .ended(
                    claim: entry.claim.id, settlement, blockHash: chain.blockHash(at: settlement.height)),
            ]
        }
    }

    /// The receipt of a relay that is not claimed yet.
    private func receipt(_ hash: Bytes, _ bytes: Bytes, _ issuer: Gateway) -> Receipt? {
        guard let relay = try? Relay(wire: bytes), let header = relay.request.meta.sessionHeader,
            let key = chain.publicKey(of: relay.request.meta.supplierOperatorAddress)
        else { return nil }
        return issuer.issue { issuerKey in
            Receipt(
                chainID: chain.chainID, relayHash: hash, relay: bytes,
                sessionBlockHash: chain.blockHash(at: header.sessionStartBlockHeight), supplierKey: key,
                issuerKey: issuerKey)
        }
    }

    /// Takes in the claims of a block, and the ends of earlier ones.
    mutating func noteReceipts(of block: Block, transactions: [Transaction]) -> [ReceiptNews] {
        var news: [ReceiptNews] = []
        var names: [Address: String]?
        for transaction in transactions {
            for case .createClaim(let claim) in transaction.messages {
                let hash = transaction.hash
                let isIncluded = block.transactions.contains { $0.transactionHash == hash && $0.error == nil }
                let named = names ?? supplierNames
                names = named
                let supplier = named[claim.supplierOperatorAddress].flatMap { suppliers[$0] }
                let tree = claim.sessionHeader.flatMap { supplier?.tree(of: $0) }
                // A dishonest supplier's claim may not be that of its trie.
                guard isIncluded, let tree, tree.root.bytes == claim.rootHash else { continue }
                let bytes = BinaryEncoder.encode(transaction)
                let known = ReceiptClaim(
                    id: Digest.sha256(block.hash + bytes + Array(tree.header.sessionID.utf8)), transaction: bytes,
                    height: block.height, blockHash: block.hash,
                    sessionBlockHash: chain.blockHash(at: tree.header.sessionStartBlockHeight),
                    supplierKey: transaction.publicKey.bytes)
                receipts.note(known, of: claim.supplierOperatorAddress, tree: tree)
                news.append(.claimed(ClaimedRelays(claim: known, tree: tree)))
            }
        }
        return news + receipts.note(endsIn: block)
    }

    /// The suppliers by operator address, for a block's claims; nothing depends on its order.
    private var supplierNames: [Address: String] {
        var names: [Address: String] = [:]
        for name in suppliers.keys { if let key = keyring[name] { names[key.address] = name } }
        return names
    }
}
