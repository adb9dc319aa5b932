import Keys
import Onchain
import SMST
import Shannon
import Testing
import World

@testable import Offchain

@Suite("What a RelayMiner claims and proves, and when")
struct ClaimingTests {
    private func header(_ id: String, end: Height = 10) -> SessionHeader {
        SessionHeader(
            applicationAddress: PrivateKey.derived(seed: 3, name: "app").address, serviceID: "svc", sessionID: id,
            sessionStartBlockHeight: end - 9, sessionEndBlockHeight: end)
    }

    /// A supplier that has trees of so many relays for some sessions, with a balance in upokt.
    private func party(
        _ trees: [(SessionHeader, relays: Int)], balance: Int64 = 1_000_000, computeUnits: UInt64 = 100,
        height: Height, _ edit: @escaping (inout Genesis) -> Void = { _ in }
    ) throws -> RelayMinerParty {
        var party = try RelayMinerParty(height: height) { genesis in
            genesis.services[0].computeUnitsPerRelay = computeUnits
            genesis.params.proof.proofSubmissionFee = .upokt(500)
            let supplier = PrivateKey.derived(seed: 3, name: "operator").publicKey
            genesis.accounts.removeAll { $0.publicKey == supplier }
            genesis.accounts.append(Genesis.Account(key: supplier, balance: balance))
            edit(&genesis)
        }
        for (header, relays) in trees {
            var tree = SessionTree(header: header)
            for number in 0..<relays {
                let relay = Bytes("\(header.sessionID) \(number)".utf8)
                _ = tree.insert(key: Digest.sha256(relay), relay: relay, computeUnits: computeUnits)
            }
            party.supplier.trees[SessionTree.ID(header)] = tree
        }
        return party
    }

    private func transactions(_ effects: [Effect]) -> [Transaction] {
        effects.compactMap { effect in
            if case .send(.chain, .transaction(let transaction)) = effect { transaction } else { nil }
        }
    }

    private func claimed(_ transaction: Transaction) -> [String] {
        transaction.messages.compactMap { message in
            if case .createClaim(let claim) = message { claim.sessionHeader?.sessionID } else { nil }
        }
    }

    private func dropped(_ effects: [Effect]) -> [String] {
        effects.compactMap { effect in
            if case .report(.treeDropped(_, let header, _)) = effect { header.sessionID } else { nil }
        }
    }

    @Test("Nothing is claimed before the claim window opens; then all sessions of one end go in one transaction")
    func batch() throws {
        let trees = [(header("aa"), 2), (header("bb"), 5), (header("cc"), 3)]
        var early = try party(trees, height: 11)
        #expect(transactions(early.receive(.newBlock(height: 11))).isEmpty)
        var party = try party(trees, height: 12)
        let sent = transactions(party.receive(.newBlock(height: 12)))
        // By falling sums, valid up to the close of the claim window.
        #expect(sent.map(claimed) == [["bb", "cc", "aa"]])
        #expect(sent.map(\.timeoutHeight) == [16])
        #expect(party.supplier.trees.values.allSatisfy { $0.stage == .claimed && $0.claimedRoot == $0.root.bytes })
    }

    @Test("Sessions that the balance does not cover are given up, the smallest first: fee and 2upokt for each")
    func balance() throws {
        let trees = [(header("aa"), 2), (header("bb"), 5), (header("cc"), 3)]
        for (balance, expected) in [(1_506, ["bb", "cc", "aa"]), (1_505, ["bb", "cc"]), (502, ["bb"])] {
            var party = try party(trees, balance: Int64(balance), height: 12)
            let effects = party.receive(.newBlock(height: 12))
            #expect(transactions(effects).map(claimed) == [expected])
            #expect(dropped(effects).count == 3 - expected.count)
            #expect(party.supplier.trees.count == expected.count)
        }
        var poor = try party(trees, balance: 501, height: 12)
        #expect(transactions(poor.receive(.newBlock(height: 12))).isEmpty)
        #expect(poor.supplier.trees.isEmpty)
    }

