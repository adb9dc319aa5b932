import Keys
import Shannon
import Testing

@testable import Onchain

/// A bug planted into a state that is sound, and the one invariant that must notice it.
struct PlantedBug: Sendable, CustomStringConvertible {
    let id: String
    let description: String
    let plant: @Sendable (inout Chain) -> Void
}

private let bugs: [PlantedBug] = [
    PlantedBug(id: "B1", description: "a balance out of nothing") { $0.bank.balances[address("app"), default: 0] += 1 },
    PlantedBug(id: "B2", description: "a mint without a reason") {
        $0.bank.balances[address("app"), default: 0] += 1
        $0.bank.supply += 1
    },
    PlantedBug(id: "B2", description: "a burn told twice") { $0.bank.burned[OpReason.slashBurn.name, default: 0] += 5 },
    PlantedBug(id: "B2", description: "a mint for a reason that settlement does not know") {
        try? $0.bank.mint(7, to: .tokenomics, reason: "a gift")
        try? $0.bank.send(7, from: .tokenomics, to: address("app"))
    },
    PlantedBug(id: "B3", description: "a negative balance") {
        let all = $0.bank.balance(of: address("app"))
        $0.bank.balances[address("app")] = -1
        $0.bank.balances[address("other"), default: 0] += all + 1
    },
    PlantedBug(id: "B3", description: "a negative stake") {
        $0.supplier.suppliers.update(address("supplier0")) { $0.stake.amount -= 2_000_000 }
        $0.supplier.suppliers.update(address("supplier1")) { $0.stake.amount += 2_000_000 }
    },
    PlantedBug(id: "B3", description: "a negative bond") {
        $0.staking.validators.update(address("other")) { $0.delegations[address("app")] = -1 }
    },
    PlantedBug(id: "B4", description: "a stake that grows by itself") {
        $0.application.applications.update(address("app")) { $0.stake.amount += 1 }
    },
    PlantedBug(id: "B4", description: "a fee that left its module's account") {
        $0.bank.balances[ModuleAccount.supplier.address, default: 0] -= 1
        $0.bank.balances[address("app"), default: 0] += 1
    },
    PlantedBug(id: "S1", description: "a new grid that skips a height") {
        var next = $0.params.shared
        next.numBlocksPerSession = 7
        next.sessionGridAnchorHeight = $0.params.shared.nextSessionStart(at: $0.height) + 1
        $0.shared.history[1] = $0.params.shared
        $0.shared.history[next.sessionGridAnchorHeight - 1] = next
    },
    PlantedBug(id: "S1", description: "a claim window that opens before the grace period ends") {
        $0.params.shared.gracePeriodEndOffsetBlocks = 5
    },
    PlantedBug(id: "S2", description: "a supplier that the index forgot") {
        $0.supplier.serviceIndex.update("svc") { _ = $0.removeFirst() }
    },
    PlantedBug(id: "S2", description: "an index that keeps an ended config") {
        $0.supplier.suppliers.update(address("supplier1")) { $0.serviceConfigHistory[0].deactivationHeight = 5 }
    },
]

@Suite("Invariants of bank and sessions")
struct ActorsInvariantTests {
    /// A chain with a fee paid and a session just begun.
    private func network() throws -> ActorsChain {
        var network = try ActorsChain { genesis in
            genesis.applications = [Application(address: address("app"), stake: .upokt(1_000_000), serviceIDs: ["svc"])]
            genesis.validators = [
                Validator(accountAddress: address("other"), bondedTokens: 900, delegations: SortedMap())
            ]
            genesis.suppliers = (0..<3).map { index in
                Genesis.Supplier(
                    ownerAddress: address("owner"), operatorAddress: address("supplier\(index)"),
                    stake: .upokt(1_000_068), services: [config("svc")])
            }
        }
        try network.send(stakeSupplier(.upokt(1_000_000), [config("svc")]), by: "operator", at: 3)
        network.advance(to: 11)
        return network
    }

