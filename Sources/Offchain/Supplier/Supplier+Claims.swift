import Keys
import SMST
import Shannon

extension Supplier {
    /// What claiming or proving costs beside the proof's fee, in upokt (`pkg/relayer/session/claim.go`).
    static let transactionCost: Int64 = 2

    /// Claims sessions whose claim window is open, proves those whose proof window is, forgets the rest.
    mutating func onBlock(_ height: Height, chain: some ChainClient) -> [Effect] {
        // A channel at fault may bring news twice, or old ones late.
        guard height > seenHeight else { return [] }
        seenHeight = height
        meter.prune(height: height, chain: chain)
        // Upstream leaves the grace period out here: what comes late is verified late again.
        verified.removeAll { id, _ in id.sessionEndHeight < height - 1 }
        served.removeAll { end, _ in
            chain.sharedParams(at: end).isGracePeriodElapsed(sessionEnd: end, current: height)
        }
        var outgoing = Outgoing(sequence: chain.sequence(of: address))
        var effects = claim(at: height, chain: chain, &outgoing)
        effects += prove(at: height, chain: chain, &outgoing)
        trees.removeAll { id, tree in
            tree.stage == .finished
                || height > chain.sharedParams(at: id.sessionEndHeight).proofWindowClose(at: id.sessionEndHeight)
        }
        disk.keep(only: trees)
        return effects
    }

    /// Transactions of one block: the account's sequence goes up with each.
    struct Outgoing {
        var sequence: UInt64
    }

    private func transaction(
        _ messages: [Message], timeout: Height, chain: some ChainClient, _ outgoing: inout Outgoing
    ) -> Effect {
        let transaction = Transaction(
            messages: messages, publicKey: key.publicKey, sequence: outgoing.sequence, timeoutHeight: timeout)
        outgoing.sequence += 1
        return .send(to: .chain, .transaction(transaction.signed(with: key, chainID: chain.chainID)))
    }

    /// Gives up the sessions for which it is too late: news of blocks may have been lost or late.
    private mutating func drop(
        sessionsEndingAt end: Height, at stage: SessionTree.Stage, reason: String
    ) -> [Effect] {
        let late = trees.filter { $0.0.sessionEndHeight == end && $0.1.stage == stage }
        for (id, _) in late { trees[id] = nil }
        return late.map { .report(.treeDropped(supplier: name, header: $0.1.header, reason: reason)) }
    }

    /// Session ends of the trees at a stage, each once, in ascending order.
    private func sessionEnds(at stage: SessionTree.Stage) -> [Height] {
        var ends: [Height] = []
        for (id, tree) in trees where tree.stage == stage && ends.last != id.sessionEndHeight {
            ends.append(id.sessionEndHeight)
        }
        return ends
    }

    private mutating func claim(
        at height: Height, chain: some ChainClient, _ outgoing: inout Outgoing
    ) -> [Effect] {
        var effects: [Effect] = []
        for end in sessionEnds(at: .mining) {
            let shared = chain.sharedParams(at: end)
            guard height >= claimHeight(of: end, shared) else { continue }
            guard height < shared.claimWindowClose(at: end) || misbehaviours.contains(.lateClaim) else {
                effects += drop(sessionsEndingAt: end, at: .mining, reason: "the claim window has closed")
                continue
            }
            // Hashed once, in place: a root asked of a trie with unhashed nodes hashes a copy.
            for id in trees.keys where id.sessionEndHeight == end { trees.update(id) { $0.commit() } }
            let due = trees.filter { $0.0.sessionEndHeight == end && $0.1.stage == .mining }
            let (chosen, dropped) = affordable(due.map(\.1), chain: chain)
            for tree in dropped {
                trees[SessionTree.ID(tree.header)] = nil
                effects.append(
                    .report(
                        .treeDropped(supplier: name, header: tree.header, reason: "the claim would not pay")))
            }
            var messages: [Message] = []
            for tree in chosen {
                guard let root = trees.update(SessionTree.ID(tree.header), { $0.flush() }) else { continue }
                let claimed = claimed(root)
                messages.append(
                    .createClaim(
                        MsgCreateClaim(
                            supplierOperatorAddress: address, sessionHeader: tree.header, rootHash: claimed)))
                disk.note(root: root.bytes, of: tree.header)
                effects.append(.report(.claimSent(supplier: name, header: tree.header, root: claimed)))
            }
            guard !messages.isEmpty else { continue }
            effects.append(
                transaction(messages, timeout: timeout(shared.claimWindowClose(at: end)), chain: chain, &outgoing))
        }
        // A claim covers relays that may still wait in memory: they must not be lost once it is sent.
        return effects.isEmpty ? [] : effects + flush()
    }