    @Test("A session that brings 2upokt or less is not claimed")
    func reward() throws {
        let trees = [(header("aa"), 2), (header("bb"), 3)]
        var party = try party(trees, computeUnits: 1, height: 12) {
            $0.params.shared.computeUnitsToTokensMultiplier = 1_000_000
        }
        let effects = party.receive(.newBlock(height: 12))
        #expect(transactions(effects).map(claimed) == [["bb"]])
        #expect(dropped(effects) == ["aa"])
    }

    @Test("Sessions that are late are claimed first, each end in a transaction of its own; too late ones are given up")
    func lateSessions() throws {
        let trees = [(header("bb", end: 20), 3), (header("aa"), 3)]
        var late = try party(trees, height: 22) {
            $0.params.shared.claimWindowCloseOffsetBlocks = 14
            $0.params.shared.supplierUnbondingPeriodSessions = 5
            $0.params.shared.applicationUnbondingPeriodSessions = 5
        }
        let sent = transactions(late.receive(.newBlock(height: 22)))
        #expect(sent.map(claimed) == [["aa"], ["bb"]])
        #expect(sent.map(\.timeoutHeight) == [26, 36])
        #expect(sent.map(\.sequence) == [0, 1])

        var tooLate = try party(trees, height: 22)
        let effects = tooLate.receive(.newBlock(height: 22))
        #expect(transactions(effects).map(claimed) == [["bb"]])
        #expect(dropped(effects) == ["aa"])
    }

    @Test(
        "Proofs wait for their window and go in one transaction, at the path of the block before; then trees are gone")
    func proofs() throws {
        var party = try party([], height: 1) {
            $0.params.proof.proofRequirementThreshold = .upokt(0)
            $0.params.shared.proofWindowOpenOffsetBlocks = 2
            $0.params.shared.supplierUnbondingPeriodSessions = 5
            $0.params.shared.applicationUnbondingPeriodSessions = 5
        }
        for exchange in UInt64(1)...3 { _ = try party.serve(party.request(), exchange: exchange) }
        func makeBlock(_ transactions: [Transaction] = []) -> [Effect] {
            let block = party.chain.makeBlock(
                time: party.chain.time.advanced(by: .seconds(2)), transactions: transactions)
            #expect(block.transactions.allSatisfy { $0.error == nil })
            return party.receive(.newBlock(height: block.height))
        }
        while party.chain.height < 11 { _ = makeBlock() }
        let claims = transactions(makeBlock())
        #expect(makeBlock(claims).isEmpty)
        while party.chain.height < 17 { #expect(transactions(makeBlock()).isEmpty) }
        let sent = transactions(makeBlock())
        // The claim window is 12 to 16, so the proof window is 18 to 22.
        #expect(sent.map(\.timeoutHeight) == [22])
        guard case .submitProof(let proof) = sent.first?.messages.first else {
            Issue.record("expected a proof, found \(sent)")
            return
        }
        let path = ProofPath.path(blockHash: party.chain.blockHash(at: 17), sessionID: party.header.sessionID)
        #expect(try CompactClosestProof(gob: proof.proof).expanded().path == path)
        #expect(party.supplier.trees.isEmpty && party.supplier.disk.sessions.isEmpty)
        _ = makeBlock(sent)
        #expect(
            party.chain.claim(
                sessionEndHeight: 10, sessionID: party.header.sessionID, supplier: party.supplier.address)?
                .proofValidationStatus == .validated)
    }

    @Test("A tree is forgotten when its proof window has closed, whatever became of it")
    func forgotten() throws {
        var party = try party([(header("aa"), 3)], height: 20)
        party.supplier.trees.update(SessionTree.ID(header("aa"))) { _ = $0.flush() }
        party.chain = try RelayMinerParty.chain(height: 21)
        #expect(dropped(party.receive(.newBlock(height: 21))) == ["aa"])
        #expect(party.supplier.trees.isEmpty)
    }
}
