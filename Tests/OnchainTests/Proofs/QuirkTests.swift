import Keys
import Shannon
import Testing

@testable import Onchain

/// Behaviour of upstream that nobody would guess, each reproduced; docs/differences.md lists them.
///
/// Quirks of claims that name another end height stand in `OffGridClaimTests`.
@Suite("Quirks of claims, proofs and settlement")
struct QuirkTests {
    private func claim(_ session: String = "ab", status: ProofValidationStatus = .pending) -> Claim {
        Claim(
            supplierOperatorAddress: address("operator"),
            sessionHeader: SessionHeader(
                applicationAddress: address("app"), serviceID: "svc", sessionID: session, sessionStartBlockHeight: 1,
                sessionEndBlockHeight: 10),
            rootHash: root(sum: 1_000, count: 10), proofValidationStatus: status)
    }

    @Test("Quirk: only a claim's session id is checked; the rest of its header is stored as it came")
    func headerAsItCame() throws {
        var network = try ProvingChain(computeUnits: 1)
        let message = try network.claim(root: root(sum: 10, count: 10)) {
            $0.sessionStartBlockHeight = 4
            $0.sessionEndBlockHeight = 9
        }
        try network.send(message, at: 12)
        #expect(network.storedClaim?.sessionHeader.sessionStartBlockHeight == 4)
        #expect(network.storedClaim?.sessionHeader.sessionEndBlockHeight == 9)
    }

