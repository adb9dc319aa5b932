import Keys
import Shannon
import Testing
import VectorSupport

@testable import Onchain

@Suite("Suppliers")
struct SupplierTests {
    private let unstake = Message.unstakeSupplier(
        MsgUnstakeSupplier(signer: address("operator"), operatorAddress: address("operator")))

    private func supplier(_ network: ActorsChain) throws -> SupplierActor {
        try #require(network.chain.supplier(address("operator")))
    }

    @Test("Every case of suppliers holds")
    func cases() throws {
        try everyCase(ofArea: "supplier") { vector in
            if vector.id.contains("ValidateBasic") { return try validateBasic(vector) }
            if vector.gives("newStakes") || vector.gives("newStake") { return try restakes(vector) }
            if vector.gives("twoUpdatesSameSession") { return try twoUpdates(vector) }
            if vector.gives("sharedParams") { return try create(vector) }
            var network = try ActorsChain()
            if vector["input"]["signer"].optional != nil {
                try network.send(stakeSupplier(.upokt(1_000_000), [config("svc")]), by: "operator")
                let message = stakeSupplier(nil, [config("svc")], by: "owner")
                return try vector.expect(refusal: network.refusal(of: message, by: "owner"))
            }
            guard vector.gives("stake"), vector.gives("new") else { throw UnknownCase() }
            try vector.expect(refusal: network.refusal(of: stakeSupplier(nil, [config("svc")]), by: "operator"))
        }
    }

    /// The message by itself, valid but for what the case says.
    private func validateBasic(_ vector: VectorCase) throws {
        let input = vector["input"]
        let shares = try input["revShare"].optional?.array.map { (try $0[0].string, try $0[1].uint64) }
        let service = config(
            "svc", url: try input["url"].optional?.string ?? "http://localhost:8080",
            rpcType: try input["rpcType"].optional.flatMap { RPCType(rawValue: try $0.int) } ?? .jsonRPC,
            shares: shares ?? [("owner", 100)])
        let signer = try input["signer"].optional?.string ?? "operator"
        let message = MsgStakeSupplier(
            signer: signer.isEmpty ? "" : address(signer), ownerAddress: address("owner"),
            operatorAddress: address("operator"), stake: vector.gives("stake") ? input["stake"].coin : .upokt(100),
            services: vector.gives("services") ? [] : [service])
        var refusal: String?
        do { try message.validateBasic() } catch { refusal = error.name }
        try vector.expect(refusal: refusal)
    }

    /// Restakes in turn, from a stake that genesis grants whatever the minimum is.
    private func restakes(_ vector: VectorCase) throws {
        let input = vector["input"]
        let stake = try input["stake"].int64
        var network = try ActorsChain { genesis in
            genesis.suppliers = [
                Genesis.Supplier(
                    ownerAddress: address("owner"), operatorAddress: address("operator"), stake: .upokt(stake),
                    services: [config("svc")])
            ]
        }
        let news = try input["newStakes"].optional?.array.map { try $0.int64 } ?? [input["newStake"].int64]
        let signers =
            try input["signers"].optional?.array.map { try $0.string }
            ?? news.map { _ in try input["signer"].optional?.string ?? "operator" }
        for (new, signer) in zip(news, signers) {
            try network.send(stakeSupplier(.upokt(new), by: signer), by: signer)
            try vector.expect(supplier(network).stake, is: .upokt(new), "the stake")
        }
        if let delta = vector["expected"]["operatorDelta"].optional {
            let change = network.chain.balance(of: address("operator")) - ActorsChain.balance
            try vector.expect(change, is: delta.int64, "the operator's balance")
            let owners = network.chain.balance(of: address("owner")) - ActorsChain.balance
            try vector.expect(owners, is: vector["expected"]["ownerDelta"].int64, "the owner's balance")
        }
        #expect(network.chain.bankViolations().isEmpty)
    }

