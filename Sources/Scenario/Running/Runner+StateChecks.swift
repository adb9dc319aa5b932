import Keys
import Onchain
import Shannon
import World

extension ScenarioRunner {
    // MARK: Parameters

    func check(module: String, _ name: String, _ value: MsgUpdateParam.Value) -> Mismatch? {
        let params = driver.world.chain.params
        let setting = MsgUpdateParam(authority: "", module: module, name: name, value: value)
        let subject = "parameter \(module).\(name)"
        do throws(ChainError) {
            // The value is in force when setting it changes nothing.
            let changed = try params.changed(by: [setting])
            guard changed != params.ofModule(module) else { return nil }
            return Mismatch(subject: subject, expected: "\(value.text)", found: params.text(of: name, in: module))
        } catch {
            return Mismatch(subject: subject, expected: "a parameter of that name and type", found: error.message)
        }
    }

    func checkLastSettings(of module: String) -> Mismatch? {
        guard let settings = lastSettings[module] else {
            return Mismatch(subject: "parameters of \(module)", expected: "some that were set", found: "none")
        }
        for setting in settings {
            if let mismatch = check(module: module, setting.name, setting.value) { return mismatch }
        }
        return nil
    }

    func check(defaultsOf module: String, _ name: String?) -> Mismatch? {
        let defaults = Params()
        let params = driver.world.chain.params
        guard let name else {
            return differs(
                "parameters of \(module)", expected: defaults.json(ofModule: module), params.json(ofModule: module))
        }
        return differs(
            "parameter \(module).\(name)", expected: defaults.text(of: name, in: module),
            params.text(of: name, in: module))
    }

    func check(delegationOf name: String, _ gateway: String?, _ wanted: Bool) -> Mismatch? {
        let subject = "delegation of \(name)" + (gateway.map { " to \($0)" } ?? "")
        let world = driver.world
        let gateways = world.address(of: name).flatMap { world.chain.application($0) }?.delegateeGateways ?? []
        let wantedGateway = gateway.flatMap { world.address(of: $0) }
        let found = gateway == nil ? !gateways.isEmpty : gateways.contains { $0 == wantedGateway }
        guard found != wanted else { return nil }
        let names = gateways.map { self.name($0.rawValue) }.joined(separator: ", ")
        return Mismatch(
            subject: subject, expected: wanted ? "one" : "none", found: names.isEmpty ? "none" : names)
    }

    // MARK: Sessions

    func check(_ wanted: SessionCheck) -> Mismatch? {
        let subject = "session of \(wanted.application) and \(wanted.service)"
        let chain = driver.world.chain
        guard let application = driver.world.address(of: wanted.application) else {
            return Mismatch(subject: subject, expected: "an account \(wanted.application)", found: "none")
        }
        let session: Session
        do throws(ChainError) {
            session = try chain.session(application: application, serviceID: wanted.service, height: 0)
        } catch {
            if let part = wanted.error, "\(error)".contains(part) { return nil }
            return Mismatch(subject: subject, expected: wanted.error ?? "a session", found: "\(error)")
        }
        if let error = wanted.error { return Mismatch(subject: subject, expected: error, found: "a session") }
        let names = session.suppliers.map { name($0.operatorAddress.rawValue) }
        if let number = wanted.number, session.number != number {
            return Mismatch(subject: subject, expected: "number \(number)", found: "\(session.number)")
        }
        let list = names.isEmpty ? "no suppliers" : names.joined(separator: ", ")
        if let count = wanted.supplierCount, names.count != count {
            return Mismatch(subject: subject, expected: "\(count) suppliers", found: list)
        }
        if let missing = wanted.contains.first(where: { !names.contains($0) }) {
            return Mismatch(subject: subject, expected: missing, found: list)
        }
        if let present = wanted.lacks.first(where: { names.contains($0) }) {
            return Mismatch(subject: subject, expected: "not \(present)", found: list)
        }
        return nil
    }

    // MARK: Claims

    func check(openClaimsOf supplier: String?, _ application: String?, _ count: Count) -> Mismatch? {
        let claims = driver.world.chain.proof.claims.values.filter { claim in
            let isSuppliers = supplier.map { driver.world.address(of: $0) == claim.supplierOperatorAddress } ?? true
            let isApplications =
                application.map { driver.world.address(of: $0) == claim.sessionHeader.applicationAddress } ?? true
            return isSuppliers && isApplications
        }
        let whose = [supplier, application].compactMap(\.self).joined(separator: " for ")
        guard !count.admits(claims.count) else { return nil }
        return Mismatch(
            subject: whose.isEmpty ? "open claims" : "open claims of \(whose)", expected: count.text,
            found: "\(claims.count)")
    }

    // MARK: Actors

    func check(_ kind: ActorKind, _ name: String, _ state: ActorState) -> Mismatch? {
        let found = self.state(of: kind, name)
        // Whoever unbonds or moves is staked until the end.
        if found == state || (state == .staked && found != .notStaked) { return nil }
        return Mismatch(subject: "\(kind.rawValue) \(name)", expected: state.text, found: found.text)
    }

    private func state(of kind: ActorKind, _ name: String) -> ActorState {
        let chain = driver.world.chain
        guard let address = driver.world.address(of: name) else { return .notStaked }
        let unstakeHeight: Height?
        switch kind {
        case .application:
            let application = chain.application(address)
            if application?.pendingTransfer != nil { return .transferring }
            unstakeHeight = application?.unstakeSessionEndHeight
        case .gateway: unstakeHeight = chain.gateway(address)?.unstakeSessionEndHeight
        case .supplier: unstakeHeight = chain.supplier(address)?.unstakeSessionEndHeight
        }
        return unstakeHeight.map { $0 > 0 ? .unbonding : .staked } ?? .notStaked
    }

