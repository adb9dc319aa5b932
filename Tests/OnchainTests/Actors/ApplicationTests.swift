import Keys
import Shannon
import Testing
import VectorSupport

@testable import Onchain

@Suite("Applications")
struct ApplicationTests {
    @Test("Every case of staking applications holds")
    func cases() throws {
        try everyCase(ofArea: "application") { vector in
            let input = vector["input"]
            if vector.gives("sequence") { return try spendLimits(vector) }
            if vector.gives("stakes") { return try doubleSwap(vector) }
            var params = Params()
            params.application.minStake = .upokt(try input["minStake"].optional?.int64 ?? 1)
            var network = try ActorsChain(params: params)
            let stake = vector.gives("stake") ? input["stake"].coin : .upokt(100)
            let services = try input["services"].optional?.array.map { try $0.string } ?? ["svc1"]
            let message = stakeApp("app", stake, services, limit: input["perSessionSpendLimit"].coin)
            try vector.expect(refusal: network.refusal(of: message, by: "app"))
        }
    }

    private func spendLimits(_ vector: VectorCase) throws {
        var network = try ActorsChain()
        let expected = try vector["expected"]["storedAfterEach"].array
        for (index, limit) in try vector["input"]["sequence"].array.enumerated() {
            try network.send(
                stakeApp("app", .upokt(1_000_000 + Int64(index)), limit: limit.coin), by: "app")
            let stored = network.chain.application(address("app"))?.perSessionSpendLimit
            try vector.expect(stored, is: expected[index].coin, "the limit after stake \(index)")
        }
    }

    private func doubleSwap(_ vector: VectorCase) throws {
        var network = try ActorsChain()
        for stake in try vector["input"]["stakes"].array {
            try network.send(stakeApp("app", stake[1].coin, [stake[0].string]), by: "app")
        }
        let app = try #require(network.chain.application(address("app")))
        for height: Height in [10, 11] {
            let expected = try vector["expected"]["activeAt\(height)"].array.map { try $0.string }
            try vector.expect(app.activeServiceIDs(at: height), is: expected, "services at \(height)")
        }
        let hasTrace = app.serviceConfigHistory.contains { $0.serviceID == "svcB" }
        try vector.expect(hasTrace, is: vector["expected"]["svcBInHistory"].bool, "svcB in the history")
    }

    @Test("Every case of application transfers holds")
    func transferCases() throws {
        try everyCase(ofArea: "app-transfer") { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            if vector.gives("src") {
                let merged = try undelegations(input["dst"]).merged(with: undelegations(input["src"]))
                return try vector.expect(merged, is: undelegations(expected), "undelegations")
            }
            guard vector.gives("srcLimitPOKT") else { throw UnknownCase() }
            func limit(_ value: JSONValue) throws -> Coin? {
                try value.optional.map { .upokt(try $0.int64 * 1_000_000) }
            }
            var network = try ActorsChain()
            let stake = Coin.upokt(2_000_000)
            try network.send(stakeApp("app", stake, limit: limit(input["srcLimitPOKT"])), by: "app", at: 1)
            try network.send(transfer("app", "app2"), by: "app", at: 2)
            try network.send(stakeApp("app2", stake, limit: limit(input["dstLimitPOKT"])), by: "app2", at: 3)
            network.advance(to: 20)
            #expect(network.chain.application(address("app")) == nil)
            let merged = network.chain.application(address("app2"))
            try vector.expect(merged?.perSessionSpendLimit, is: limit(expected["mergedPOKT"]), "the limit")
            #expect(merged?.stake == .upokt(4_000_000))
            #expect(network.chain.bankViolations().isEmpty)
        }
    }

