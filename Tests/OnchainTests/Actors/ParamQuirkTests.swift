import Keys
import Shannon
import Testing

@testable import Onchain

/// The block in which a new session length becomes live: transactions and end-blockers still see the old parameters,
/// the history has the new ones.
@Suite("The block in which parameters become live")
struct ParamQuirkTests {
    @Test("Every other end-blocker goes by the old parameters, as the shared module's is the last")
    func sharedIsLast() throws {
        var params = Params()
        params.shared.numBlocksPerSession = 20
        var network = try ActorsChain(params: params) { genesis in
            genesis.gateways = [GatewayActor(address: address("gateway"), stake: .upokt(100))]
            genesis.applications = [Application(address: address("app"), stake: .upokt(1_000_000), serviceIDs: ["svc"])]
            genesis.applications[0].delegateeGateways = [address("gateway")]
        }
        try network.send(undelegate("app", "gateway"), by: "app", at: 5)
        try network.govern("shared", "num_blocks_per_session", .integer(9), at: 25)
        // What was noted for height 20 is kept for 41 blocks of the old sessions, but for 19 of the new.
        network.advance(to: 41)
        #expect(network.chain.params.shared.numBlocksPerSession == 9)
        #expect(network.chain.application(address("app"))?.pendingUndelegations.keys == [20])
        network.advance(to: 42)
        #expect(network.chain.application(address("app"))?.pendingUndelegations.isEmpty == true)
    }

    @Test("Quirk: a change in that block is built on the old parameters, and takes the other back a session later")
    func changeInThatBlock() throws {
        var network = try ActorsChain()
        try network.govern("shared", "num_blocks_per_session", .integer(12), at: 3)
        try network.govern("shared", "compute_units_to_tokens_multiplier", .integer(7), at: 11)
        #expect(network.chain.params.shared.numBlocksPerSession == 12)
        #expect(network.chain.params.shared.computeUnitsToTokensMultiplier == 42_000_000)
        let next = network.chain.sharedParams(at: 23)
        #expect(next.numBlocksPerSession == 10 && next.computeUnitsToTokensMultiplier == 7)
        #expect(next.sessionGridAnchorHeight == 23 && next.sessionNumberAtAnchor == 3)
        while network.chain.height < 45 {
            network.advance(to: network.chain.height + 1)
            #expect(network.chain.violationsOfS1().isEmpty)
        }
        #expect(network.chain.params.shared == next)
    }

    @Test("A change that keeps the new length keeps its grid, too")
    func sameLengthInThatBlock() throws {
        var network = try ActorsChain()
        try network.govern("shared", "num_blocks_per_session", .integer(12), at: 3)
        try network.govern("shared", "num_blocks_per_session", .integer(12), at: 11)
        let next = network.chain.sharedParams(at: 23)
        #expect(next.sessionGridAnchorHeight == 11 && next.sessionNumberAtAnchor == 2)
        #expect(next.sessionNumber(at: 23) == 3)
    }

    @Test("Quirk: in that block the next session of services, applications and suppliers is one of the old length")
    func oldGrid() throws {
        var params = Params()
        params.shared.supplierUnbondingPeriodSessions = 5
        params.shared.applicationUnbondingPeriodSessions = 5
        var network = try ActorsChain(params: params) { genesis in
            genesis.services.append(service("svc2"))
            genesis.applications = [Application(address: address("app"), stake: .upokt(1_000_000), serviceIDs: ["svc"])]
        }
        try network.govern("shared", "num_blocks_per_session", .integer(4), at: 3)
        var heavier = service("svc")
        heavier.computeUnitsPerRelay = 200
        let messages: [(Message, String)] = [
            (.addService(MsgAddService(ownerAddress: address("source"), service: heavier)), "source"),
            (stakeApp("app", .upokt(1_000_001), ["svc2"]), "app"),
            (stakeSupplier(.upokt(1_000_000), [config("svc")]), "operator"),
        ]
        for result in network.send(messages, at: 11) { #expect(result.error == nil) }
        // Sessions start at 11, 15, 19 and 23 now, but 21 is what was the next.
        let weights = [15, 19, 23].map { network.chain.computeUnitsPerRelay(of: "svc", at: $0) }
        #expect(weights == [100, 100, 200])
        let app = network.chain.application(address("app"))
        #expect(app?.serviceConfigHistory.map(\.activationHeight) == [1, 21])
        let supplier = network.chain.supplier(address("operator"))
        #expect(supplier?.serviceConfigHistory.map(\.activationHeight) == [21])
    }
}
