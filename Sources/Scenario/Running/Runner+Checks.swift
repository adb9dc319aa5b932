import Keys
import Narration
import Offchain
import Onchain
import Shannon
import World

extension ScenarioRunner {
    /// What an expectation finds instead; nil when it holds.
    mutating func mismatch(of expectation: Expectation) -> Mismatch? {
        switch expectation {
        case .event(let pattern, let count, let since): check(pattern, count, since)
        case .amount(let measure, let wanted): check(measure, wanted)
        case .param(let module, let name, let value): check(module: module, name, value)
        case .session(let wanted): check(wanted)
        case .openClaims(let supplier, let application, let count):
            check(openClaimsOf: supplier, application, count)
        case .actor(let kind, let name, let state): check(kind, name, state)
        case .failure(let text, let count): checkFailures(text, count)
        case .output(let text): checkOutput(text)
        case .beforeClaimWindow: checkBeforeClaimWindow()
        case .card(let owner, let text): check(cardOf: owner, text)
        case .computeUnitsHistory(let service, let units): check(historyOf: service, units)
        case .computeUnits(let service, let units):
            differs(
                "compute units per relay of \(service)", expected: "\(units)",
                driver.world.chain.service(service).map { "\($0.computeUnitsPerRelay)" } ?? "no such service")
        case .stakedFor(let kind, let name, let service): check(kind, name, stakedFor: service)
        case .paramsAsSet(let module): checkLastSettings(of: module)
        case .defaultParams(let module, let name): check(defaultsOf: module, name)
        case .delegates(let application, let gateway, let wanted): check(delegationOf: application, gateway, wanted)
        case .wentWell(let session): checkWentWell(session)
        }
    }

    private func checkWentWell(_ session: Int64) -> Mismatch? {
        let problems = recorder.history.watches[session]?.problems(in: driver.world) ?? ["it has not begun"]
        guard let first = problems.first else { return nil }
        let more = problems.count > 1 ? " and \(problems.count - 1) more" : ""
        return Mismatch(subject: "session \(session)", expected: "everything to go well", found: first + more)
    }

    var matcher: EventMatcher {
        let world = driver.world
        return EventMatcher { world.address(of: $0) }
    }

    /// The name of an address for messages.
    func name(_ address: String) -> String { Directory(driver.world).name(address) }

    func differs(_ subject: String, expected: String, _ found: String) -> Mismatch? {
        expected == found ? nil : Mismatch(subject: subject, expected: expected, found: found)
    }

    // MARK: Events

    private func check(_ pattern: EventPattern, _ count: Count, _ since: Reference) -> Mismatch? {
        let matcher = matcher
        let first = height(of: since)
        let now = driver.world.chain.height
        guard first <= now else {
            return Mismatch(
                subject: "since of \(pattern)", expected: "an earlier moment than height \(now)",
                found: "height \(first)")
        }
        let candidates = recorder.history.records.filter { $0.height > first && $0.event.name == pattern.name }
        let found = candidates.filter { matcher.matches($0.event, pattern) }
        guard !count.admits(found.count) else { return nil }
        let wanted = count.text
        let described = "\(pattern)"
        guard found.isEmpty, let nearest = nearest(to: pattern, among: candidates, matcher) else {
            return Mismatch(
                subject: described, expected: wanted, found: found.isEmpty ? "none" : "\(found.count)",
                cause: found.last ?? related(to: pattern))
        }
        let wrong = matcher.mismatches(nearest.event, pattern)
        let fields = wrong.map { field in
            let value = matcher.text(of: field.name, in: nearest.event)
            return "\(field.name) \(value.map(name) ?? "missing")"
        }
        return Mismatch(
            subject: described, expected: wanted, found: "one with \(fields.joined(separator: ", "))", cause: nearest)
    }

    private func nearest(
        to pattern: EventPattern, among candidates: [HistoryRecord], _ matcher: EventMatcher
    ) -> HistoryRecord? {
        candidates.min {
            matcher.mismatches($0.event, pattern).count < matcher.mismatches($1.event, pattern).count
        }
    }

    /// What may have kept an event from happening: the last thing that went wrong.
    private func related(to pattern: EventPattern) -> HistoryRecord? {
        let troubles = [
            "TransactionFailed", "ClaimExpired", "ClaimDiscarded", "TreeDropped", "ProofWithheld", "RelayRefused",
            "AnsweredWithError", "InterventionRefused",
        ]
        return recorder.history.records.last { troubles.contains($0.event.name) && $0.event.name != pattern.name }
    }

    /// The height after which something counts.
    private func height(of reference: Reference) -> Height {
        guard case .moment(let moment) = reference else { return 0 }
        return (try? resolve(moment)) ?? 0
    }

    // MARK: Amounts