    func check(_ kind: ActorKind, _ name: String, stakedFor service: String) -> Mismatch? {
        let chain = driver.world.chain
        guard let address = driver.world.address(of: name) else {
            return Mismatch(subject: name, expected: "an account", found: "none")
        }
        var services: [String] = []
        switch kind {
        case .application: services = chain.application(address)?.serviceIDs ?? []
        case .supplier: services = chain.supplier(address)?.serviceConfigHistory.map(\.service.serviceID) ?? []
        case .gateway: break
        }
        guard !services.contains(service) else { return nil }
        return Mismatch(
            subject: "\(kind.rawValue) \(name)", expected: "staked for \(service)",
            found: services.isEmpty ? "not staked" : "staked for \(services.joined(separator: ", "))")
    }

    // MARK: Cards and histories

    func check(cardOf owner: CardOwner, _ text: String) -> Mismatch? {
        let (subject, card): (String, Bytes?)
        switch owner {
        case .gateway(let name):
            let address = driver.world.address(of: name)
            (subject, card) = ("card of \(name)", address.flatMap { driver.world.chain.gateway($0)?.card })
        case .service(let id): (subject, card) = ("card of \(id)", driver.world.chain.service(id)?.metadata)
        }
        guard let card else {
            return Mismatch(subject: subject, expected: text.isEmpty ? "a card" : "\"\(text)\"", found: "none")
        }
        let found = String(decoding: card, as: UTF8.self)
        return text.isEmpty || found.contains(text)
            ? nil : Mismatch(subject: subject, expected: "\"\(text)\"", found: "\"\(found.prefix(80))\"")
    }

    func check(historyOf service: String, _ units: UInt64) -> Mismatch? {
        let history = driver.world.chain.service.computeUnitsHistory[service]?.values ?? []
        guard !history.contains(units) else { return nil }
        return Mismatch(
            subject: "history of compute units per relay of \(service)", expected: "\(units)",
            found: history.isEmpty ? "none" : history.map(String.init).joined(separator: ", "))
    }

    // MARK: Commands

    mutating func checkFailures(_ text: String, _ count: Count) -> Mismatch? {
        var found: [History.FailedTransaction] = []
        for failure in recorder.history.failures where "\(failure.error)".contains(text) { found.append(failure) }
        for failure in found { expectedFailures.insert(failure.sequence) }
        guard !count.admits(found.count) else { return nil }
        let last = recorder.history.failures.last
        return Mismatch(
            subject: "a transaction that fails with \(text)", expected: count.text,
            found: found.isEmpty ? last.map { "\($0.error)" } ?? "none fails" : "\(found.count)",
            cause: last.flatMap { failure in
                recorder.history.records.first { $0.sequence == failure.sequence }
            })
    }

    func checkBeforeClaimWindow() -> Mismatch? {
        let chain = driver.world.chain
        let open = chain.params.shared.claimWindowOpen(at: chain.height)
        guard chain.height >= open else { return nil }
        return Mismatch(subject: "height", expected: "below \(open)", found: "\(chain.height)")
    }

    func checkOutput(_ text: String) -> Mismatch? {
        if let output {
            guard !text.isEmpty ? !output.contains(text) : output.isEmpty else { return nil }
            return Mismatch(
                subject: "output", expected: "\"\(text)\"", found: output.isEmpty ? "none" : "\"\(output.prefix(80))\"")
        }
        guard let command = lastCommand else {
            // Nothing has run that could have ended with an error.
            return text.isEmpty
                ? nil : Mismatch(subject: "output", expected: "\"\(text)\"", found: "no command before it")
        }
        let failure = recorder.history.failures.last {
            $0.account == command.account && $0.height == command.height
        }
        let wanted = "output with \"\(text)\""
        if let failure { return Mismatch(subject: "the last command", expected: wanted, found: "\(failure.error)") }
        guard !text.isEmpty, !Self.success.contains(text) else { return nil }
        return Mismatch(subject: "the last command", expected: wanted, found: "that of a transaction that succeeded")
    }

    /// What upstream's command line prints of a transaction that was taken, but for its hash.
    private static let success = """
        code: 0
        codespace: ""
        data: ""
        events: []
        gas_used: "0"
        gas_wanted: "0"
        height: "0"
        info: ""
        logs: []
        raw_log: ""
        timestamp: ""
        tx: null
        txhash:
        """

    /// The scenario's own transactions that failed although nothing expects it.
    func unexpectedErrors() -> [(place: Place, failure: History.FailedTransaction)] {
        recorder.history.failures.compactMap { failure in
            let key = CommandKey(account: failure.account, height: failure.height)
            guard !expectedFailures.contains(failure.sequence), let place = commandPlaces[key] else { return nil }
            return (place, failure)
        }
    }
}

extension Count {
    var text: String {
        switch self {
        case .exactly(let number): number == 0 ? "none" : "\(number)"
        case .atLeast(let number): number == 1 ? "one" : "at least \(number)"
        case .atMost(let number): number == 0 ? "none" : "at most \(number)"
        case .between(let least, let most): "\(least) to \(most)"
        }
    }
}

extension ActorState {
    var text: String {
        switch self {
        case .staked: "staked"
        case .notStaked: "not staked"
        case .unbonding: "unbonding"
        case .transferring: "in transfer"
        }
    }
}
