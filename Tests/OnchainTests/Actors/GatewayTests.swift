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

    @Test("A card that is there already changes nothing and makes no event")
    func sameCard() throws {
        var network = try ActorsChain()
        #expect(network.refusal(of: card("gateway", [1]), by: "gateway") == "ErrGatewayNotFound")
        try network.send(stakeGateway("gateway", .upokt(100)), by: "gateway")
        let events = try network.send(card("gateway", [1, 2]), by: "gateway")
        #expect(Event.names(events) == ["GatewayMetadataUpdated"])
        #expect(events.first?["card_size_bytes"]?.integer == 2)
        #expect(try network.send(card("gateway", [1, 2]), by: "gateway").isEmpty)
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
