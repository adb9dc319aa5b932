import Keys
import Shannon
import Testing

@testable import Onchain

/// Behaviour of upstream that nobody would guess; docs/differences.md lists it.
@Suite("Quirks of parameters and actors")
struct ActorQuirkTests {
    @Test("Quirk: a distribution of nothing but zeros stands for the default")
    func zeroDistribution() throws {
        var network = try ActorsChain()
        let zeros = MintAllocation(dao: 0, proposer: 0, supplier: 0, sourceOwner: 0, application: 0)
        try network.govern("tokenomics", "mint_equals_burn_claim_distribution", .allocation(zeros), at: 2)
        #expect(network.chain.params.tokenomics.mintEqualsBurnClaimDistribution == .standard)
        // The other distribution has no such exception.
        #expect(
            network.refusal(
                of: parameter("tokenomics", "mint_allocation_percentages", .allocation(zeros)), by: "pnf")
                == "ErrTokenomicsParamInvalid")
    }

    @Test("Quirk: a service that an application changes to and from in one session leaves no trace")
    func swappedTwice() throws {
        var network = try ActorsChain { $0.services += [service("svc2"), service("svc3")] }
        try network.send(stakeApp("app", .upokt(1_000_000)), by: "app", at: 1)
        try network.send(stakeApp("app", .upokt(1_000_001), ["svc2"]), by: "app", at: 3)
        try network.send(stakeApp("app", .upokt(1_000_002), ["svc3"]), by: "app", at: 5)
        let app = try #require(network.chain.application(address("app")))
        #expect(
            app.serviceConfigHistory == [
                ApplicationServiceConfigUpdate(serviceID: "svc", activationHeight: 1, deactivationHeight: 11),
                ApplicationServiceConfigUpdate(serviceID: "svc3", activationHeight: 11),
            ])
    }

    @Test("Quirk: who left is in the ring of a session by where that session would end under the live parameters")
    func ringOfLiveParams() throws {
        var network = try ActorsChain { genesis in
            genesis.params.shared.supplierUnbondingPeriodSessions = 5
            genesis.params.shared.applicationUnbondingPeriodSessions = 5
            genesis.applications = [Application(address: address("app"), stake: .upokt(1_000_000), serviceIDs: ["svc"])]
            genesis.gateways = [GatewayActor(address: address("gateway"), stake: .upokt(100))]
        }
        // Everybody's key is on chain from the first transaction on.
        try network.send(delegate("app", "gateway"), by: "app", at: 1)
        try network.send(stakeGateway("gateway", .upokt(101)), by: "gateway", at: 2)
        try network.send(undelegate("app", "gateway"), by: "app", at: 5)
        try network.govern("shared", "num_blocks_per_session", .integer(4), at: 6)
        network.advance(to: 10)
        let gateway = key("gateway").publicKey
        #expect(try network.chain.ringMembers(of: address("app"), sessionEndHeight: 10).contains(gateway))
        // Sessions of four blocks from height 1 on would end at 12, after the one in which the gateway left.
        network.advance(to: 11)
        #expect(try !network.chain.ringMembers(of: address("app"), sessionEndHeight: 10).contains(gateway))
    }

    @Test("Quirk: sessions of one block are allowed, but their headers are not valid")
    func sessionsOfOneBlock() throws {
        var shared = SharedParams()
        shared.numBlocksPerSession = 1
        shared.gracePeriodEndOffsetBlocks = 0
        shared.supplierUnbondingPeriodSessions = 9
        shared.applicationUnbondingPeriodSessions = 9
        try shared.validate()
        let header = SessionHeader(
            applicationAddress: address("app"), serviceID: "svc", sessionID: "ab",
            sessionStartBlockHeight: shared.sessionStart(at: 7), sessionEndBlockHeight: shared.sessionEnd(at: 7))
        #expect(throws: ChainError.self) { try header.validateBasic() }
    }
}