    private func twoUpdates(_ vector: VectorCase) throws {
        var network = try ActorsChain()
        try network.send(stakeSupplier(.upokt(1_000_000), [config("svc")]), by: "operator", at: 1)
        let latest = config("svc", url: "https://example.com")
        try network.send(stakeSupplier(nil, [latest]), by: "operator", at: 2)
        let history = try supplier(network).serviceConfigHistory
        try vector.expect(history.count, is: vector["expected"]["historyLen"].int, "entries")
        #expect(history.first?.service == latest)
        #expect(network.chain.supplier.serviceIndex["svc"] == history)
    }

    private func create(_ vector: VectorCase) throws {
        var network = try ActorsChain()
        let (input, expected) = (vector["input"], vector["expected"])
        try network.send(stakeSupplier(input["stake"].coin, [config("svc")]), by: "operator", at: 5)
        let staked = try supplier(network)
        let active = staked.serviceConfigHistory.filter { $0.isActive(at: 10) }
        try vector.expect(active.count, is: expected["activeServicesBefore"].int, "active services")
        try vector.expect(
            staked.serviceConfigHistory.map(\.activationHeight), is: [expected["activationHeight"].int64], "activation")
        let change = network.chain.balance(of: address("operator")) - ActorsChain.balance
        try vector.expect(change, is: expected["operatorBalanceDelta"].int64, "the operator's balance")
        let events = network.advance(to: 11)
        #expect(Event.names(events) == ["SupplierServiceConfigActivated"])
        #expect(events.first?["service_id"]?.text == "svc")
    }

    @Test("Every case of unbonding suppliers holds")
    func unbondingCases() throws {
        try everyCase(ofArea: "unbonding") { vector in
            let input = vector["input"]
            if vector.gives("unbondingEnd") {
                var network = try ActorsChain()
                try network.send(stakeSupplier(.upokt(1_000_000)), by: "operator", at: 1)
                try network.send(unstake, by: "operator", at: 8)
                #expect(try supplier(network).unstakeSessionEndHeight == input["unstakeSessionEnd"].int64)
                // As if block 20 had been lost, so that the release comes due in the middle of a session.
                network.advance(to: 19)
                network.chain.height = 24
                network.advance(to: 25)
                try vector.expect(network.chain.supplier(address("operator")) != nil, is: true, "kept at 25")
                network.advance(to: 30)
                try vector.expect(network.chain.supplier(address("operator")) == nil, is: true, "released at 30")
                return
            }
            guard vector.gives("fee") else { throw UnknownCase() }
            var network = try ActorsChain()
            let expected = vector["expected"]
            func change() -> Int64 { network.chain.balance(of: address("operator")) - ActorsChain.balance }
            try network.send(stakeSupplier(input["stake"].coin, owner: "operator"), by: "operator", at: 1)
            try vector.expect(change(), is: expected["deltaWhileBonded"].int64, "the balance while bonded")
            try network.send(unstake, by: "operator", at: 2)
            #expect(Event.names(network.advance(to: 20)) == ["SupplierUnbondingEnd"])
            try vector.expect(change(), is: expected["deltaAfterUnbond"].int64, "the balance afterwards")
            #expect(network.chain.balance(of: ModuleAccount.supplier.address) == 1)
        }
    }

    @Test("Only the owner may change the owner or end an unbonding")
    func authority() throws {
        var network = try ActorsChain()
        let (owner, stranger) = (address("owner"), address("other"))
        #expect(network.refusal(of: stakeSupplier(.upokt(1_000_000), by: "other"), by: "other") == nil)
        let update = "ErrSharedUnauthorizedSupplierUpdate"
        #expect(network.refusal(of: stakeSupplier(nil, by: "other"), by: "other") == update)
        #expect(network.refusal(of: stakeSupplier(nil, owner: "other"), by: "operator") == update)
        try network.send(unstake, by: "operator")
        #expect(network.refusal(of: unstake, by: "operator") == "ErrSupplierIsUnstaking")
        #expect(network.refusal(of: stakeSupplier(nil), by: "operator") == update)
        let events = try network.send(stakeSupplier(nil, by: "owner"), by: "owner")
        #expect(Event.names(events) == ["SupplierUnbondingCanceled", "SupplierStaked"])
        #expect(network.chain.supplier.unbonding.isEmpty)
        try network.send(stakeSupplier(nil, by: "owner", owner: "other"), by: "owner")
        #expect(network.chain.supplier(address("operator"))?.ownerAddress == stranger)
        let message = MsgUnstakeSupplier(signer: owner, operatorAddress: address("operator"))
        let refused = network.send([(.unstakeSupplier(message), "owner")], at: network.chain.height + 1)[0].error
        #expect(refused?.name == update && refused?.status == .permissionDenied)
    }