    /// The trees worth claiming: by falling sum while the balance covers a proof for each, and the reward its costs.
    private func affordable(
        _ due: [SessionTree], chain: some ChainClient
    ) -> (chosen: [SessionTree], dropped: [SessionTree]) {
        let each = chain.params.proof.proofSubmissionFee.amount.sum(Self.transactionCost)
        var balance = chain.balance(of: address)
        var chosen: [SessionTree] = []
        var dropped: [SessionTree] = []
        // Sorting by (sum, session id) leaves no order to chance.
        let byValue = due.sorted {
            $0.root.sum != $1.root.sum ? $0.root.sum > $1.root.sum : $0.header.sessionID < $1.header.sessionID
        }
        for tree in byValue {
            if balance >= each, expectedReward(of: tree, chain: chain) > Self.transactionCost {
                balance -= each
                chosen.append(tree)
            } else {
                dropped.append(tree)
            }
        }
        return (chosen, dropped)
    }

    private func ownClaim(of tree: SessionTree) -> Claim {
        Claim(supplierOperatorAddress: address, sessionHeader: tree.header, rootHash: tree.root.bytes)
    }

    private func expectedReward(of tree: SessionTree, chain: some ChainClient) -> Int64 {
        let start = tree.header.sessionStartBlockHeight
        let shared = chain.sharedParams(at: start)
        let claimed = try? ownClaim(of: tree).claimedUpokt(
            target: chain.difficulty(of: tree.header.serviceID, at: start).targetHash,
            multiplier: shared.computeUnitsToTokensMultiplier, granularity: shared.computeUnitCostGranularity)
        return claimed?.amount ?? 0
    }

    private mutating func prove(
        at height: Height, chain: some ChainClient, _ outgoing: inout Outgoing
    ) -> [Effect] {
        var effects: [Effect] = []
        for end in sessionEnds(at: .claimed) {
            let shared = chain.sharedParams(at: end)
            guard height >= proofHeight(of: end, shared) else { continue }
            guard height < shared.proofWindowClose(at: end) || misbehaviours.contains(.lateProof) else {
                effects += drop(sessionsEndingAt: end, at: .claimed, reason: "the proof window has closed")
                continue
            }
            // Upstream takes no other block's hash; whoever proves too early does not know that one yet.
            let seed = chain.blockHash(at: min(height, shared.proofWindowOpen(at: end) - 1))
            var messages: [Message] = []
            for (id, tree) in trees where id.sessionEndHeight == end && tree.stage == .claimed {
                let (message, fact) = prove(tree, seed: seed, chain: chain)
                trees.update(id) { $0.stage = .finished }
                effects.append(.report(fact))
                if let message { messages.append(message) }
            }
            guard !messages.isEmpty else { continue }
            effects.append(
                transaction(messages, timeout: timeout(shared.proofWindowClose(at: end)), chain: chain, &outgoing))
        }
        return effects
    }

    /// Evaluates the requirement exactly as the chain does, and proves the leaf that the block hash picks.
    private mutating func prove(
        _ tree: SessionTree, seed: Bytes, chain: some ChainClient
    ) -> (message: Message?, fact: Fact) {
        let header = tree.header
        let onchain = chain.claim(
            sessionEndHeight: header.sessionEndBlockHeight, sessionID: header.sessionID, supplier: address)
        // Who proves late on purpose does so although the claim is settled by then.
        guard let claim = onchain ?? (misbehaviours.contains(.lateProof) ? ownClaim(of: tree) : nil) else {
            return (nil, .treeDropped(supplier: name, header: header, reason: "the claim is not onchain"))
        }
        let requirement = ProofRequirement.evaluate(
            claim: claim, claimed: Coin.upokt(expectedReward(of: tree, chain: chain)), params: chain.params.proof,
            blockHash: seed)
        guard requirement != .notRequired else {
            return (nil, .proofNotRequired(supplier: name, header: header))
        }
        guard !misbehaviours.contains(.withholdProof) else {
            return (nil, .proofWithheld(supplier: name, header: header, requirement: requirement))
        }
        var tree = tree
        let path = proven(ProofPath.path(blockHash: seed, sessionID: header.sessionID))
        guard let proof = try? tree.proveClosest(path: path) else {
            return (nil, .treeDropped(supplier: name, header: header, reason: "the trie has no leaf to prove"))
        }
        let message = MsgSubmitProof(supplierOperatorAddress: address, sessionHeader: header, proof: proof)
        return (.submitProof(message), .proofSent(supplier: name, header: header, requirement: requirement))
    }
}
