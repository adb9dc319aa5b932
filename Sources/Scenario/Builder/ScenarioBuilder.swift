public import Offchain
import Shannon
public import World

/// The steps of a scenario, written as Swift.
@resultBuilder
public enum ScenarioBuilder {
    public static func buildBlock(_ parts: [At]...) -> [At] { parts.flatMap(\.self) }
    public static func buildExpression(_ part: At) -> [At] { [part] }
    public static func buildOptional(_ parts: [At]?) -> [At] { parts ?? [] }
    public static func buildEither(first parts: [At]) -> [At] { parts }
    public static func buildEither(second parts: [At]) -> [At] { parts }
    public static func buildArray(_ parts: [[At]]) -> [At] { parts.flatMap(\.self) }
}

/// What is done and expected at one moment, written as Swift.
@resultBuilder
public enum StepBuilder {
    public static func buildBlock(_ parts: [StepPart]...) -> [StepPart] { parts.flatMap(\.self) }
    public static func buildExpression(_ part: StepPart) -> [StepPart] { [part] }
    public static func buildOptional(_ parts: [StepPart]?) -> [StepPart] { parts ?? [] }
    public static func buildEither(first parts: [StepPart]) -> [StepPart] { parts }
    public static func buildEither(second parts: [StepPart]) -> [StepPart] { parts }
    public static func buildArray(_ parts: [[StepPart]]) -> [StepPart] { parts.flatMap(\.self) }
}

/// A moment with its actions and expectations: `At("session 1 settlement") { expect(balance: …) }`.
public struct At {
    let moment: String
    let place: Place
    let parts: [StepPart]

    /// - Parameter moment: As scenario files write it; `Scenario.init` throws when it is none.
    public init(
        _ moment: String, file: String = #fileID, line: Int = #line, @StepBuilder _ parts: () -> [StepPart]
    ) {
        self.moment = moment
        place = Place(file: file, line: line)
        self.parts = parts()
    }
}

/// An action or an expectation, with its place in the source.
public enum StepPart: Hashable, Sendable {
    case action(Placed<Action>)
    case expectation(Placed<Expectation>)
}

extension Scenario {
    /// A scenario written as Swift.
    ///
    /// - Throws: `ScenarioError` for a text that names no moment, and for an expectation of what does not exist.
    public init(
        _ name: String, network: NetworkSpec, file: String = #fileID, line: Int = #line,
        @ScenarioBuilder _ steps: () -> [At]
    ) throws(ScenarioError) {
        var built: [Step] = []
        for at in steps() {
            let moment: Moment
            do throws(MomentError) { moment = try Moment(parsing: at.moment) } catch {
                throw ScenarioError(error, at: at.place)
            }
            var step = Step(when: .moment(moment), place: at.place)
            for part in at.parts {
                switch part {
                case .action(let action): step.actions.append(action)
                case .expectation(let expectation): step.expectations.append(expectation)
                }
            }
            built.append(step)
        }
        self.init(name: name, place: Place(file: file, line: line), network: network, steps: built)
        try checkNames()
    }

    /// Runs it on a network of its own.
    ///
    /// - Throws: `ScenarioError` when the network's parts do not fit together, or something is named that does not exist.
    public func run(backend: any InferenceBackend = ScenarioBackend()) throws(ScenarioError) -> ScenarioOutcome {
        var runner = try ScenarioRunner(self, backend: backend)
        return runner.run()
    }
}

extension NetworkSpec {
    /// A small network for scenarios: one service for each name with its compute units, everybody staked for them.
    ///
    /// - Parameter applications: How many, called `app1`, `app2`, …; they ask for the first service.
    public static func scenario(
        suppliers: Int = 1, applications: Int = 1, gateways: Int = 0,
        services: KeyValuePairs<String, UInt64> = ["llm": 100], seed: UInt64 = 42
    ) -> NetworkSpec {
        var spec = NetworkSpec.scenario
        spec.seed = seed
        spec.services = services.map {
            ServiceSpec(id: $0.key, computeUnitsPerRelay: $0.value, owner: "source_owner_\($0.key)")
        }
        let ids = spec.services.map(\.id)
        spec.suppliers = (0..<suppliers).map {
            SupplierSpec(name: "supplier\($0 + 1)", stake: 1_000_000_000, balance: 100_000_000, services: ids)
        }
        spec.gateways = (0..<gateways).map {
            GatewaySpec(name: "gateway\($0 + 1)", stake: 1_000_000, balance: 100_000_000)
        }
        spec.applications = (0..<applications).map {
            ApplicationSpec(
                name: "app\($0 + 1)", service: ids.first ?? "", stake: 100_000_000, balance: 100_000_000,
                gateways: spec.gateways.map(\.name), kind: .sovereign)
        }
        return spec
    }
}
