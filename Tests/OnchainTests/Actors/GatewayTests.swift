import Keys
import Shannon
import Testing
import VectorSupport

@testable import Onchain

@Suite("Gateways")
struct GatewayTests {
    private func card(_ name: String, _ card: Bytes?) -> Message {
        .updateGatewayMetadata(MsgUpdateGatewayMetadata(address: address(name), card: card))
    }

    @Test("Every case of gateways holds")
    func cases() throws {
        try everyCase(ofArea: "gateway") { vector in
            let input = vector["input"]
            if vector.gives("unstakeSessionEndHeight") {
                var gateway = GatewayActor(address: address("gateway"), stake: .upokt(1))
                gateway.unstakeSessionEndHeight = try input["unstakeSessionEndHeight"].int64
                let isActive = try gateway.isActive(at: input["height"].int64)
                return try vector.expect(isActive, is: vector["expected"]["active"].bool, "active")
            }
            var network = try ActorsChain()
            if vector.gives("stake") {
                let message = stakeGateway("gateway", input["stake"].coin)
                return try vector.expect(refusal: network.refusal(of: message, by: "gateway"))
            }
            try network.send(stakeGateway("gateway", .upokt(100)), by: "gateway")
            try network.send(card("gateway", [1, 2, 3]), by: "gateway")
            if vector.id.contains("InvalidAddress") {
                // No key can sign for an address that is none, so the module is asked directly.
                let message = MsgUpdateGatewayMetadata(address: "not an address", card: [1])
                let error = #expect(throws: ChainError.self) { try network.chain.updateGatewayMetadata(message) }
                try vector.expect(refusal: error?.name)
            } else if vector.id.contains("OversizedCard") {
                let big = Bytes(repeating: 1, count: Service.maxMetadataSize + 1)
                try vector.expect(refusal: network.refusal(of: card("gateway", big), by: "gateway"))
            } else if vector.id.contains("NilMetadata") {
                try vector.expect(refusal: network.refusal(of: card("gateway", nil), by: "gateway"))
            } else if vector.id.contains("StakeGateway") {
                try network.send(stakeGateway("gateway", .upokt(200)), by: "gateway")
            } else {
                throw UnknownCase()
            }
            let isUnchanged = network.chain.gateway(address("gateway"))?.card == [1, 2, 3]
            try vector.expect(isUnchanged, is: true, "the card unchanged")
        }
    }

    @Test("Quirk: a card that is absent, or there already, is no error, changes nothing and makes no event")
    func sameCard() throws {
        var network = try ActorsChain()
        #expect(network.refusal(of: card("gateway", [1]), by: "gateway") == "ErrGatewayNotFound")
        try network.send(stakeGateway("gateway", .upokt(100)), by: "gateway")
        let events = try network.send(card("gateway", [1, 2]), by: "gateway")
        #expect(Event.names(events) == ["GatewayMetadataUpdated"])
        #expect(events.first?["card_size_bytes"]?.integer == 2)
        #expect(try network.send(card("gateway", [1, 2]), by: "gateway").isEmpty)
        #expect(try network.send(card("gateway", nil), by: "gateway").isEmpty)
        #expect(network.chain.gateway(address("gateway"))?.card == [1, 2])
    }

    @Test("A gateway that leaves may change its card, which costs nothing and stands in no event")
    func cardOfLeaving() throws {
        var network = try ActorsChain()
        try network.send(stakeGateway("gateway", .upokt(100)), by: "gateway", at: 2)
        try network.send(card("gateway", Bytes(repeating: 0xff, count: 3)), by: "gateway", at: 3)
        let before = network.chain.balance(of: address("gateway"))
        try network.send(.unstakeGateway(MsgUnstakeGateway(address: address("gateway"))), by: "gateway", at: 4)
        let events = try network.send(card("gateway", [0xff]), by: "gateway", at: 5)
        #expect(events[0].attributes.map(\.key) == ["gateway_address", "session_end_height", "card_size_bytes"])
        let gateway = try #require(network.chain.gateway(address("gateway")))
        #expect(gateway.card == [0xff] && gateway.stake == .upokt(100) && gateway.unstakeSessionEndHeight == 10)
        #expect(network.chain.balance(of: address("gateway")) == before)
        let staked = try network.send(stakeGateway("gateway", .upokt(101)), by: "gateway", at: 6)
        for event in staked { #expect(event["gateway"]?.description.contains("card") == false) }
    }

    @Test("The unbonding period is that of the session in which unbonding began")
    func unbondingPeriodIsPinned() throws {
        var params = Params()
        params.shared.gatewayUnbondingPeriodSessions = 3
        var network = try ActorsChain(params: params)
        try network.send(stakeGateway("gateway", .upokt(100)), by: "gateway", at: 1)
        let begin = try network.send(
            .unstakeGateway(MsgUnstakeGateway(address: address("gateway"))), by: "gateway", at: 12)
        #expect(Event.names(begin) == ["GatewayUnbondingBegin"] && begin[0]["unbonding_end_height"]?.integer == 50)
        try network.govern("shared", "gateway_unbonding_period_sessions", .integer(1), at: 13)
        network.advance(to: 49)
        #expect(network.chain.gateway(address("gateway")) != nil)
        network.advance(to: 50)
        #expect(network.chain.gateway(address("gateway")) == nil)
    }

    @Test("A gateway leaves after whole sessions; a higher stake in between keeps it")
    func unbonding() throws {
        var network = try ActorsChain()
        let unstake = Message.unstakeGateway(MsgUnstakeGateway(address: address("gateway")))
        #expect(network.refusal(of: unstake, by: "gateway") == "ErrGatewayNotFound")
        try network.send(stakeGateway("gateway", .upokt(100)), by: "gateway")
        #expect(network.refusal(of: stakeGateway("gateway", .upokt(100)), by: "gateway") == "ErrGatewayInvalidStake")
        try network.send(unstake, by: "gateway", at: 5)
        #expect(network.refusal(of: unstake, by: "gateway") == "ErrGatewayIsUnstaking")
        let events = try network.send(stakeGateway("gateway", .upokt(101)), by: "gateway", at: 8)
        #expect(Event.names(events) == ["GatewayUnbondingCanceled", "GatewayStaked"])
        try network.send(unstake, by: "gateway", at: 15)
        #expect(Event.names(network.advance(to: 30)) == ["GatewayUnbondingEnd"])
        #expect(network.chain.gateway(address("gateway")) == nil)
        #expect(network.chain.balance(of: address("gateway")) == ActorsChain.balance)
    }
}
