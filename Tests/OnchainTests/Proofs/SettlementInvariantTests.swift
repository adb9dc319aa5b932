import Foundation
import Keys
import Shannon
import Testing

@testable import Onchain

/// A bug planted into a settlement that is sound, and the one invariant that must notice it.
struct PlantedSettlementBug: Sendable, CustomStringConvertible {
    let id: String
    let description: String
    let plant: @Sendable (_ after: inout Chain, _ block: inout Block, _ before: Chain) throws -> Void
}

private let bugs: [PlantedSettlementBug] = [
    PlantedSettlementBug(id: "C1", description: "a claim whose root says nothing") { after, _, before in
        var claim = try #require(before.proof.claims.values.first)
        claim.rootHash.removeLast()
        claim.sessionHeader.sessionID = "ef"
        claim.sessionHeader.sessionEndBlockHeight = 30
        after.insert(claim)
    },
    PlantedSettlementBug(id: "C1", description: "a claim under another's key") { after, _, before in
        var claim = try #require(before.proof.claims.values.first)
        claim.sessionHeader.sessionEndBlockHeight = 30
        let key = ProofState.ClaimKey(sessionEndHeight: 30, sessionID: "cd", supplier: address("other"))
        after.proof.claims[key] = claim
    },
    PlantedSettlementBug(id: "C4", description: "a settled claim that is still there") { after, _, before in
        after.insert(try #require(before.proof.claims.values.first))
    },
    PlantedSettlementBug(id: "C4", description: "a claim that was settled twice, as the count says") { after, _, _ in
        after.tokenomics.settledClaims += 1
    },
    PlantedSettlementBug(id: "T1", description: "a loss that nobody had") { _, block, _ in
        block = try block.changing("ClaimSettled", "overservicing_loss_upokt") { $0 + 1 }
    },
    PlantedSettlementBug(id: "T1", description: "a claim that settles for more than it claims") { _, block, _ in
        block = try block.changing("ClaimSettled", "claimed_upokt") { $0 - 1 }
    },
    PlantedSettlementBug(id: "T2", description: "a claim cut down without an event that says so") { _, block, _ in
        block = try block.changing("ClaimSettled", "claimed_upokt") { $0 + 1 }
        block = try block.changing("ClaimSettled", "overservicing_loss_upokt") { $0 + 1 }
    },
    PlantedSettlementBug(id: "T2", description: "a stake that pays one upokt more than was settled") { after, _, _ in
        after.application.applications.update(address("app")) { $0.stake.amount -= 1 }
        try after.bank.send(1, from: .application, to: address("other"))
    },
    PlantedSettlementBug(id: "T3", description: "a batch that pays validators more than their pool") { _, block, _ in
        block = try block.changing("SettlementBatch", "total_amount", for: .relayValidator) { $0 + 1 }
    },
    PlantedSettlementBug(id: "T3", description: "a batch that pays a Source less than its claims say") { _, block, _ in
        block = try block.changing("SettlementBatch", "total_amount", for: .relaySourceOwner) { $0 - 1 }
    },
    PlantedSettlementBug(id: "T3", description: "a rest that is not the first shareholder's") { after, _, _ in
        // What was paid to `owner` and `other` was shared in another order.
        after.supplier.suppliers.update(address("operator")) {
            $0.serviceConfigHistory[0].service.revenueShares.reverse()
        }
    },
    PlantedSettlementBug(id: "T3", description: "shares that sum to more than everything") { after, _, _ in
        after.supplier.suppliers.update(address("operator")) {
            $0.serviceConfigHistory[0].service.revenueShares.append(
                RevenueShare(address: address("app"), percentage: 1))
        }
    },
    PlantedSettlementBug(id: "T3", description: "a pool that is not shared to its end") { _, block, _ in
        block = try block.changing("ValidatorRewardDistribution", "pool_share_upokt") { $0 - 1 }
    },
    PlantedSettlementBug(id: "T3", description: "a validator that keeps more than its commission") { _, block, _ in
        block = try block.changing("ValidatorRewardDistribution", "commission_upokt") { $0 + 1 }
    },
    PlantedSettlementBug(id: "T3", description: "delegators who get more than is left") { _, block, _ in
        block = try block.changing("ValidatorRewardDistribution", "delegators_reward_upokt") { $0 + 1 }
    },
    PlantedSettlementBug(id: "T3", description: "a validator that shares by other tokens") { after, _, _ in
        after.staking.validators.update(address("validator")) { $0.bondedTokens -= 225_000_000 }
        after.staking.validators.update(address("gateway")) { $0.bondedTokens += 225_000_000 }
    },
    PlantedSettlementBug(id: "T4", description: "a slash that leaves more than stake less penalty") { _, block, _ in
        block = try block.changing("SupplierSlashed", "supplier_stake_after_slash") { $0 + 1 }
    },
    PlantedSettlementBug(id: "T4", description: "a slash that takes one upokt more than it says") { after, _, _ in
        after.supplier.suppliers.update(address("supplier2")) { $0.stake.amount -= 1 }
        try after.bank.send(1, from: .supplier, to: address("other"))
    },
    PlantedSettlementBug(id: "T4", description: "a slash that was told twice") { _, block, _ in
        let again = try #require(block.events.last { $0.name == "SupplierSlashed" })
        block = Block(
            height: block.height, time: block.time, hash: block.hash, transactions: block.transactions,
            events: block.events + [again])
    },
]

@Suite("Invariants of settlement")
struct SettlementInvariantTests {
    /// The block in which one claim settles and another supplier's expires, with the states around it.
    private func settlement() throws -> (before: Chain, block: Block, after: Chain) {
        var network = try ProvingChain(shares: [("owner", 67), ("other", 33)]) { genesis in
            genesis.params.proof.proofMissingPenalty = .upokt(1_000)
            genesis.validators = ["validator", "gateway"].map {
                Validator(accountAddress: address($0), bondedTokens: 450_000_000, delegations: SortedMap())
            }
            genesis.suppliers.append(
                Genesis.Supplier(
                    ownerAddress: address("owner"), operatorAddress: address("supplier2"), stake: .upokt(2_000_000),
                    services: [config("svc")]))
        }
        let header = try network.session().header
        for (name, status) in [("operator", ProofValidationStatus.validated), ("supplier2", .pending)] {
            network.store(
                Claim(
                    supplierOperatorAddress: address(name), sessionHeader: header,
                    rootHash: root(sum: 1_000, count: 10), proofValidationStatus: status))
        }
        network.advance(to: 19)
        let before = network.chain
        let block = network.makeBlock()
        return (before, block, network.chain)
    }

    @Test("A planted bug makes exactly its invariant fire", arguments: bugs)
    func plantedBug(bug: PlantedSettlementBug) throws {
        let sound = try settlement()
        let before = sound.before
        var (block, after) = (sound.block, sound.after)
        #expect(after.violations(after: block, before: before).isEmpty)
        try bug.plant(&after, &block, before)
        let found = after.violations(after: block, before: before)
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.id == bug.id }, "\(found)")
        #expect(found.allSatisfy { $0.message.contains("expected") && $0.message.contains("found") })
    }

    @Test("T1: more minted than was settled")
    func mintedTooMuch() throws {
        let sound = try settlement()
        let block = try sound.block.changing("ClaimSettled", "minted_upokt") { $0 + 1 }
        // The mint of the bank says otherwise, so T3 notices it as well.
        #expect(sound.after.violationsOfT1(block: block, before: sound.before).count == 2)
    }

    @Test("T2: an application that stakes in the block that charges it has what it staked, less the charge")
    func stakedAndCharged() throws {
        var network = try ProvingChain(proofsRequired: false)
        let header = try network.session().header
        network.store(
            Claim(
                supplierOperatorAddress: address("operator"), sessionHeader: header,
                rootHash: root(sum: 1_000, count: 10)))
        network.advance(to: 19)
        let before = network.chain
        let block = try network.send(stakeApp("app", .upokt(200_000_000)), by: "app", at: 20)
        #expect(block.all("ClaimSettled").count == 1)
        #expect(network.chain.application(address("app"))?.stake == .upokt(200_000_000 - 46_200))
        var after = network.chain
        after.application.applications.update(address("app")) { $0.stake.amount -= 1 }
        try after.bank.send(1, from: .application, to: address("other"))
        #expect(after.violations(after: block, before: before).map(\.id) == ["T2"])
    }
}

extension Block {
    /// The block with another amount in the last event of a name.
    fileprivate func changing(
        _ name: String, _ key: String, for reason: OpReason? = nil, _ change: (Int64) -> Int64
    ) throws -> Block {
        let place = try #require(
            events.lastIndex { $0.name == name && (reason == nil || $0["op_reason"]?.text == reason?.name) })
        var changed = events
        let old = events[place]
        let attributes = old.attributes.map { attribute in
            guard attribute.key == key, let amount = attribute.value.integer else { return attribute }
            return Event.Attribute(key: key, value: .coin(.upokt(change(amount))))
        }
        let draft = EventDraft(module: old.module, name: old.name, attributes: attributes)
        changed[place] = try JSONDecoder().decode(Event.self, from: try JSONEncoder().encode(draft))
        return Block(height: height, time: time, hash: hash, transactions: transactions, events: changed)
    }
}

/// An event with any fields, as it is encoded.
private struct EventDraft: Encodable {
    let module: String
    let name: String
    let attributes: [Event.Attribute]
}
