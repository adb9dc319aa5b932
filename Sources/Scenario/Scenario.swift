public import Shannon
public import World

/// A network, and what is done to it and expected of it at which moments: the one form behind every front end.
///
/// TOML timelines, the Swift builder and Gherkin features all become this value; the runner knows nothing else.
public struct Scenario: Hashable, Sendable {
    /// What it shows, in one line.
    public var name: String
    /// Where it is written.
    public var place: Place
    /// The network before its first block: its seed, parameters and actors.
    public var network: NetworkSpec
    /// In the order of time.
    public var steps: [Step]
    /// Parameters to try when it fails on those of its network; nil does not try others.
    public var otherParams: Params?
    /// Why it is not run, when it is not: an undefined Gherkin step, or a tag.
    public var skipped: Skip?

    /// A scenario with its parts as given.
    public init(name: String, place: Place, network: NetworkSpec, steps: [Step]) {
        self.name = name
        self.place = place
        self.network = network
        self.steps = steps
    }

    /// The scenario as it is told when it cannot be run: on a network of nobody.
    public func refused(for error: ScenarioError) -> Scenario {
        var refused = Scenario(name: name, place: place, network: .scenario, steps: [])
        refused.network.seed = seed
        refused.skipped = .refused(error)
        return refused
    }

    /// The seed of every random stream and key.
    public var seed: UInt64 { network.seed }
}

/// A place in a source: what a failure names first.
public struct Place: Hashable, Sendable, CustomStringConvertible {
    /// A path.
    public var file: String
    /// From 1.
    public var line: Int

    /// A place with its parts as given.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    public var description: String { "\(file):\(line)" }
}

/// Why a scenario is not run.
public enum Skip: Hashable, Sendable {
    /// A step that nothing defines.
    case undefined(step: String, Place)
    /// There is nothing to run: a scenario without a step, or an outline without a row of examples.
    case incomplete(lack: String)
    /// It names something that does not exist.
    case refused(ScenarioError)
    /// A tag such as `@manual` that nobody asked for.
    case tag(String)

    /// In a few words; nil for what is refused, which is no mere skip.
    var reason: String? {
        switch self {
        case .undefined(let step, let place): "\(place): undefined step: \(step)"
        case .incomplete(let lack): "nothing to run: expected \(lack), found none"
        case .tag(let tag): tag
        case .refused: nil
        }
    }
}
