import Config
import Keys
import Offchain
import Onchain
import Shannon

/// Whether everything exists that a scenario names: what an expectation says of something that does not exist would
/// hold whatever happens.
extension ScenarioNames {
    static let modules = ModuleAccount.allCases.map(\.rawValue)

    func require(_ name: String, _ kind: String, among known: [String], at key: String) throws(NameProblem) {
        guard known.contains(name) else { throw NameProblem(name, kind, among: known, at: key) }
    }

    /// An account by name or address.
    func require(_ name: String, _ role: FieldKind.Role, at key: String) throws(NameProblem) {
        guard !Address(name).isValid else { return }
        switch role {
        case .anybody: try require(name, "an account", among: accounts, at: key)
        case .application: try require(name, "an application", among: actors(.application), at: key)
        case .supplier: try require(name, "a supplier", among: actors(.supplier), at: key)
        case .gateway: try require(name, "a gateway", among: actors(.gateway), at: key)
        }
    }

    // MARK: Expectations

    func check(_ expectation: Expectation) throws(NameProblem) {
        switch expectation {
        case .event(let pattern, _, _): try check(pattern)
        case .amount(let measure, _): try check(measure)
        case .param(let module, let name, _): try require(parameter: name, of: module, at: "param")
        case .session(let wanted): try check(wanted)
        case .openClaims(let supplier, let application, _):
            if let supplier { try require(supplier, .supplier, at: "supplier") }
            if let application { try require(application, .application, at: "app") }
        case .actor(_, let name, _): try require(name, .anybody, at: "account")
        case .failure(let text, _): try require(error: text)
        case .card(.gateway(let name), _): try require(name, .gateway, at: "card")
        case .card(.service(let id), _): try require(id, "a service", among: services, at: "card")
        case .computeUnitsHistory(let service, _), .computeUnits(let service, _):
            try require(service, "a service", among: services, at: "compute_units")
        case .stakedFor(_, let name, let service):
            try require(name, .anybody, at: "account")
            try require(service, "a service", among: services, at: "service")
        case .paramsAsSet(let module): try require(parameter: nil, of: module, at: "module")
        case .defaultParams(let module, let name): try require(parameter: name, of: module, at: "module")
        case .delegates(let application, let gateway, _):
            try require(application, .application, at: "app")
            if let gateway { try require(gateway, .gateway, at: "gateway") }
        case .wentWell, .output, .beforeClaimWindow: break
        }
    }

    private func check(_ measure: Measure) throws(NameProblem) {
        switch measure {
        case .balance(let name): try require(name, .anybody, at: "balance")
        case .stake(_, let name): try require(name, .anybody, at: "stake")
        case .moduleBalance(let name): try require(name, "a module", among: Self.modules, at: "module_balance")
        case .serviceOwner(let id): try require(id, "a service", among: services, at: "service")
        case .supply, .dao, .validators: break
        }
    }

    private func check(_ wanted: SessionCheck) throws(NameProblem) {
        try require(wanted.application, .application, at: "session")
        try require(wanted.service, "a service", among: services, at: "service")
        for name in wanted.contains { try require(name, .supplier, at: "contains") }
        for name in wanted.lacks { try require(name, .supplier, at: "lacks") }
        if let error = wanted.error { try require(error: error) }
    }

    /// Part of an error; what looks like a name must be one.
    private func require(error text: String) throws(NameProblem) {
        guard text.hasPrefix("Err"), !text.contains(" "), !ChainError.names.contains(where: { $0.contains(text) })
        else { return }
        throw NameProblem(
            .value("error"), expected: "an error that exists, such as \"ErrProofNotRequired\"", found: "\"\(text)\"",
            suggestion: EditDistance.nearest(to: text, among: ChainError.names))
    }

    private func require(parameter name: String?, of module: String, at key: String) throws(NameProblem) {
        guard let (known, kind) = Params.missing(name ?? "", in: module) else { return }
        let wrong = kind == "module" ? module : name ?? ""
        throw NameProblem(
            .value(key), expected: "a \(kind) that exists (\(known.joined(separator: ", ")))", found: "\"\(wrong)\"",
            suggestion: EditDistance.nearest(to: wrong, among: known))
    }

    // MARK: Steps

    func check(_ when: When) throws(NameProblem) {
        switch when {
        case .event(let pattern): try check(pattern)
        case .holds(let expectation): try check(expectation)
        case .moment, .now, .blocks, .span, .nextSession, .sessionEnd: break
        }
    }

    /// What a participant does who is none does not happen, and nobody says so. Of everything else the network says
    /// itself that it cannot be done.
    func check(_ action: Action) throws(NameProblem) {
        switch action {
        case .send(let send):
            try require(send.application, "an application", among: applications, at: "app")
            if let service = send.service { try require(service, "a service", among: services, at: "service") }
            if let supplier = send.supplier { try require(supplier, "a supplier", among: suppliers, at: "to") }
            if let gateway = send.gateway { try require(gateway, "a gateway", among: gateways, at: "via") }
        case .ask(let application, _): try require(application, "an application", among: applications, at: "app")
        case .remember(let measure, _): try check(measure)
        case .showAnswer(let application):
            try require(application, "an application", among: applications, at: "app")
        default: break
        }
    }
}

extension Scenario {
    /// Refuses what names something that does not exist, before anything runs; every front end and the runner ask here.
    ///
    /// - Throws: `ScenarioError` with the place of the first.
    func checkNames() throws(ScenarioError) {
        let names = ScenarioNames(self)
        for step in steps {
            do throws(NameProblem) { try names.check(step.when) } catch { throw ScenarioError(error, at: step.place) }
            for action in step.actions {
                do throws(NameProblem) { try names.check(action.content) } catch {
                    throw ScenarioError(error, at: action.place)
                }
            }
            for expectation in step.expectations {
                do throws(NameProblem) { try names.check(expectation.content) } catch {
                    throw ScenarioError(error, at: expectation.place)
                }
            }
        }
    }
}