    private func undelegations(_ value: JSONValue) throws -> SortedMap<Height, [Address]> {
        var map = SortedMap<Height, [Address]>()
        for key in value.keys {
            map[try #require(Height(key))] = try value[key].array.map { Address(try $0.string) }
        }
        return map
    }

    @Test("Of the applications below the minimum stake those leave that are not leaving yet, as upstream's case says")
    func belowMinimum() throws {
        try everyCase(ofArea: "app-unbonding") { vector in
            let (stakes, expected) = (vector["input"]["stakes"], vector["expected"])
            let minimum = try vector["input"]["minStake"].int64
            let names = ["app", "app2", "other", "source"]
            var network = try ActorsChain { genesis in
                genesis.params.application.minStake = .upokt(minimum)
                genesis.applications = try zip(names, stakes.keys).map { name, key in
                    var app = Application(
                        address: address(name), stake: .upokt(try stakes[key].int64), serviceIDs: ["svc"])
                    let height = key.split { !$0.isNumber }.last.flatMap { Height($0) }
                    app.unstakeSessionEndHeight = key.hasPrefix("already") ? height ?? 0 : 0
                    return app
                }
            }
            network.advance(to: 3)
            let events = network.chain.unbondApplicationsBelowMinimum()
            let labels = Dictionary(uniqueKeysWithValues: zip(names.map { address($0) }, stakes.keys))
            let marked = network.chain.application.applications.values.filter { $0.unstakeSessionEndHeight == 10 }
            try vector.expect(
                marked.compactMap { labels[$0.address] }, is: expected["marked"].array.map { try $0.string }, "marked")
            let reasons = events.map { $0["reason"]?.text ?? "" }
            #expect(Event.names(events) == ["ApplicationUnbondingBegin"])
            #expect(reasons.allSatisfy { $0.hasSuffix((try? expected["reason"].string) ?? "?") })
            let kept = network.chain.application.applications.values.map(\.unstakeSessionEndHeight).max()
            try vector.expect(kept, is: expected["alreadyUnbondingKept"].int64, "the one that was leaving")
        }
    }

    @Test("Quirk: a merged application serves new services from the next session on; their own history is forgotten")
    func mergedServices() throws {
        var network = try ActorsChain { $0.services.append(service("svc2")) }
        try network.send(stakeApp("app", .upokt(1_000_000), ["svc2"]), by: "app", at: 1)
        try network.send(transfer("app", "app2"), by: "app", at: 2)
        try network.send(stakeApp("app2", .upokt(1_000_000)), by: "app2", at: 3)
        network.advance(to: 20)
        let merged = try #require(network.chain.application(address("app2")))
        #expect(merged.serviceIDs == ["svc", "svc2"])
        #expect(merged.activeServiceIDs(at: 20) == ["svc"])
        #expect(merged.activeServiceIDs(at: 21) == ["svc", "svc2"])
        #expect(
            merged.serviceConfigHistory == [
                ApplicationServiceConfigUpdate(serviceID: "svc", activationHeight: 1, deactivationHeight: 21),
                ApplicationServiceConfigUpdate(serviceID: "svc", activationHeight: 21),
                ApplicationServiceConfigUpdate(serviceID: "svc2", activationHeight: 21),
            ])
    }

    @Test("A stake that is not higher than before is refused")
    func stakeMustRise() throws {
        var network = try ActorsChain()
        try network.send(stakeApp("app", .upokt(2_000_000)), by: "app")
        #expect(network.refusal(of: stakeApp("app", .upokt(2_000_000)), by: "app") == "ErrAppInvalidStake")
        try network.send(stakeApp("app", .upokt(2_000_001)), by: "app")
        #expect(network.chain.balance(of: address("app")) == ActorsChain.balance - 2_000_001)
        #expect(network.chain.balance(of: ModuleAccount.application.address) == 2_000_001)
    }

    @Test("Quirk: a service that nobody added can be staked for")
    func unknownService() throws {
        var network = try ActorsChain()
        #expect(network.refusal(of: stakeApp("app", .upokt(1_000_000), ["nowhere"]), by: "app") == nil)
    }