    @Test("Modules cannot own suppliers, services must exist, and the fee must be paid on top")
    func refusals() throws {
        var network = try ActorsChain()
        let owned = MsgStakeSupplier(
            signer: address("operator"), ownerAddress: ModuleAccount.supplier.address,
            operatorAddress: address("operator"), stake: .upokt(1_000_000), services: [])
        #expect(network.refusal(of: .stakeSupplier(owned), by: "operator") == "ErrSupplierInvalidAddress")
        let unknown = stakeSupplier(.upokt(1_000_000), [config("nowhere")])
        #expect(network.refusal(of: unknown, by: "operator") == "ErrSupplierServiceNotFound")
        #expect(network.refusal(of: stakeSupplier(.upokt(999_999)), by: "operator") == "ErrSupplierInvalidStake")
        let all = stakeSupplier(.upokt(ActorsChain.balance))
        #expect(network.refusal(of: all, by: "operator") == "ErrInsufficientFunds")
        #expect(network.chain.balance(of: address("operator")) == ActorsChain.balance)
        #expect(network.refusal(of: unstake, by: "operator") == "ErrSupplierNotFound")
    }

    @Test("Quirk: a stake without services leaves configs as they are, even those that an unstake ended")
    func stakeOnly() throws {
        var network = try ActorsChain()
        try network.send(stakeSupplier(.upokt(1_000_000), [config("svc")]), by: "operator", at: 1)
        try network.send(unstake, by: "operator", at: 12)
        try network.send(stakeSupplier(nil, by: "owner"), by: "owner", at: 13)
        #expect(try supplier(network).serviceConfigHistory.map(\.deactivationHeight) == [21])
    }

    @Test("Quirk: unstaking ends every config at the next session, also one that ended before")
    func unstakeEndsAll() throws {
        var network = try ActorsChain()
        try network.send(stakeSupplier(.upokt(1_000_000), [config("svc")]), by: "operator", at: 1)
        try network.send(stakeSupplier(nil, [config("svc", url: "ws://new")]), by: "operator", at: 12)
        #expect(try supplier(network).serviceConfigHistory.map(\.deactivationHeight) == [21, 0])
        try network.send(stakeApp("app", .upokt(1_000_000)), by: "app", at: 21)
        try network.send(unstake, by: "operator", at: 22)
        #expect(try supplier(network).serviceConfigHistory.map(\.deactivationHeight) == [31, 31])
        // Both count until then, so that the supplier stands twice in what is left of the session.
        let session = try network.chain.session(application: address("app"), serviceID: "svc", height: 22)
        #expect(session.suppliers.map(\.operatorAddress) == [address("operator"), address("operator")])
    }

    @Test("An ended config is forgotten once its last session's proof window is closed")
    func pruning() throws {
        var network = try ActorsChain()
        try network.send(stakeSupplier(.upokt(1_000_000), [config("svc")]), by: "operator", at: 1)
        try network.send(stakeSupplier(nil, [config("svc", url: "ws://new")]), by: "operator", at: 12)
        network.advance(to: 30)
        #expect(try supplier(network).serviceConfigHistory.count == 2)
        network.advance(to: 31)
        #expect(try supplier(network).serviceConfigHistory.map(\.activationHeight) == [21])
        #expect(network.chain.supplier.serviceIndex["svc"]?.map(\.activationHeight) == [21])
    }

