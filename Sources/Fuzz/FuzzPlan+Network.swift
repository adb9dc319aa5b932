import Config
import Keys
import Offchain
import Shannon
import World

extension FuzzPlan {
    /// Draws a network of 1 to 4 suppliers, 1 to 3 applications, 1 or 2 services and short sessions.
    static func network(seed: UInt64, signatures: SignatureScheme) -> NetworkSpec {
        var draw = Draw(seed: seed, purpose: "fuzz network")
        var spec = NetworkSpec()
        spec.seed = seed
        spec.signatures = signatures
        spec.latency = .microseconds(draw.number(50...5_000))
        if draw.once(in: 8) { spec.channelCapacity = draw.count(1...4) }
        spec.params = parameters(&draw)
        spec.accounts = [
            AccountSpec(name: "pnf", balance: 1_000_000_000), AccountSpec(name: "dao", balance: 0),
            AccountSpec(name: "source", balance: 0),
        ]
        let services = (1...draw.count(1...2)).map { "service\($0)" }
        spec.services = services.map {
            ServiceSpec(id: $0, computeUnitsPerRelay: draw.unsigned(1...1_000), owner: "source")
        }
        let gateways = (1...draw.count(1...2)).map { "gateway\($0)" }
        spec.gateways = gateways.map { GatewaySpec(name: $0, stake: 5_000_000, balance: 1_000_000) }
        spec.suppliers = (1...draw.count(1...4)).map { number in
            var supplier = SupplierSpec(
                name: "supplier\(number)", stake: 1_000_000 * draw.number(1...2_000),
                balance: 100_000_000, services: services,
                misbehaviour: draw.once(in: 6) ? draw.one(of: misbehaviours(of: .supplier(""))) : nil)
            supplier.enableOverServicing = draw.once(in: 6)
            supplier.enableEagerRelayRequestValidation = !draw.once(in: 4)
            return supplier
        }
        spec.applications = (1...draw.count(1...3)).map { number in
            let kind = draw.one(of: ApplicationClient.Kind.allCases) ?? .batch
            let chosen = kind == .sovereign ? [] : [draw.one(of: gateways) ?? gateways[0]]
            // A small stake is over-serviced soon, and sometimes falls below the least stake.
            let stake = draw.once(in: 3) ? draw.number(1_000_000...20_000_000) : 10_000_000_000
            return ApplicationSpec(
                name: "app\(number)", service: draw.one(of: services) ?? services[0], stake: stake,
                balance: 100_000_000, gateways: chosen, kind: kind, workload: workload(&draw))
        }
        spec.validators = [ValidatorSpec(name: "validator1", bondedTokens: 900_000_000)]
        // As a scenario's network has them, so that a plan that is written down is the same network.
        spec.addUpstreamKeys()
        return spec
    }

    static func misbehaviours(of party: Party) -> [Misbehaviour] {
        Misbehaviour.allCases.filter { $0.isPossible(for: party) }
    }

    private static func parameters(_ draw: inout Draw) -> Params {
        var params = Params()
        params.shared.numBlocksPerSession = draw.unsigned(3...6)
        params.shared.gracePeriodEndOffsetBlocks = draw.unsigned(0...2)
        params.shared.claimWindowOpenOffsetBlocks = params.shared.gracePeriodEndOffsetBlocks + draw.unsigned(0...1)
        params.shared.claimWindowCloseOffsetBlocks = draw.unsigned(2...3)
        params.shared.proofWindowOpenOffsetBlocks = draw.unsigned(0...1)
        params.shared.proofWindowCloseOffsetBlocks = draw.unsigned(2...3)
        params.shared.supplierUnbondingPeriodSessions = 4
        params.shared.applicationUnbondingPeriodSessions = 4
        params.shared.gatewayUnbondingPeriodSessions = 4
        params.session.numSuppliersPerSession = draw.unsigned(1...4)
        params.service.targetNumRelays = draw.once(in: 3) ? draw.unsigned(1...4) : 10_000
        params.proof.proofRequestProbability = Double(draw.count(0...4)) / 4
        params.proof.proofRequirementThreshold = .upokt(draw.once(in: 3) ? draw.number(0...100_000) : 1_000_000_000)
        params.tokenomics.globalInflationPerClaim = draw.once(in: 2) ? 0.1 : 0
        params.tokenomics.mintRatio = draw.once(in: 4) ? 0.5 : 1
        params.tokenomics.overservicingBonusMultiplier = draw.unsigned(1...3)
        return params
    }

    /// Nothing to ask once in eight times, so that some sessions are empty.
    private static func workload(_ draw: inout Draw) -> Workload? {
        guard !draw.once(in: 8) else { return nil }
        return Workload(
            prompts: ["Who serves?", "What is proven?", "Where does the stake go?"],
            requestsPerSession: draw.count(1...8), maxTokens: draw.count(1...16), sessions: draw.count(1...3))
    }
}
