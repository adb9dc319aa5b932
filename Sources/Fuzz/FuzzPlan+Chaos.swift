import Keys
import Offchain
import Shannon
public import World

extension FuzzPlan {
    /// Draws the plan of a seed.
    ///
    /// - Parameter signatures: Stand-ins for speed; real ones give the same plan.
    public init(seed: UInt64, signatures: SignatureScheme = .standIn) {
        self.seed = seed
        spec = Self.network(seed: seed, signatures: signatures)
        var draw = Draw(seed: seed, purpose: "fuzz chaos")
        calm = Height(spec.params.shared.numBlocksPerSession) * draw.number(2...3)
        lastQuestions = draw.count(1...6)
        steps = []
        let parties = Self.parties(of: spec)
        for _ in 0..<draw.count(0...6) { addTrouble(&draw, parties) }
        if draw.once(in: 3) { addRevert(&draw) }
        steps.append(Step(height: calm, delay: .zero, action: .fault(.healAll)))
        for party in parties {
            steps.append(Step(height: calm, delay: .zero, action: .misbehave(party, [])))
        }
        // Whoever ran dry has enough again for the session that must go well.
        for application in spec.applications {
            let cheat = Cheat.setStake(account: application.name, upokt: 10_000_000_000)
            // Not before the claims of the troubled sessions have met what they left of the stake.
            steps.append(
                Step(height: liveSessionStart() - 1, delay: .zero, action: .cheat(cheat)))
        }
        for supplier in spec.suppliers {
            let cheat = Cheat.setBalance(account: supplier.name, upokt: 100_000_000)
            steps.append(Step(height: calm, delay: .zero, action: .cheat(cheat)))
        }
        let questions = Workload(
            prompts: ["Is all well again?"], requestsPerSession: lastQuestions, maxTokens: 4)
        for application in spec.applications {
            steps.append(
                Step(
                    height: liveSessionStart(), delay: .milliseconds(100),
                    action: .ask(application: application.name, questions)))
        }
        // A sort alone would leave the order of equal places to chance.
        steps = steps.enumerated().sorted {
            ($0.element.height, $0.element.delay, $0.offset) < ($1.element.height, $1.element.delay, $1.offset)
        }.map(\.element)
    }

    static func parties(of spec: NetworkSpec) -> [Party] {
        spec.suppliers.map { .supplier($0.name) } + spec.gateways.map { .gateway($0.name) }
            + spec.applications.map { .application($0.name) }
    }

    private mutating func add(_ action: Action, at height: Height, _ draw: inout Draw) {
        steps.append(Step(height: height, delay: draw.milliseconds(0...1_900), action: action))
    }

    /// One thing that goes wrong, and often is put right again before the calm.
    private mutating func addTrouble(_ draw: inout Draw, _ parties: [Party]) {
        let height = draw.number(1...max(1, calm - 1))
        switch draw.count(0...13) {
        case 0, 1, 2:
            let ends = parties + [.chain]
            let scope = Channel.Scope(
                from: draw.once(in: 2) ? draw.one(of: ends) : nil, to: draw.once(in: 2) ? draw.one(of: ends) : nil)
            add(.fault(.channel(scope, Self.channelFault(&draw))), at: height, &draw)
            if draw.once(in: 2) { add(.fault(.heal(scope)), at: height + 1, &draw) }
        case 3, 4, 5:
            guard let party = draw.one(of: parties) else { return }
            add(.fault(.crash(party)), at: height, &draw)
            add(.fault(.restart(party)), at: min(calm - 1, height + draw.number(1...4)), &draw)
        case 6:
            guard let supplier = draw.one(of: spec.suppliers) else { return }
            let factor = UInt32(draw.number(2...200))
            add(.fault(.slow(supplier: supplier.name, factor: factor)), at: height, &draw)
        case 7:
            guard let party = draw.one(of: parties), let one = draw.one(of: Self.misbehaviours(of: party)) else {
                return
            }
            add(.misbehave(party, [one]), at: height, &draw)
        case 8: addParameterChange(&draw, at: height)
        case 9, 10: addLateRelays(&draw)
        case 11:
            guard let application = draw.one(of: spec.applications) else { return }
            let cheat = Cheat.setStake(account: application.name, upokt: draw.number(20_000...2_000_000))
            add(.cheat(cheat), at: height, &draw)
        default: addEmptyPurse(&draw)
        }
    }

