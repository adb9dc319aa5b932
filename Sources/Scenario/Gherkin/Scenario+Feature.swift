public import Config
import Offchain
import Shannon
import World

extension Scenario {
    /// Reads the scenarios of a Gherkin feature, each on a fresh network with upstream's localnet genesis.
    ///
    /// A step that nothing defines makes its scenario skipped, with the step and its place; so is a scenario without a
    /// step, and an outline without a row of examples. A scenario that fails on
    /// the parameters of localnet's genesis may pass on the modules' defaults: upstream's suite runs on one network,
    /// and every scenario that changes a parameter leaves all modules with their defaults behind
    /// (`e2e/tests/reset_params_test.go`), so that its features hold on the one or the other. A scenario that names
    /// what does not exist is refused, and the others of its feature run.
    ///
    /// - Parameter tags: `@manual` and `@oneshot` scenarios are skipped unless they are named here.
    public static func scenarios(
        feature text: String, file: String, tags: [String] = []
    ) throws(ConfigurationError) -> [Scenario] {
        let feature = try FeatureParser.parse(text, file: file)
        return feature.scenarios.flatMap(\.expanded).map { written in
            var translator = FeatureTranslator(file: file)
            for step in written.steps where translator.undefined == nil { translator.translate(step) }
            var scenario = Scenario(
                name: written.name, place: Place(file: file, line: written.line), network: translator.network,
                steps: translator.steps)
            scenario.otherParams = Params()
            if let undefined = translator.undefined {
                scenario.skipped = .undefined(step: undefined.text, Place(file: file, line: undefined.line))
            }
            if let lack = written.lack { scenario.skipped = .incomplete(lack: lack) }
            let manual = ["@manual", "@oneshot"].first { written.tags.contains($0) && !tags.contains($0) }
            if let manual { scenario.skipped = .tag(manual) }
            if scenario.skipped == nil {
                do throws(ScenarioError) { try scenario.checkNames() } catch {
                    scenario.skipped = .refused(error.placed(in: text))
                }
            }
            if let columns = written.columns, let lacking = written.unfilled, scenario.skipped?.isForWords == true {
                scenario.skipped = .refused(
                    ScenarioError(lacking: lacking.name, columns, at: Place(file: file, line: lacking.line)).placed(
                        in: text))
            }
            return scenario
        }
    }
}

extension Skip {
    /// Whether it is for what a step says.
    fileprivate var isForWords: Bool {
        switch self {
        case .undefined, .refused: true
        case .incomplete, .tag: false
        }
    }
}

extension FeatureScenario {
    /// The first placeholder that its row has no column for.
    fileprivate var unfilled: (name: String, line: Int)? {
        for step in steps {
            guard let start = step.text.firstIndex(of: "<"), let end = step.text[start...].firstIndex(of: ">") else {
                continue
            }
            return (String(step.text[step.text.index(after: start)..<end]), step.line)
        }
        return nil
    }
}

extension ScenarioError {
    /// The error with its column in the feature's text: where the name stands in its line, else where the line begins.
    fileprivate func placed(in text: String) -> ScenarioError {
        let lines = FeatureParser.lines(of: text)
        guard lines.indices.contains(place.line - 1) else { return self }
        let line = lines[place.line - 1]
        let name = found.flatMap { line.firstRange(of: $0) }?.lowerBound ?? line.firstIndex { !$0.isWhitespace }
        var error = self
        error.column = name.map { line.distance(from: line.startIndex, to: $0) + 1 }
        return error
    }
}

/// Turns the steps of a Gherkin scenario into steps of a scenario.
///
/// What stands under `Given` is established: a network whose genesis lacks it gets it.
struct FeatureTranslator {
    let file: String
    var network = NetworkSpec.upstream
    private(set) var steps: [Step] = []
    /// The first step that nothing defines.
    private(set) var undefined: FeatureStep?
    private var line = 0
    /// Names that a feature gives to validators.
    var validatorNames: [String: String] = [:]
    /// Whether the last change of parameters waits for the next session.
    var isTimingChanged = false

    init(file: String) { self.file = file }

    /// The arguments of a step; a missing one is empty.
    struct Arguments {
        let texts: [String]
        subscript(_ place: Int) -> String { texts.indices.contains(place) ? texts[place] : "" }
        func number(_ place: Int) -> Int64? { Int64(self[place].replacing("_", with: "").replacing(",", with: "")) }
    }

    mutating func translate(_ step: FeatureStep) {
        line = step.line
        let text = StepText(step.text)
        if define(text.skeleton, Arguments(texts: text.arguments), step) { return }
        // A last argument may stand below the step as a doc string.
        let below = step.docString.map { Arguments(texts: text.arguments + [$0]) }
        if let below, define(text.skeleton + " {}", below, step) { return }
        undefined = step
    }

    private mutating func define(_ skeleton: String, _ arguments: Arguments, _ step: FeatureStep) -> Bool {
        setUp(skeleton, arguments, step) || govern(skeleton, arguments, step) || relay(skeleton, arguments)
            || act(skeleton, arguments, step) || wait(skeleton, arguments) || expectAmount(skeleton, arguments)
            || expectState(skeleton, arguments) || validate(skeleton, arguments)
    }

    // MARK: What steps are made of

    private var place: Place { Place(file: file, line: line) }

    mutating func add(_ when: When, actions: [Action] = [], expecting expectations: [Expectation] = []) {
        steps.append(
            Step(
                when: when, place: place, actions: actions.map { Placed($0, at: place) },
                expectations: expectations.map { Placed($0, at: place) }))
    }

    mutating func perform(_ actions: Action...) { add(.now, actions: actions) }

    mutating func expect(_ expectations: Expectation...) { add(.now, expecting: expectations) }

    /// Keeps a figure as the one "before".
    mutating func remember(_ measure: Measure) { perform(.remember(measure, name: "\(measure)")) }

    /// The kind of actor that a word names.
    func kind(_ word: String) -> ActorKind? { ActorKind(rawValue: word.lowercased()) }

    // MARK: Genesis

    /// Stakes an actor at genesis, or leaves it out with 0.
    mutating func stakeAtGenesis(_ kind: ActorKind, _ name: String, _ amount: Int64) {
        switch kind {
        case .application:
            if let place = network.applications.firstIndex(where: { $0.name == name }) {
                network.applications[place].stake = amount
            }
        case .supplier:
            if let place = network.suppliers.firstIndex(where: { $0.name == name }) {
                network.suppliers[place].stake = amount
            }
        case .gateway:
            if let place = network.gateways.firstIndex(where: { $0.name == name }) {
                network.gateways[place].stake = amount
            }
        }
    }

    /// What an actor has staked at genesis; 0 when it is not staked.
    func stakeAtGenesis(_ kind: ActorKind, _ name: String) -> Int64 {
        switch kind {
        case .application: network.applications.first { $0.name == name }?.stake ?? 0
        case .supplier: network.suppliers.first { $0.name == name }?.stake ?? 0
        case .gateway: network.gateways.first { $0.name == name }?.stake ?? 0
        }
    }
}