    @Test("Quirk: anybody may pay for a supplier without services, and every stake message costs the fee")
    func anybodyPays() throws {
        var network = try ActorsChain()
        try network.send(stakeSupplier(.upokt(1_000_000), by: "other"), by: "other", at: 1)
        #expect(network.chain.balance(of: address("other")) == ActorsChain.balance - 1_000_001)
        let services = stakeSupplier(.upokt(2_000_000), [config("svc")], by: "owner")
        #expect(network.refusal(of: services, by: "owner") == "ErrSupplierInvalidServiceConfig")
        // Nothing changes but the fee, which stays in the module for ever.
        for _ in 0..<2 { try network.send(stakeSupplier(nil, by: "owner"), by: "owner") }
        #expect(network.chain.balance(of: address("owner")) == ActorsChain.balance - 2)
        #expect(network.chain.balance(of: ModuleAccount.supplier.address) == 1_000_003)
        try network.send(unstake, by: "operator", at: 12)
        network.advance(to: 30)
        #expect(network.chain.balance(of: ModuleAccount.supplier.address) == 3)
        #expect(network.chain.balance(of: address("owner")) == ActorsChain.balance + 1_000_000 - 2)
    }

    @Test("A supplier is told why it leaves, when it begins and when it gets its stake back")
    func reasons() throws {
        var network = try ActorsChain()
        try network.send(stakeSupplier(.upokt(1_000_000)), by: "operator", at: 1)
        let begin = try network.send(unstake, by: "operator", at: 2)[0]
        #expect(begin["reason"]?.text == "SUPPLIER_UNBONDING_REASON_VOLUNTARY")
        #expect(begin["session_end_height"]?.integer == 10 && begin["unbonding_end_height"]?.integer == 20)
        try network.govern("supplier", "min_stake", .coin(.upokt(1_000_001)), at: 3)
        let end = try #require(network.advance(to: 20).first { $0.name == "SupplierUnbondingEnd" })
        #expect(end["reason"]?.text == "SUPPLIER_UNBONDING_REASON_BELOW_MIN_STAKE")
    }

    @Test("The unbonding period is that of the session in which unbonding began")
    func unbondingPeriodIsPinned() throws {
        var params = Params()
        params.shared.supplierUnbondingPeriodSessions = 3
        var network = try ActorsChain(params: params)
        try network.send(stakeSupplier(.upokt(1_000_000)), by: "operator", at: 1)
        try network.send(unstake, by: "operator", at: 12)
        try network.govern("shared", "supplier_unbonding_period_sessions", .integer(1), at: 13)
        network.advance(to: 49)
        #expect(network.chain.supplier(address("operator")) != nil)
        network.advance(to: 50)
        #expect(network.chain.supplier(address("operator")) == nil)
    }

    @Test("A supplier that unbonds without being indexed stays, as after a slash")
    func unindexed() throws {
        var network = try ActorsChain()
        try network.send(stakeSupplier(.upokt(1_000_000), [config("svc")]), by: "operator", at: 1)
        network.chain.supplier.suppliers.update(address("operator")) { $0.unstakeSessionEndHeight = 10 }
        network.advance(to: 60)
        #expect(network.chain.supplier(address("operator")) != nil)
        try network.send(stakeSupplier(nil, by: "owner"), by: "owner")
        try network.send(unstake, by: "operator")
        network.advance(to: 90)
        #expect(network.chain.supplier(address("operator")) == nil)
    }

    @Test("A stake that cannot be returned stays in the module's account, with an event")
    func stuckStake() throws {
        var network = try ActorsChain()
        try network.send(stakeSupplier(.upokt(1_000_000)), by: "operator", at: 1)
        try network.send(unstake, by: "operator", at: 2)
        network.chain.supplier.suppliers.update(address("operator")) {
            $0.ownerAddress = ModuleAccount.feeCollector.address
        }
        #expect(Event.names(network.advance(to: 20)) == ["SupplierStakeStuckInModulePool", "SupplierUnbondingEnd"])
        #expect(network.chain.bankViolations().isEmpty)
    }
}