    @Test("An application unbonds for whole sessions and gets its stake back at a session's end")
    func unbonding() throws {
        var network = try ActorsChain()
        try network.send(stakeApp("app", .upokt(1_000_000)), by: "app", at: 3)
        let unstake = Message.unstakeApplication(MsgUnstakeApplication(address: address("app")))
        let events = try network.send(unstake, by: "app", at: 4)
        #expect(Event.names(events) == ["ApplicationUnbondingBegin"])
        #expect(events.first?["reason"]?.text == "APPLICATION_UNBONDING_REASON_ELECTIVE")
        #expect(events.first?["unbonding_end_height"]?.integer == 20)
        #expect(network.refusal(of: unstake, by: "app") == "ErrAppIsUnstaking")
        #expect(network.refusal(of: transfer("app", "app2"), by: "app") == "ErrAppIsUnstaking")
        network.advance(to: 19)
        #expect(network.chain.application(address("app")) != nil)
        #expect(Event.names(network.advance(to: 20)) == ["ApplicationUnbondingEnd"])
        #expect(network.chain.application(address("app")) == nil)
        #expect(network.chain.balance(of: address("app")) == ActorsChain.balance)
    }

    @Test("A higher stake cancels unbonding")
    func cancelUnbonding() throws {
        var network = try ActorsChain()
        try network.send(stakeApp("app", .upokt(1_000_000)), by: "app")
        try network.send(.unstakeApplication(MsgUnstakeApplication(address: address("app"))), by: "app")
        let events = try network.send(stakeApp("app", .upokt(1_000_001)), by: "app")
        #expect(Event.names(events) == ["ApplicationUnbondingCanceled", "ApplicationStaked"])
        network.advance(to: 40)
        #expect(network.chain.application(address("app"))?.unstakeSessionEndHeight == 0)
    }

    @Test("The unbonding period is that of the session in which unbonding began")
    func unbondingPeriodIsPinned() throws {
        var params = Params()
        params.shared.applicationUnbondingPeriodSessions = 3
        var network = try ActorsChain(params: params)
        try network.send(stakeApp("app", .upokt(1_000_000)), by: "app", at: 1)
        try network.send(.unstakeApplication(MsgUnstakeApplication(address: address("app"))), by: "app", at: 12)
        try network.govern("shared", "application_unbonding_period_sessions", .integer(1), at: 13)
        network.advance(to: 49)
        #expect(network.chain.application(address("app")) != nil)
        network.advance(to: 50)
        #expect(network.chain.application(address("app")) == nil)
    }

    @Test("Quirk: a second transfer replaces the first; a taken destination is refused")
    func transferIsReplaced() throws {
        var network = try ActorsChain()
        try network.send(stakeApp("app", .upokt(1_000_000)), by: "app", at: 1)
        try network.send(stakeApp("app2", .upokt(1_000_000)), by: "app2", at: 1 + 1)
        #expect(network.refusal(of: transfer("app", "app2"), by: "app") == "ErrAppDuplicateAddress")
        #expect(network.refusal(of: transfer("app", "app"), by: "app") == "ErrAppDuplicateAddress")
        #expect(network.refusal(of: transfer("source", "other"), by: "source") == "ErrAppNotFound")
        try network.send(transfer("app", "other"), by: "app", at: 7)
        let events = try network.send(transfer("app", "source"), by: "app", at: 8)
        #expect(events.first?["transfer_end_height"]?.integer == 20)
        let unstake = Message.unstakeApplication(MsgUnstakeApplication(address: address("app")))
        #expect(network.refusal(of: unstake, by: "app", at: 9) == "ErrAppHasPendingTransfer")
        #expect(Event.names(network.advance(to: 20)) == ["TransferEnd"])
        #expect(network.chain.application(address("source"))?.stake == .upokt(1_000_000))
        #expect(network.chain.application(address("other")) == nil)
    }