    /// What every invariant says after a block in which nothing happened.
    private func violations(_ chain: Chain) -> [InvariantViolation] {
        let block = Block(
            height: chain.height, time: chain.time, hash: chain.lastBlockHash, transactions: [], events: [])
        return chain.violations(after: block, before: chain)
    }

    @Test("A planted bug makes exactly its invariant fire", arguments: bugs)
    func plantedBug(bug: PlantedBug) throws {
        var chain = try network().chain
        #expect(violations(chain).isEmpty)
        bug.plant(&chain)
        let found = violations(chain)
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.id == bug.id }, "\(found)")
        #expect(found.allSatisfy { $0.message.contains("expected") && $0.message.contains("found") })
    }

    @Test("A state that comes without its blocks is looked at as a whole: its claims, and its session's suppliers")
    func loadedStates() throws {
        var network = try network()
        network.advance(to: 25)
        let header = SessionHeader(
            applicationAddress: address("app"), serviceID: "svc", sessionID: "ab", sessionStartBlockHeight: 11,
            sessionEndBlockHeight: 20)
        let claim = Claim(
            supplierOperatorAddress: address("operator"), sessionHeader: header, rootHash: root(sum: 10, count: 10))
        network.chain.insert(claim)
        #expect(network.chain.violations().isEmpty)
        let plants: [(String, (inout Chain) throws -> Void)] = [
            ("C1", { $0.proof.claims[ProofState.ClaimKey(of: claim)]?.rootHash = root(sum: 0, count: 10) }),
            ("C1", { $0.proof.claims[ProofState.ClaimKey(of: claim)] = nil }),
            (
                "C1",
                { chain in
                    var second = claim
                    second.sessionHeader.sessionEndBlockHeight = 19
                    chain.proof.claims[ProofState.ClaimKey(of: second)] = second
                }
            ),
            (
                "C1",
                { chain in
                    var early = claim
                    early.sessionHeader.sessionEndBlockHeight = 30
                    early.sessionHeader.sessionID = "cd"
                    chain.insert(early)
                }
            ),
            ("C4", { $0.height = 31 }),
            ("S2", { chain in _ = chain.supplier.serviceIndex.update("svc") { $0.removeFirst() } }),
            ("B1", { $0.bank.balances[address("app"), default: 0] += 1 }),
        ]
        for (id, plant) in plants {
            var chain = network.chain
            try plant(&chain)
            let found = chain.violations()
            #expect(Set(found.map(\.id)) == [id], "\(found)")
            #expect(found.allSatisfy { $0.message.contains("expected") && $0.message.contains("found") })
        }
    }

    @Test("Every message and blocker keeps the invariants over many sessions")
    func keptByAll() throws {
        var network = try network()
        try network.send(stakeGateway("gateway", .upokt(100)), by: "gateway")
        try network.send(delegate("app", "gateway"), by: "app")
        try network.send(stakeSupplier(.upokt(1_000_500), [config("svc")]), by: "operator")
        try network.govern("shared", "num_blocks_per_session", .integer(13), at: 25)
        try network.send(stakeApp("app2", .upokt(1_000_000)), by: "app2", at: 26)
        try network.send(transfer("app2", "other"), by: "app2", at: 29)
        let unstake = MsgUnstakeSupplier(signer: address("operator"), operatorAddress: address("operator"))
        let unstakes: [(Message, String)] = [
            (.unstakeGateway(MsgUnstakeGateway(address: address("gateway"))), "gateway"),
            (.unstakeApplication(MsgUnstakeApplication(address: address("app"))), "app"),
            (.unstakeSupplier(unstake), "operator"),
        ]
        for result in network.send(unstakes, at: 40) { #expect(result.error == nil) }
        while network.chain.height < 120 {
            network.advance(to: network.chain.height + 1)
            let found = violations(network.chain)
            #expect(found.isEmpty, "\(found)")
        }
        #expect(network.chain.application.applications.keys == [address("other")])
        #expect(network.chain.supplier.suppliers.count == 3)
    }
}
