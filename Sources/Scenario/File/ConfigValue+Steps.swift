import Config
import Offchain
import Shannon
import World

extension ConfigValue {
    /// One `[[step]]`.
    ///
    /// - Parameter expectations: Takes its expectations, each with its table.
    func step(
        _ names: ScenarioNames, _ expectations: inout [(ConfigValue, Expectation)]
    ) throws(ConfigurationError) -> Step {
        var step = Step(when: .now, place: Place(file: document.file, line: document.keyPosition(path)?.line ?? 1))
        var hasMoment = false
        for (key, value) in try entries() {
            switch key {
            case "at", "t":
                let moment = try value.moment()
                let isTime = if case .time = moment.base { true } else { false }
                guard isTime == (key == "t") else {
                    throw value.error(expected: key == "t" ? "a time such as \"12s\"" : "a moment with a height")
                }
                guard !hasMoment else { throw value.error(expected: "at or t, not both", found: key) }
                step.when = .moment(moment)
                hasMoment = true
            case "on": step.network = try value.text()
            case "expect":
                let tables = try value.tables()
                guard !tables.isEmpty else { throw value.error(expected: "at least one expectation", found: "none") }
                for item in tables {
                    let expectation = try item.expectation(names)
                    expectations.append((item, expectation))
                    step.expectations.append(Placed(expectation, at: item.place))
                }
            default:
                guard let read = Self.actions.first(where: { $0.key == key })?.read else {
                    let known = ["at", "t", "on", "expect"] + Self.actions.map(\.key)
                    throw ConfigurationError(
                        source: document.file, position: document.keyPosition(value.path),
                        expected: "one of the keys \(known.joined(separator: ", ")) in a step", found: "\"\(key)\"",
                        suggestion: EditDistance.nearest(to: key, among: known))
                }
                for action in try read(value, names) { step.actions.append(Placed(action, at: value.place)) }
            }
        }
        guard hasMoment else {
            throw ConfigurationError(
                source: document.file, position: document.keyPosition(path),
                expected: "the key at, such as at = \"session 1 settlement\"", found: "none")
        }
        return step
    }

    /// The services that a step adds, whose names later steps may use.
    func addedServices() throws(ConfigurationError) -> [String] {
        var added: [String] = []
        for (key, value) in try entries() where key == "service" {
            for table in try value.tables() {
                for (key, id) in try table.entries() where key == "id" { added.append(try id.text()) }
            }
        }
        return added
    }

    private typealias ActionReader = (ConfigValue, ScenarioNames) throws(ConfigurationError) -> [Action]

    /// The actions by their keys.
    private static var actions: [(key: String, read: ActionReader)] {
        [
            ("send", each { (value, names) throws(ConfigurationError) in .send(try value.send(names)) }),
            ("ask", each { (value, names) throws(ConfigurationError) in try value.ask(names) }),
            ("pay", each { (value, names) throws(ConfigurationError) in try value.pay(names) }),
            ("bond", each { (value, names) throws(ConfigurationError) in try value.bond(names) }),
            ("stake", each { (value, names) throws(ConfigurationError) in try value.stake(names) }),
            ("unstake", each { (value, names) throws(ConfigurationError) in try value.unstake(names) }),
            ("delegate", each { (value, names) throws(ConfigurationError) in try value.delegation(names, .delegate) }),
            (
                "undelegate",
                each { (value, names) throws(ConfigurationError) in try value.delegation(names, .undelegate) }
            ),
            ("transfer", each { (value, names) throws(ConfigurationError) in try value.transfer(names) }),
            ("service", each { (value, names) throws(ConfigurationError) in try value.addService(names) }),
            ("transfer_service", each { (value, names) throws(ConfigurationError) in try value.moveService(names) }),
            ("card", each { (value, names) throws(ConfigurationError) in try value.card(names) }),
            ("params", { (value, names) throws(ConfigurationError) in [try value.params(names)] }),
            ("snapshot", { (value, _) throws(ConfigurationError) in try value.words().map { .snapshot($0) } }),
            ("revert", { (value, _) throws(ConfigurationError) in [.revert(try value.text())] }),
            ("fork", { (value, _) throws(ConfigurationError) in try value.words().map { .fork($0) } }),
            ("fault", each { (value, names) throws(ConfigurationError) in .intervene(.fault(try value.fault(names))) }),
            ("heal", { (value, names) throws(ConfigurationError) in [.intervene(.fault(try value.heal(names)))] }),
            ("crash", { (value, names) throws(ConfigurationError) in try value.parties(names) { .crash($0) } }),
            ("restart", { (value, names) throws(ConfigurationError) in try value.parties(names) { .restart($0) } }),
            ("slow", each { (value, names) throws(ConfigurationError) in .intervene(.fault(try value.slow(names))) }),
            ("misbehave", each { (value, names) throws(ConfigurationError) in try value.misbehave(names) }),
            ("cheat", each { (value, names) throws(ConfigurationError) in .intervene(.cheat(try value.cheat(names))) }),
        ]
    }

    /// A reader of a table or of several.
    private static func each(
        _ read: @escaping (ConfigValue, ScenarioNames) throws(ConfigurationError) -> Action
    ) -> ActionReader {
        { (value, names) throws(ConfigurationError) in
            var actions: [Action] = []
            for table in try value.tables() { actions.append(try read(table, names)) }
            return actions
        }
    }

    private func parties(
        _ names: ScenarioNames, _ fault: (Party) -> Fault
    ) throws(ConfigurationError) -> [Action] {
        var actions: [Action] = []
        let all = isText ? [self] : try items()
        for item in all { actions.append(.intervene(.fault(fault(try item.party(names))))) }
        return actions
    }

    func party(_ names: ScenarioNames) throws(ConfigurationError) -> Party {
        let name = try name(of: names.parties, "a participant")
        return names.party(name) ?? .chain
    }
}
