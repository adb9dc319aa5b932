import Offchain
import Shannon
import World

/// The smallest plan that was found for a problem.
public struct ShrunkPlan: Sendable {
    public let plan: FuzzPlan
    /// What goes wrong in it.
    public let problem: FuzzResult.Problem
    /// How many plans were tried.
    public let tried: Int
}

extension FuzzPlan {
    /// The smallest plan that can be found in which the same thing goes wrong: fewer steps, a smaller network, more
    /// parameters at their defaults.
    ///
    /// Where the same goes wrong with real signatures, the plan has these, so that anybody may run it; they are tried
    /// before all else.
    ///
    /// - Parameters:
    ///   - problem: What must still go wrong; its id decides.
    ///   - limit: How many plans may be tried.
    /// - Returns: A plan that fails with the id, this one at worst.
    public func shrunk(keeping problem: FuzzResult.Problem, limit: Int = 600) -> ShrunkPlan {
        shrunk(keeping: problem, limit: limit, planting: nil)
    }

    func shrunk(
        keeping problem: FuzzResult.Problem, limit: Int = 600, planting bug: ((inout World) -> Void)?
    ) -> ShrunkPlan {
        var search = Search(plan: self, problem: problem, limit: limit, bug: bug)
        search.tryOut(Self.signedForReal)
        search.dropSteps()
        var (tried, before) = (0, search.plan)
        repeat {
            (tried, before) = (search.tried, search.plan)
            for reduction in Self.reductions { search.repeatedly(reduction) }
            search.dropSteps()
        } while search.plan != before && search.tried > tried
        search.tryOut(Self.signedForReal)
        return ShrunkPlan(plan: search.plan, problem: search.problem, tried: search.tried)
    }

    /// One way to make a plan smaller; nil where it is as small as that.
    private typealias Reduction = (FuzzPlan) -> FuzzPlan?

    private static var reductions: [Reduction] {
        [
            // From both ends, so that any one of them can be left.
            { changed($0) { $0.spec.suppliers.popLast() != nil && !$0.spec.suppliers.isEmpty } },
            { changed($0) { !$0.spec.suppliers.removeFirst().name.isEmpty && !$0.spec.suppliers.isEmpty } },
            { changed($0) { $0.spec.applications.popLast() != nil && !$0.spec.applications.isEmpty } },
            { changed($0) { !$0.spec.applications.removeFirst().name.isEmpty && !$0.spec.applications.isEmpty } },
            { changed($0) { plan in plan.withoutUnusedActors() } },
            { changed($0) { $0.reset(\.spec.suppliers, \.misbehaviour, to: nil) } },
            { changed($0) { $0.reset(\.spec.suppliers, \.enableOverServicing, to: false) } },
            { changed($0) { $0.reset(\.spec.suppliers, \.enableEagerRelayRequestValidation, to: true) } },
            { changed($0) { $0.reset(\.spec.applications, \.workload, to: nil) } },
            { changed($0) { $0.reset(\.spec.applications, \.gateways, to: [], and: { $0.kind = .sovereign }) } },
            { changed($0) { $0.reset(\.spec.params.proof) } },
            { changed($0) { $0.reset(\.spec.params.tokenomics) } },
            { changed($0) { $0.reset(\.spec.params.service) } },
            { changed($0) { $0.reset(\.spec.params.session) } },
            { changed($0) { $0.reset(\.spec.channelCapacity) } },
            { changed($0) { $0.reset(\.spec.latency) } },
            { changed($0) { plan in plan.askLess() } },
            { changed($0) { plan in plan.withoutDelays() } },
        ]
    }

    private static func signedForReal(_ plan: FuzzPlan) -> FuzzPlan? {
        changed(plan) {
            $0.spec.signatures = .real
            return true
        }
    }

    private static func changed(_ plan: FuzzPlan, _ change: (inout FuzzPlan) -> Bool) -> FuzzPlan? {
        var smaller = plan
        return change(&smaller) && smaller != plan ? smaller : nil
    }

    /// Puts a part back to what a network has that says nothing about it.
    private mutating func reset<Part: Equatable>(_ path: WritableKeyPath<FuzzPlan, Part>) -> Bool {
        var empty = self
        empty.spec = NetworkSpec()
        self[keyPath: path] = empty[keyPath: path]
        return true
    }

    /// Simplifies the first of a list that is not simple yet.
    private mutating func reset<Item, Part: Equatable>(
        _ list: WritableKeyPath<FuzzPlan, [Item]>, _ path: WritableKeyPath<Item, Part>, to simple: Part,
        and also: (inout Item) -> Void = { _ in }
    ) -> Bool {
        guard let place = self[keyPath: list].firstIndex(where: { $0[keyPath: path] != simple }) else { return false }
        self[keyPath: list][place][keyPath: path] = simple
        also(&self[keyPath: list][place])
        return true
    }