    @Test(
        "An application that moves to a new address takes everything with it; one that is there gets the gateways, too")
    func transferTakesAll() throws {
        var network = try ActorsChain { genesis in
            genesis.services.append(service("svc2"))
            genesis.gateways = ["gateway", "gateway2"].map { GatewayActor(address: address($0), stake: .upokt(100)) }
        }
        try network.send(stakeApp("app", .upokt(1_000_000), limit: .upokt(2_000_000)), by: "app", at: 1)
        try network.send(stakeApp("app", .upokt(1_000_001), ["svc2"]), by: "app", at: 2)
        try network.send(delegate("app", "gateway"), by: "app", at: 3)
        try network.send(transfer("app", "other"), by: "app", at: 12)
        network.advance(to: 29)
        var expected = try #require(network.chain.application(address("app")))
        let events = network.advance(to: 30)
        expected.address = address("other")
        expected.pendingTransfer = nil
        #expect(network.chain.application(address("other")) == expected)
        #expect(events.last?["transfer_end_height"]?.integer == 30)
        try network.send(stakeApp("app", .upokt(1_000_000), ["svc2"]), by: "app", at: 31)
        for gateway in ["gateway2", "gateway"] { try network.send(delegate("app", gateway), by: "app") }
        try network.send(transfer("other", "source"), by: "other", at: 34)
        try network.send(stakeApp("source", .upokt(1_000_000), ["svc2"]), by: "source", at: 35)
        try network.send(delegate("source", "gateway2"), by: "source", at: 36)
        network.advance(to: 50)
        #expect(
            network.chain.application(address("source"))?.delegateeGateways
                == ["gateway2", "gateway"].map { address($0) })
    }

    @Test("An application below the minimum stake is told so when it gets its stake back")
    func releasedBelowMinimum() throws {
        var network = try ActorsChain()
        try network.send(stakeApp("app", .upokt(1_000_000)), by: "app", at: 1)
        try network.send(.unstakeApplication(MsgUnstakeApplication(address: address("app"))), by: "app", at: 2)
        try network.govern("application", "min_stake", .coin(.upokt(1_000_001)), at: 3)
        let end = try #require(network.advance(to: 20).first { $0.name == "ApplicationUnbondingEnd" })
        #expect(end["reason"]?.text == "APPLICATION_UNBONDING_REASON_BELOW_MIN_STAKE")
        #expect(end["unbonding_end_height"]?.integer == 20 && end["session_end_height"]?.integer == 20)
    }

    @Test("Quirk: an application whose stake cannot be returned is deleted all the same, and the stake stays")
    func stuckStake() throws {
        let module = ModuleAccount.feeCollector.address
        var network = try ActorsChain { genesis in
            genesis.applications = [Application(address: module, stake: .upokt(1_000_000), serviceIDs: ["svc"])]
        }
        network.chain.application.applications.update(module) { $0.unstakeSessionEndHeight = 10 }
        let events = network.advance(to: 20)
        #expect(Event.names(events) == ["ApplicationStakeStuckInModulePool", "ApplicationUnbondingEnd"])
        #expect(events.first?["stuck_coin"]?.description == "1000000upokt")
        #expect(network.chain.application(module) == nil)
        #expect(network.chain.balance(of: ModuleAccount.application.address) == 1_000_000)
        #expect(network.chain.bankViolations().isEmpty)
    }

    @Test("A transfer of an application that began unbonding in between fails and is forgotten")
    func transferError() throws {
        var network = try ActorsChain()
        try network.send(stakeApp("app", .upokt(1_000_000)), by: "app", at: 1)
        try network.send(transfer("app", "other"), by: "app", at: 2)
        network.advance(to: 19)
        network.chain.beginUnbonding(ofApplication: address("app"), reason: .belowMinStake)
        let events = network.advance(to: 20)
        #expect(Event.names(events).contains("TransferError"))
        #expect(network.chain.application(address("app"))?.pendingTransfer == nil)
    }
}