    /// An application that has been served loses its stake before it pays: it has too little for what is claimed.
    private mutating func addEmptyPurse(_ draw: inout Draw) {
        guard let application = draw.one(of: spec.applications) else { return }
        let end = Height(spec.params.shared.numBlocksPerSession) * draw.number(1...2)
        let cheat = Cheat.setStake(account: application.name, upokt: draw.number(1...100_000))
        add(.cheat(cheat), at: end + 1, &draw)
    }

    /// Questions at the end of a session over a channel so slow that their relays come after it.
    private mutating func addLateRelays(_ draw: inout Draw) {
        let end = Height(spec.params.shared.numBlocksPerSession)
        guard let application = draw.one(of: spec.applications) else { return }
        let sender = application.gateways.first.map { Party.gateway($0) } ?? .application(application.name)
        let fault = ChannelFault(latency: draw.milliseconds(500...5_000))
        add(.fault(.channel(.init(from: sender), fault)), at: end - 1, &draw)
        let questions = Workload(prompts: ["Is it too late?"], requestsPerSession: draw.count(1...4), maxTokens: 4)
        steps.append(
            Step(
                height: end - 1, delay: .milliseconds(1_950),
                action: .ask(application: application.name, questions)))
        add(.fault(.heal(.init(from: sender))), at: end, &draw)
    }

    /// Governance changes something that does not move sessions, so that a plan's heights stay what they are.
    private mutating func addParameterChange(_ draw: inout Draw, at height: Height) {
        let changes: [(module: String, name: String, value: MsgUpdateParam.Value)] = [
            ("shared", "compute_units_to_tokens_multiplier", .integer(draw.unsigned(1_000_000...100_000_000))),
            ("proof", "proof_request_probability", .number(Double(draw.count(0...4)) / 4)),
            ("proof", "proof_requirement_threshold", .coin(.upokt(draw.number(0...1_000_000)))),
            ("session", "num_suppliers_per_session", .integer(draw.unsigned(1...4))),
            ("service", "target_num_relays", .integer(draw.unsigned(1...10))),
            ("tokenomics", "mint_ratio", .number(draw.once(in: 2) ? 1 : 0.75)),
        ]
        guard let change = draw.one(of: changes) else { return }
        add(.setParameter(module: change.module, name: change.name, to: change.value), at: height, &draw)
    }

    private mutating func addRevert(_ draw: inout Draw) {
        let from = draw.number(1...max(1, calm - 1))
        // Before the calm, or the world would go back to its troubles.
        let to = min(calm - 1, from + draw.number(1...8))
        steps.append(Step(height: from, delay: draw.milliseconds(0...1_900), action: .snapshot))
        steps.append(Step(height: to, delay: draw.milliseconds(0...1_900), action: .revert))
    }

    private static func channelFault(_ draw: inout Draw) -> ChannelFault {
        var fault = ChannelFault()
        switch draw.count(0...6) {
        case 0: fault.latency = draw.milliseconds(1...500)
        case 1: fault.latency = draw.milliseconds(1_500...9_000)
        case 2: fault.jitter = draw.milliseconds(1...3_000)
        case 3: fault.loss = draw.chance()
        case 4: fault.duplicate = draw.chance()
        case 5: (fault.jitter, fault.reorder) = (draw.milliseconds(1...500), draw.chance())
        default: fault = .partition
        }
        return fault
    }
}