    /// Leaves out gateways and services that nobody names, and keys of accounts that nobody is.
    private mutating func withoutUnusedActors() -> Bool {
        let (gateways, services) = (spec.applications.flatMap(\.gateways), spec.applications.map(\.service))
        spec.gateways.removeAll { !gateways.contains($0.name) }
        spec.services.removeAll { !services.contains($0.id) }
        let left = spec.services.map(\.id)
        for place in spec.suppliers.indices { spec.suppliers[place].services.removeAll { !left.contains($0) } }
        var actors = spec
        actors.accounts = []
        let names = actors.accountNames
        spec.accounts.removeAll { $0.mnemonic != nil && $0.balance == 0 && !names.contains($0.name) }
        return true
    }

    /// One question where there are several.
    private mutating func askLess() -> Bool {
        for place in spec.applications.indices {
            guard let workload = spec.applications[place].workload else { continue }
            spec.applications[place].workload = Workload(
                prompts: Array(workload.prompts.prefix(1)), requestsPerSession: 1, maxTokens: 1, sessions: 1)
        }
        for (place, step) in steps.enumerated() {
            guard case .ask(let application, let workload) = step.action else { continue }
            let one = Workload(prompts: workload.prompts, requestsPerSession: 1, maxTokens: workload.maxTokens)
            steps[place].action = .ask(application: application, one)
        }
        return true
    }

    private mutating func withoutDelays() -> Bool {
        for place in steps.indices { steps[place].delay = .milliseconds(100) }
        return true
    }
}

/// A search for a smaller plan that fails alike.
private struct Search {
    private(set) var plan: FuzzPlan
    private(set) var problem: FuzzResult.Problem
    private(set) var tried = 0
    let limit: Int
    let bug: ((inout World) -> Void)?

    init(plan: FuzzPlan, problem: FuzzResult.Problem, limit: Int, bug: ((inout World) -> Void)?) {
        self.plan = plan
        self.problem = problem
        self.limit = limit
        self.bug = bug
    }

    /// Takes a smaller plan over if the same goes wrong in it, without the steps that cannot be done in it.
    @discardableResult
    mutating func tryOut(_ reduction: (FuzzPlan) -> FuzzPlan?) -> Bool {
        guard tried < limit, let smaller = reduction(plan)?.withoutStrangers() else { return false }
        tried += 1
        guard let result = try? smaller.run(planting: bug),
            let found = result.problems.first, found.id == problem.id
        else { return false }
        (plan, problem) = (smaller, found)
        // What comes after it went wrong has no part in it.
        let done = (0..<result.reachedSteps).filter { !result.skippedSteps.contains($0) }
        plan.steps = done.map { smaller.steps[$0] }
        return true
    }

    mutating func repeatedly(_ reduction: (FuzzPlan) -> FuzzPlan?) {
        while tryOut(reduction) {}
    }

    /// Half of the steps, then a quarter and so on: what is not needed goes in large pieces first.
    mutating func dropSteps() {
        tryOut { $0 }
        var size = max(1, plan.steps.count / 2)
        while tried < limit {
            var (place, hasShrunk) = (0, false)
            while place < plan.steps.count, tried < limit {
                let (from, count) = (place, size)
                let worked = tryOut { plan in
                    var plan = plan
                    plan.steps.removeSubrange(from..<min(from + count, plan.steps.count))
                    return plan
                }
                if worked { hasShrunk = true } else { place += size }
            }
            if size > 1 { size /= 2 } else if !hasShrunk { break }
        }
    }
}

extension FuzzPlan {
    /// The plan without the steps that are about somebody whom the network does not have any more.
    fileprivate func withoutStrangers() -> FuzzPlan {
        let known = spec.accountNames + ["chain"]
        func isKnown(_ party: Party?) -> Bool { party.map { known.contains($0.description) } ?? true }
        var plan = self
        plan.steps.removeAll { step in
            switch step.action {
            case .fault(.channel(let scope, _)), .fault(.heal(let scope)): !isKnown(scope.from) || !isKnown(scope.to)
            case .fault(.crash(let party)), .fault(.restart(let party)), .misbehave(let party, _): !isKnown(party)
            case .fault(.slow(let name, _)), .ask(let name, _), .cheat(.setStake(let name, _)),
                .cheat(.setBalance(let name, _)):
                !known.contains(name)
            case .fault(.healAll), .setParameter, .snapshot, .revert: false
            }
        }
        return plan
    }
}
