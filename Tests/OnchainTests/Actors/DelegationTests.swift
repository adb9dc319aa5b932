import Keys
import Shannon
import Testing
import VectorSupport

@testable import Onchain

@Suite("Delegations")
struct DelegationTests {
    /// A chain with a staked application and two staked gateways at height 1.
    private func network() throws -> ActorsChain {
        try ActorsChain { genesis in
            genesis.applications = [Application(address: address("app"), stake: .upokt(1_000_000), serviceIDs: ["svc"])]
            genesis.gateways = [
                GatewayActor(address: address("gateway"), stake: .upokt(100)),
                GatewayActor(address: address("gateway2"), stake: .upokt(100)),
            ]
        }
    }

    @Test("Every case of delegations holds")
    func cases() throws {
        try everyCase(ofArea: "delegation") { vector in
            let input = vector["input"]
            var network = try network()
            if vector.gives("redelegateHeight") {
                try network.send(delegate("app", "gateway"), by: "app", at: 1)
                // Both happen in the session of the case's heights, one block later because block 1 delegates.
                try network.send(undelegate("app", "gateway"), by: "app", at: input["undelegateHeight"].int64 + 1)
                try network.send(delegate("app", "gateway"), by: "app", at: input["redelegateHeight"].int64 + 1)
                let app = try #require(network.chain.application(address("app")))
                let isPending = app.pendingUndelegations.values.joined().contains(address("gateway"))
                try vector.expect(isPending, is: vector["expected"]["pendingContains"].bool, "pending")
                try vector.expect(
                    app.delegateeGateways.contains(address("gateway")), is: vector["expected"]["delegated"].bool,
                    "delegated")
            } else if vector.gives("pruneRunHeight") {
                try network.send(delegate("app", "gateway"), by: "app", at: 1)
                try network.send(undelegate("app", "gateway"), by: "app", at: input["undelegateHeight"].int64 + 1)
                try network.advance(to: input["pruneRunHeight"].int64 - 1)
                #expect(network.chain.application(address("app"))?.pendingUndelegations.keys == [10])
                try network.advance(to: input["pruneRunHeight"].int64)
                let isGone = network.chain.application(address("app"))?.pendingUndelegations.isEmpty
                try vector.expect(isGone, is: vector["expected"]["pendingRemoved"].bool, "pruned")
            } else if vector.gives("gatewayUnstakeSessionEnd") {
                let unstake = Message.unstakeGateway(MsgUnstakeGateway(address: address("gateway")))
                try network.send(unstake, by: "gateway", at: input["gatewayUnstakeSessionEnd"].int64 - 5)
                try vector.expect(
                    refusal: network.refusal(of: delegate("app", "gateway"), by: "app", at: input["height"].int64))
            } else if vector.id.contains("FailGatewayInactive") {
                try network.send(
                    .unstakeGateway(MsgUnstakeGateway(address: address("gateway"))), by: "gateway", at: 5)
                try vector.expect(refusal: network.refusal(of: delegate("app", "gateway"), by: "app", at: 11))
            } else if vector.id.contains("FailGatewayNotStaked") {
                try vector.expect(refusal: network.refusal(of: delegate("app", "other"), by: "app"))
            } else {
                throw UnknownCase()
            }
        }
    }

    @Test("Delegation is checked in upstream's order")
    func order() throws {
        var params = Params()
        params.application.maxDelegatedGateways = 1
        var network = try network()
        network.chain.params = params
        #expect(network.refusal(of: delegate("app2", "gateway"), by: "app2") == "ErrAppNotFound")
        let invalid = MsgDelegateToGateway(applicationAddress: address("app"), gatewayAddress: "gateway")
        #expect(network.refusal(of: .delegateToGateway(invalid), by: "app") == "ErrAppInvalidGatewayAddress")
        try network.send(delegate("app", "gateway"), by: "app")
        #expect(network.refusal(of: delegate("app", "gateway"), by: "app") == "ErrAppMaxDelegatedGateways")
        network.chain.params.application.maxDelegatedGateways = 2
        #expect(network.refusal(of: delegate("app", "gateway"), by: "app") == "ErrAppAlreadyDelegated")
        #expect(network.refusal(of: undelegate("app", "gateway2"), by: "app") == "ErrAppNotDelegated")
    }

    @Test("A delegated gateway is in the ring at once and stays in it until its last session ends")
    func ring() throws {
        var network = try network()
        let (app, gateway) = (key("app").publicKey, key("gateway").publicKey)
        func ring(_ end: Height) throws -> [PublicKey] {
            try network.chain.ringMembers(of: address("app"), sessionEndHeight: end)
        }
        #expect(try ring(10) == [Ring.placeholder, app])
        try network.send(delegate("app", "gateway"), by: "app", at: 2)
        #expect(try ring(10) == Ring.members(application: app, gateways: [gateway]))
        try network.send(undelegate("app", "gateway"), by: "app", at: 12)
        #expect(try ring(10).contains(gateway))
        #expect(try ring(20).contains(gateway))
        #expect(try ring(30) == [Ring.placeholder, app])
        #expect(throws: ChainError.self) {
            try network.chain.ringMembers(of: address("other"), sessionEndHeight: 10)
        }
    }

    @Test("An application can leave a gateway that is no more")
    func leavingNobody() throws {
        var network = try network()
        try network.send(delegate("app", "gateway"), by: "app", at: 2)
        network.chain.gateway.gateways[address("gateway")] = nil
        let events = try network.send(undelegate("app", "gateway"), by: "app", at: 3)
        #expect(Event.names(events) == ["Redelegation"] && events[0]["session_end_height"]?.integer == 10)
        #expect(network.chain.application(address("app"))?.pendingUndelegations[10] == [address("gateway")])
    }

    @Test("A member without a key on chain leaves no ring")
    func ringWithoutKey() throws {
        var network = try network()
        network.chain.auth.accounts[address("gateway")]?.publicKey = nil
        #expect(network.chain.publicKey(of: address("gateway")) == nil)
        try network.send(delegate("app", "gateway"), by: "app")
        #expect(throws: ChainError.self) {
            try network.chain.ringMembers(of: address("app"), sessionEndHeight: 10)
        }
        try network.send(stakeGateway("gateway", .upokt(200)), by: "gateway")
        #expect(try network.chain.ringMembers(of: address("app"), sessionEndHeight: 10).count == 2)
    }

    @Test("Delegations to a gateway that left end by themselves after its last session")
    func autoUndelegation() throws {
        var network = try network()
        try network.send(delegate("app", "gateway"), by: "app", at: 2)
        try network.send(.unstakeGateway(MsgUnstakeGateway(address: address("gateway"))), by: "gateway", at: 5)
        network.advance(to: 10)
        #expect(network.chain.application(address("app"))?.delegateeGateways == [address("gateway")])
        network.advance(to: 11)
        #expect(network.chain.application(address("app"))?.delegateeGateways == [])
        #expect(network.chain.application(address("app"))?.pendingUndelegations[20] == [address("gateway")])
    }
}
