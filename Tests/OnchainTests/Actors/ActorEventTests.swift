import Keys
import Shannon
import Testing

@testable import Onchain

/// Upstream's events of actors, with their fields in upstream's order (`proto/pocket/*/event.proto`).
private let fields: KeyValuePairs<String, String> = [
    "ApplicationStaked": "application session_end_height",
    "ApplicationUnbondingBegin": "application reason session_end_height unbonding_end_height",
    "ApplicationUnbondingCanceled": "application session_end_height",
    "ApplicationUnbondingEnd": "application reason session_end_height unbonding_end_height",
    "ApplicationStakeStuckInModulePool": "application_address stuck_coin reason session_end_height",
    "Redelegation": "application session_end_height",
    "TransferBegin": "source_address destination_address source_application session_end_height transfer_end_height",
    "TransferEnd": "source_address destination_address destination_application session_end_height transfer_end_height",
    "TransferError": "source_address destination_address source_application session_end_height error",
    "GatewayStaked": "gateway session_end_height",
    "GatewayMetadataUpdated": "gateway_address session_end_height card_size_bytes",
    "GatewayUnbondingBegin": "gateway session_end_height unbonding_end_height",
    "GatewayUnbondingCanceled": "gateway session_end_height",
    "GatewayUnbondingEnd": "gateway session_end_height unbonding_end_height",
    "SupplierStaked": "session_end_height operator_address",
    "SupplierUnbondingBegin": "supplier reason session_end_height unbonding_end_height",
    "SupplierUnbondingCanceled": "supplier session_end_height height",
    "SupplierUnbondingEnd": "supplier reason session_end_height unbonding_end_height",
    "SupplierStakeStuckInModulePool": "operator_address owner_address stuck_coin reason session_end_height",
    "SupplierServiceConfigActivated": "activation_height operator_address service_id",
]

@Suite("What actors' messages and end-blockers tell")
struct ActorEventTests {
    private static let stuck = ModuleAccount.feeCollector.address

    /// A chain with an application and a supplier whose stakes cannot be returned at height 20.
    private func network() throws -> ActorsChain {
        var network = try ActorsChain { genesis in
            genesis.applications = [
                Application(address: ActorEventTests.stuck, stake: .upokt(1_000_000), serviceIDs: ["svc"])
            ]
            genesis.suppliers = [
                Genesis.Supplier(
                    ownerAddress: ActorEventTests.stuck, operatorAddress: address("gateway2"), stake: .upokt(1_000_000),
                    services: [])
            ]
        }
        network.chain.application.applications.update(ActorEventTests.stuck) { $0.unstakeSessionEndHeight = 10 }
        var supplier = try #require(network.chain.supplier(address("gateway2")))
        supplier.unstakeSessionEndHeight = 10
        network.chain.supplier.set(supplier)
        return network
    }

    /// Everything that can happen to actors, as events with their heights.
    private func story() throws -> [(Height, Event)] {
        let leave: [(Message, String)] = [
            (.unstakeApplication(MsgUnstakeApplication(address: address("app"))), "app"),
            (.unstakeGateway(MsgUnstakeGateway(address: address("gateway"))), "gateway"),
            (
                .unstakeSupplier(MsgUnstakeSupplier(signer: address("owner"), operatorAddress: address("operator"))),
                "owner"
            ),
        ]
        let card = MsgUpdateGatewayMetadata(address: address("gateway"), card: [1])
        let blocks: [[(Message, String)]] = [
            [
                (stakeApp("app", .upokt(1_000_000)), "app"), (stakeApp("app2", .upokt(1_000_000)), "app2"),
                (stakeGateway("gateway", .upokt(100)), "gateway"),
                (stakeSupplier(.upokt(1_000_000)), "operator"), (.updateGatewayMetadata(card), "gateway"),
            ],
            [(delegate("app", "gateway"), "app")] + leave,
            [
                (stakeApp("app", .upokt(1_000_001)), "app"), (stakeGateway("gateway", .upokt(101)), "gateway"),
                (stakeSupplier(nil, by: "owner"), "owner"), (stakeSupplier(nil, [config("svc")]), "operator"),
                (transfer("app", "other"), "app"), (transfer("app2", "source"), "app2"),
            ],
        ]
        var network = try network()
        var events: [(Height, Event)] = []
        for (height, messages) in zip(Height(1)..., blocks) {
            for result in network.send(messages, at: height) {
                #expect(result.error == nil)
                events += result.events.map { (height, $0) }
            }
        }
        events += network.advance(to: 11).map { (11, $0) }
        for result in network.send(Array(leave.dropFirst()), at: 12) { events += result.events.map { (12, $0) } }
        network.advance(to: 19)
        network.chain.beginUnbonding(ofApplication: address("app2"), reason: .belowMinStake)
        events += network.advance(to: 20).map { (20, $0) }
        return events + network.advance(to: 30).map { (30, $0) }
    }

    @Test("Events have upstream's fields in upstream's order, and name the end of the session that they happen in")
    func names() throws {
        let story = try story()
        for (name, keys) in fields {
            let told = story.filter { $0.1.name == name }
            #expect(!told.isEmpty, "\(name)")
            for (height, event) in told {
                #expect(event.attributes.map(\.key).joined(separator: " ") == keys)
                let end = SharedParams().sessionEnd(at: height)
                #expect(event["session_end_height"].map { $0.integer == end } ?? true, "\(event) at \(height)")
            }
        }
        #expect(Set(story.map(\.1.name)) == Set(fields.map(\.key)))
    }
}