    private func check(_ measure: Measure, _ wanted: AmountCheck) -> Mismatch? {
        let now = amount(measure, in: driver.world.chain)
        func mismatch(_ expected: String, _ found: String) -> Mismatch {
            let since: Height =
                switch wanted {
                case .change(_, let reference), .changeWithGas(_, let reference), .moved(_, let reference):
                    height(of: reference)
                default: 0
                }
            return Mismatch(
                subject: "\(measure)", expected: "\(expected) upokt", found: "\(found) upokt",
                cause: cause(of: measure, after: since))
        }
        switch wanted {
        case .equals(let amount):
            return now == amount ? nil : mismatch(Wording.count(amount), Wording.count(now))
        case .moreThan(let amount):
            return now > amount ? nil : mismatch("more than \(Wording.count(amount))", Wording.count(now))
        case .change(let change, let reference):
            guard let before = figure(measure, at: reference) else {
                let isMoment = if case .moment = reference { true } else { false }
                return Mismatch(
                    subject: "\(measure)", expected: isMoment ? "an earlier moment" : "a figure that was remembered",
                    found: isMoment ? "height \(height(of: reference))" : "none of that name")
            }
            return now - before == change ? nil : mismatch(signed(change), signed(now - before))
        case .changeWithGas(let change, let reference):
            guard let before = figure(measure, at: reference) else {
                return check(measure, .change(change, since: reference))
            }
            let surplus = now - before - change
            if surplus > 0, surplus <= Self.mostGas * sent(by: measure, since: reference) { return nil }
            return check(measure, .change(change, since: reference))
        case .moved(let direction, let reference):
            guard let before = figure(measure, at: reference) else {
                return check(measure, .change(0, since: reference))
            }
            let found: Direction = now > before ? .more : now < before ? .less : .equal
            return found == direction ? nil : mismatch("\(direction) than \(Wording.count(before))", Wording.count(now))
        case .atLeastMinimum:
            let least = minimum(of: measure)
            return now >= least ? nil : mismatch("at least \(Wording.count(least))", Wording.count(now))
        }
    }

    /// What a transaction of a RelayMiner costs at most in upstream's localnet, in upokt. Its features expect 22 upokt
    /// less for a supplier that has sent its claim since.
    private static let mostGas: Int64 = 25

    /// How many transactions the account of a balance has sent since.
    private func sent(by measure: Measure, since reference: Reference) -> Int64 {
        guard case .balance(let name) = measure, let address = address(ofMeasured: name) else { return 0 }
        var height = height(of: reference)
        if case .remembered(let key) = reference { height = rememberedAt[key] ?? 0 }
        let then = recorder.history.chain(at: height)?.sequence(of: address) ?? 0
        return Int64(clamping: driver.world.chain.sequence(of: address)) - Int64(clamping: then)
    }

    private func minimum(of measure: Measure) -> Int64 {
        let params = driver.world.chain.params
        guard case .stake(let kind, _) = measure else { return 0 }
        switch kind {
        case .application: return params.application.minStake.amount
        case .supplier: return params.supplier.minStake.amount
        case .gateway: return params.gateway.minStake.amount
        case nil: return 0
        }
    }

    private func signed(_ amount: Int64) -> String { (amount > 0 ? "+" : "") + Wording.count(amount) }

    private func figure(_ measure: Measure, at reference: Reference) -> Int64? {
        switch reference {
        case .start: recorder.history.chain(at: 0).map { amount(measure, in: $0) }
        case .moment: recorder.history.chain(at: height(of: reference)).map { amount(measure, in: $0) }
        case .remembered(let name): remembered[name]
        }
    }

    /// An amount in upokt at some block.
    func amount(_ measure: Measure, in chain: Chain) -> Int64 {
        switch measure {
        case .balance(let name): return address(ofMeasured: name).map { chain.balance(of: $0) } ?? 0
        case .stake(let kind, let name):
            guard let address = address(ofMeasured: name) else { return 0 }
            let stakes: [(ActorKind, Coin?)] = [
                (.application, chain.application(address)?.stake), (.supplier, chain.supplier(address)?.stake),
                (.gateway, chain.gateway(address)?.stake),
            ]
            return stakes.first { ($0.0 == kind || kind == nil) && $0.1 != nil }?.1?.amount ?? 0
        case .supply: return chain.bank.supply
        case .moduleBalance(let name):
            return ModuleAccount(rawValue: name).map { chain.balance(of: $0.address) } ?? 0
        case .dao: return chain.balance(of: chain.params.tokenomics.daoRewardAddress)
        case .serviceOwner(let id): return chain.service(id).map { chain.balance(of: $0.ownerAddress) } ?? 0
        case .validators:
            return driver.world.spec.validators.compactMap { address(ofMeasured: $0.name) }
                .reduce(0) { $0 + chain.balance(of: $1) }
        }
    }

    private func address(ofMeasured name: String) -> Address? {
        driver.world.address(of: name) ?? (Address(name).isValid ? Address(name) : nil)
    }

    /// The last event that can have moved an amount.
    private func cause(of measure: Measure, after height: Height) -> HistoryRecord? {
        let chain = driver.world.chain
        let account: Address? =
            switch measure {
            case .balance(let name), .stake(_, let name): address(ofMeasured: name)
            case .dao: chain.params.tokenomics.daoRewardAddress
            case .serviceOwner(let id): chain.service(id)?.ownerAddress
            default: nil
            }
        let telling = recorder.history.records.filter { $0.height > height && EventSummary.isTelling($0.event) }
        guard let account else { return telling.last }
        return telling.last { $0.event.mentions(account) } ?? telling.last
    }
}

extension Measure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .balance(let name): "balance of \(name)"
        case .stake(_, let name): "stake of \(name)"
        case .supply: "supply"
        case .moduleBalance(let name): "balance of module \(name)"
        case .dao: "balance of the DAO"
        case .serviceOwner(let id): "balance of the owner of \(id)"
        case .validators: "balances of all validators"
        }
    }
}

extension Event {
    /// Whether an account stands anywhere in it.
    func mentions(_ account: Address) -> Bool {
        func mentions(_ attribute: Attribute) -> Bool {
            if attribute.key == account.rawValue { return true }
            switch attribute.value {
            case .text(let text): return text == account.rawValue
            case .list(let inner): return inner.contains(where: mentions)
            default: return false
            }
        }
        return attributes.contains(where: mentions)
    }
}