    @Test("Quirk: every supplier may claim and prove from the window's opening on, as the spread over it is off")
    func noSpread() throws {
        var network = try ProvingChain { genesis in
            for name in ["other", "owner", "gateway", "gateway2"] {
                genesis.suppliers.append(
                    Genesis.Supplier(
                        ownerAddress: address(name), operatorAddress: address(name), stake: .upokt(2_000_000),
                        services: [config("svc", shares: [(name, 100)])]))
            }
        }
        network.advance(to: 11)
        let claims = try ["operator", "other", "owner", "gateway", "gateway2"].map {
            (try network.claim(root: root(sum: 100, count: 1), by: $0), $0)
        }
        for result in network.makeBlock(claims).transactions { #expect(result.error == nil) }
        #expect(network.chain.height == 12 && network.chain.proof.claims.count == 5)
        for claim in network.chain.proof.claims.values {
            let end = claim.sessionHeader.sessionEndBlockHeight
            #expect(network.chain.params.shared.earliestProofCommit(at: end) == 16)
        }
    }

    @Test("Quirk: half of all proof samples are drawn from 128 seeds, because a varint seeds the generator")
    func fewSeeds() {
        let seeds = (0..<512).map { GoVarint.decode(Digest.sha256(Bytes("claim \($0)".utf8))).value }
        let small = seeds.count { (-64...63).contains($0) }
        #expect((200...312).contains(small), "\(small) of 512")
    }

    @Test("Quirk: a claim's status is part of what is drawn, so settlement may decide otherwise than the proof did")
    func drawnWithStatus() throws {
        let network = try ProvingChain(proofsRequired: false) { $0.params.proof.proofRequestProbability = 0.5 }
        let answers = (0..<64).map { number in
            [ProofValidationStatus.pending, .validated].map {
                network.chain.requirement(of: claim("a\(number)", status: $0), claimed: .upokt(1))
            }
        }
        #expect(answers.contains { $0[0] != $0[1] })
    }

    @Test("Quirk: a ring signature may name fewer members than the ring has, in any order")
    func partOfRing() throws {
        var network = try ProvingChain { genesis in
            let gateways = ["gateway", "gateway2"].map { address($0) }
            genesis.gateways = gateways.map { GatewayActor(address: $0, stake: .upokt(1_000)) }
            genesis.applications[0].delegateeGateways = gateways
        }
        let whole = try network.chain.ringMembers(of: address("app"), sessionEndHeight: 10)
        #expect(whole.count == 3)
        for part in [["gateway", "app"], ["app", "gateway"]] {
            try network.mine([try network.relay(part == ["app", "gateway"] ? 1 : 2, ring: part)])
        }
        try network.send(network.claim(), at: 12)
        let block = try network.send(network.proof(), at: 16)
        #expect(block.all("ProofValidityChecked").first?["failure_reason"]?.text == "")
    }

    @Test("Quirk: a proof costs more than its fee: with exactly the fee in the account it is refused")
    func exactFee() throws {
        var network = try ProvingChain { $0.params.proof.proofSubmissionFee = .upokt(5) }
        try network.mine((0..<3).map { try network.relay($0) })
        try network.send(network.claim(), at: 12)
        let proof = try network.proof()
        let rest = network.chain.balance(of: address("operator")) - 5
        let give = MsgSend(fromAddress: address("operator"), toAddress: address("other"), amount: .upokt(rest))
        try network.send(.send(give), at: 15)
        #expect(network.refusal(of: proof, at: 16) == "ErrProofNotEnoughFunds")
    }

    @Test("Quirk: an application that falls below the minimum is told to leave once for each of its claims")
    func toldAgain() throws {
        var test = try TokenomicsChain(appStake: 2_000_000, suppliers: 2) { params in
            params.application.minStake = .upokt(2_000_000)
        }
        for place in 0..<2 { test.claim(1_000, by: place) }
        let block = try test.settle()
        #expect(block.named("ApplicationUnbondingBegin").count == 2)
    }

    @Test("Quirk: shares are those of the config at settlement, not of the one that served")
    func sharesAtSettlement() throws {
        var network = try ProvingChain(shares: [("owner", 100)], proofsRequired: false)
        try network.mine((0..<10).map { try network.relay($0) })
        let other = stakeSupplier(.upokt(2_000_000), [config("svc", shares: [("other", 100)])])
        try network.send(other, at: 9)
        try network.send(network.claim(), at: 12)
        let before = network.chain
        network.advance(to: 20)
        #expect(network.chain.balance(of: address("owner")) == before.balance(of: address("owner")))
        #expect(network.chain.balance(of: address("other")) > before.balance(of: address("other")))
    }

    @Test("Quirk: a slashed supplier below the minimum cannot unstake, only stake again, and then may be released")
    func slashedCanOnlyStake() throws {
        var network = try ProvingChain(supplierStake: 1_000_000) { $0.params.proof.proofMissingPenalty = .upokt(1) }
        try network.mine((0..<3).map { try network.relay($0) })
        try network.send(network.claim(), at: 12)
        network.advance(to: 20)
        let unstake = Message.unstakeSupplier(
            MsgUnstakeSupplier(signer: address("owner"), operatorAddress: address("operator")))
        #expect(network.refusal(of: unstake, by: "owner", at: 21) == "ErrSupplierIsUnstaking")
        try network.send(stakeSupplier(.upokt(1_000_000), by: "owner"), by: "owner", at: 22)
        #expect(network.chain.supplier(address("operator"))?.unstakeSessionEndHeight == 0)
        try network.send(unstake, by: "owner", at: 23)
        network.advance(to: 40)
        #expect(network.chain.supplier(address("operator")) == nil)
    }

    @Test("Quirk: without bonded validators their part stays in the tokenomics module for good")
    func nobodyBonded() throws {
        var network = try ProvingChain(proofsRequired: false) { $0.validators = [] }
        try network.mine((0..<10).map { try network.relay($0) })
        try network.send(network.claim(), at: 12)
        let block = network.block(at: 20)
        #expect(block.all("ValidatorRewardDistribution").isEmpty)
        // 5 percent of 42,000 burned and minted, and of the 4,200 of inflation.
        #expect(network.chain.bank.balance(of: .tokenomics) == 2_310)
        #expect(network.chain.bank.feesKept["tokenomics"] == 2_310)
    }

    @Test("Quirk: a later change of a shared parameter in the same session loses a timing change that waits")
    func lostTimingChange() throws {
        var network = try ActorsChain()
        try network.govern("shared", "num_blocks_per_session", .integer(12), at: 3)
        try network.govern("shared", "compute_units_to_tokens_multiplier", .integer(7), at: 4)
        network.advance(to: 30)
        #expect(network.chain.params.shared.numBlocksPerSession == 10)
        #expect(network.chain.params.shared.computeUnitsToTokensMultiplier == 7)
    }

    @Test("Quirk: of two changes of the same parameter in one session the second counts")
    func secondChangeCounts() throws {
        var network = try ActorsChain()
        try network.govern("shared", "num_blocks_per_session", .integer(12), at: 3)
        try network.govern("shared", "num_blocks_per_session", .integer(14), at: 4)
        network.advance(to: 11)
        #expect(network.chain.params.shared.numBlocksPerSession == 14)
    }

    @Test("a session may be so long that nothing follows it, or one block short")
    func extremeSessions() throws {
        for (blocks, grace) in [(UInt64(Int64.max), UInt64(1)), (UInt64.max, 1), (1, 0)] {
            var network = try ActorsChain { genesis in
                genesis.params.shared.gracePeriodEndOffsetBlocks = grace
                genesis.params.shared.supplierUnbondingPeriodSessions = 30
                genesis.params.shared.applicationUnbondingPeriodSessions = 30
            }
            try network.govern("shared", "num_blocks_per_session", .integer(blocks), at: 12)
            network.advance(to: 30)
            #expect(network.chain.params.shared.numBlocksPerSession == blocks)
            #expect(network.chain.violations().isEmpty, "\(blocks)")
        }
    }

    @Test("Quirk: a relay may weigh up to twice as many compute units as upstream's comment says")
    func weightLimit() throws {
        var network = try ActorsChain()
        func add(_ units: UInt64) -> Message {
            .addService(
                MsgAddService(
                    ownerAddress: address("source"),
                    service: Service(id: "heavy", computeUnitsPerRelay: units, ownerAddress: address("source"))))
        }
        #expect(network.refusal(of: add(2_097_153), by: "source") == "ErrSharedInvalidComputeUnitsPerRelay")
        #expect(network.refusal(of: add(2_097_152), by: "source") == nil)
    }

    @Test("Quirk: a session that is asked for in its own first block has an id of an empty hash")
    func emptyHash() throws {
        var network = try ActorsChain { genesis in
            genesis.applications = [Application(address: address("app"), stake: .upokt(1_000_000), serviceIDs: ["svc"])]
            genesis.suppliers = [
                Genesis.Supplier(
                    ownerAddress: address("owner"), operatorAddress: address("operator"), stake: .upokt(1_000_000),
                    services: [config("svc")])
            ]
        }
        network.advance(to: 10)
        var inside = network.chain
        inside.height = 11
        network.advance(to: 11)
        let ids = try [inside, network.chain].map { chain in
            try chain.session(application: address("app"), serviceID: "svc", height: 11).id
        }
        let empty = SessionID.preimage(blockHash: [], serviceID: "svc", application: address("app"), startHeight: 11)
        #expect(ids[0] == SessionID.id(ofPreimage: empty))
        #expect(ids[1] != ids[0])
    }
}
