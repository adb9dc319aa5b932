import Keys
public import Offchain
import Onchain
public import Shannon
public import World

/// Runs a scenario on a network of its own, as fast as the work allows.
public struct ScenarioRunner {
    /// A wait that takes longer has gone wrong.
    static let longestWait: Height = 1_000
    /// A moment that lies further ahead cannot be meant.
    static let furthestMoment: Height = 100_000

    let scenario: Scenario
    private let backend: any InferenceBackend
    var driver: FastDriver
    let recorder: Recorder
    /// Networks that wait while another one runs, by name.
    private var asleep: [String: Saved] = [:]
    private var current = Step.mainNetwork
    private var snapshots: [String: Saved] = [:]
    /// Figures that were remembered.
    var remembered: [String: Int64] = [:]
    /// The heights at which they were.
    var rememberedAt: [String: Height] = [:]
    /// How much had happened before the last action: what a waiting step looks back to.
    private var beforeLastAction = 0
    /// The parameters that were set last, by module.
    var lastSettings: [String: [ParamSetting]] = [:]
    /// Failed transactions that an expectation asked for.
    var expectedFailures = Set<Int>()
    /// Where each command stands, by account and the height of its block.
    var commandPlaces: [CommandKey: Place] = [:]
    /// The last command's account and block, for expectations about its output.
    var lastCommand: CommandKey?
    /// What the last query printed; nil after a command, whose output is its success.
    var output: String?
    var checks = 0
    private var failures: [ScenarioFailure] = []

    struct CommandKey: Hashable {
        let account: String
        let height: Height
    }

    private struct Saved {
        let world: World
        let history: History
    }

    /// Collects what the driver reports.
    final class Recorder {
        var history: History
        init(_ history: History) { self.history = history }
    }

    /// Builds the scenario's network.
    ///
    /// - Throws: `SpecError` when its parts do not fit together, or its signatures are stand-ins.
    public init(_ scenario: Scenario, backend: any InferenceBackend = ScenarioBackend()) throws(SpecError) {
        self.init(scenario, world: try World(spec: scenario.network), backend: backend)
    }

    /// Builds the network of a scenario whose signatures may be stand-ins; for the fuzzer and for nobody else.
    ///
    /// - Throws: `SpecError` when its parts do not fit together.
    public init(
        fuzzing scenario: Scenario, backend: any InferenceBackend = ScenarioBackend()
    ) throws(SpecError) {
        self.init(scenario, world: try World(fuzzing: scenario.network), backend: backend)
    }

    private init(_ scenario: Scenario, world: World, backend: any InferenceBackend) {
        self.scenario = scenario
        self.backend = backend
        let watched = scenario.steps.flatMap(\.expectations).compactMap { expectation -> Int64? in
            if case .wentWell(let session) = expectation.content { session } else { nil }
        }
        let recorder = Recorder(History(genesis: world.chain, watched: watched))
        self.recorder = recorder
        driver = FastDriver(world: world, backend: backend) { world, output in recorder.history.note(world, output) }
    }

    /// Runs to the last step; a scenario that fails may have other parameters to pass with.
    ///
    /// - Parameter until: Stops before any step at a later height.
    public mutating func run(until limit: Height? = nil) -> ScenarioOutcome {
        let outcome = runOnce(until: limit)
        guard limit == nil, outcome.verdict == .failed || outcome.verdict == .momentNotReached,
            let params = scenario.otherParams
        else { return outcome }
        var other = scenario
        other.network.params = params
        other.name += " (on the modules' default parameters)"
        guard var runner = try? ScenarioRunner(other, backend: backend) else { return outcome }
        let second = runner.runOnce(until: nil)
        return second.isGood ? second : outcome
    }

    private mutating func runOnce(until limit: Height?) -> ScenarioOutcome {
        if scenario.skipped == nil {
            for step in scenario.steps {
                do throws(StepError) {
                    try run(step, until: limit)
                } catch {
                    if case .stopped = error { break }
                    failures.append(failure(of: error, at: step))
                    break
                }
            }
            if let limit, failures.isEmpty { finish(at: limit) }
            noteUnexpectedErrors()
        }
        return ScenarioOutcome(
            scenario: scenario, failures: failures, violations: recorder.history.violations,
            height: driver.world.chain.height, checks: checks, journalHash: driver.world.journalHash,
            history: recorder.history, names: driver.world.accountNames)
    }

    /// The height of a moment of the scenario, as its network begins.
    ///
    /// - Throws: `MomentError` for a moment that has no height.
    public func height(of moment: Moment) throws(MomentError) -> Height { try driver.world.height(of: moment) }

    /// A replay that stops at a height goes there even where the scenario has no step left.
    private mutating func finish(at limit: Height) {
        if driver.world.chain.height < limit { driver.run(untilHeight: limit) }
    }

    private mutating func run(_ step: Step, until limit: Height?) throws(StepError) {
        try choose(step.network)
        try arrive(step, until: limit)
        let text = step.when.description
        let chain = driver.world.chain
        for expectation in step.expectations {
            checks += 1
            guard let mismatch = mismatch(of: expectation.content) else { continue }
            failures.append(
                ScenarioFailure(
                    kind: .expectation, place: expectation.place, moment: text, height: chain.height,
                    subject: mismatch.subject, expected: mismatch.expected, found: mismatch.found,
                    cause: mismatch.cause.map(cause)))
        }
    }

    private mutating func noteUnexpectedErrors() {
        for (place, failure) in unexpectedErrors() {
            let record = recorder.history.records.first { $0.sequence == failure.sequence }
            failures.append(
                ScenarioFailure(
                    kind: .expectation, place: place, moment: "block", height: failure.height,
                    subject: "transaction of \(failure.account)", expected: "success",
                    found: "\(failure.error.name)", cause: record.map(cause)))
        }
    }

    func cause(_ record: HistoryRecord) -> ScenarioFailure.Cause {
        let chain = recorder.history.chain(at: record.height) ?? driver.world.chain
        return ScenarioFailure.Cause(
            sequence: record.sequence,
            text: "\(record.event.name) seq \(record.sequence): "
                + EventSummary(record.event, chain: chain, name: name).line)
    }

    private func failure(of error: StepError, at step: Step) -> ScenarioFailure {
        let last = recorder.history.records.last { EventSummary.isTelling($0.event) }
        var kind = ScenarioFailure.Kind.moment
        if case .undoable = error { kind = .expectation }
        return ScenarioFailure(
            kind: kind, place: step.place, moment: step.when.description, height: driver.world.chain.height,
            subject: "moment", expected: error.expected, found: error.found, cause: last.map(cause))
    }
}

// MARK: - Time

extension ScenarioRunner {
    /// Brings the network to a step's moment and does the step's actions on the way.
    private mutating func arrive(_ step: Step, until limit: Height?) throws(StepError) {
        switch step.when {
        case .moment(let moment):
            if case .time = moment.base { return try advance(toTime: moment, step) }
            try advance(to: moment, blocksBefore: step.actions.isEmpty ? 0 : 1, limit)
            guard !step.actions.isEmpty else { return }
            try perform(step.actions)
            if !step.expectations.isEmpty { driver.runOneBlock() }
        case .now: try performNow(step)
        case .blocks(let count):
            try pass(count)
            try performNow(step)
        case .span(let span):
            let interval = max(1, driver.world.spec.blockInterval.nanoseconds)
            try pass(max(1, span.nanoseconds / interval))
            try performNow(step)
        case .nextSession, .sessionEnd:
            let shared = driver.world.chain.params.shared
            let height = driver.world.chain.height
            driver.run(
                untilHeight: step.when == .nextSession
                    ? shared.nextSessionStart(at: height) : shared.sessionEnd(at: height))
            try performNow(step)
        case .event(let pattern):
            try wait(for: pattern)
            try performNow(step)
        case .holds(let expectation):
            let limit = driver.world.chain.height + Self.longestWait
            while let mismatch = mismatch(of: expectation) {
                guard driver.world.chain.height < limit else {
                    throw .waited(Self.longestWait, for: "\(mismatch.subject): \(mismatch.expected)")
                }
                driver.runOneBlock()
            }
            try performNow(step)
        }
    }

    private mutating func pass(_ blocks: Height) throws(StepError) {
        guard blocks <= Self.furthestMoment else {
            throw .tooFar(Moment(.blocks(blocks)), most: Moment(.blocks(Self.furthestMoment)))
        }
        driver.run(untilHeight: driver.world.chain.height + blocks)
    }

    private mutating func advance(toTime moment: Moment, _ step: Step) throws(StepError) {
        let instant: Instant
        do throws(MomentError) { instant = try driver.world.upcomingInstant(of: moment) } catch {
            throw .impossible(error)
        }
        let interval = driver.world.spec.blockInterval.nanoseconds
        let (most, overflow) = interval.multipliedReportingOverflow(by: Self.furthestMoment)
        let last = driver.world.now.advanced(by: Span(nanoseconds: overflow ? .max : most))
        guard instant <= last else { throw .tooFar(moment, most: Moment(.time(last.since(.genesis)))) }
        driver.run(until: instant)
        try perform(step.actions)
    }

    private mutating func advance(to moment: Moment, blocksBefore: Height, _ limit: Height?) throws(StepError) {
        var moment = moment
        // Blocks from now on are counted once.
        if case .blocks = moment.base { moment = Moment(.height(try resolve(moment))) }
        while true {
            let height = try resolve(moment) - blocksBefore
            let now = driver.world.chain.height
            guard height >= now else {
                let last = blocksBefore == 0 ? "" : " before its block is made"
                throw .passed(expected: "a moment at or after height \(now + blocksBefore)\(last)")
            }
            guard height > now else { break }
            guard height - now <= Self.furthestMoment else {
                throw .tooFar(
                    Moment(.height(height + blocksBefore)), most: Moment(.height(now + Self.furthestMoment)))
            }
            if let limit, now >= limit { throw .stopped }
            driver.runOneBlock()
        }
        if blocksBefore > 0 { settle() }
    }

    /// Lets what the last block set off happen, so that actions come after it.
    private mutating func settle() {
        let quarter = Span(nanoseconds: driver.world.spec.blockInterval.nanoseconds / 4)
        driver.run(until: driver.world.chain.time.advanced(by: quarter))
    }

    private mutating func performNow(_ step: Step) throws(StepError) {
        guard !step.actions.isEmpty else { return }
        let needsBlock = step.actions.contains { $0.content.needsBlock }
        if needsBlock {
            beforeLastAction = recorder.history.records.count
            // Sessions exist from the first block on.
            if driver.world.chain.height == 0 { driver.runOneBlock() }
            settle()
        }
        try perform(step.actions)
        if needsBlock { driver.runOneBlock() }
    }

    private mutating func wait(for pattern: EventPattern) throws(StepError) {
        let matcher = matcher
        let limit = driver.world.chain.height + Self.longestWait
        var place = beforeLastAction
        while true {
            let records = recorder.history.records
            if records[min(place, records.count)...].contains(where: { matcher.matches($0.event, pattern) }) { return }
            place = records.count
            guard driver.world.chain.height < limit else { throw .waited(Self.longestWait, for: pattern.description) }
            driver.runOneBlock()
        }
    }

    /// The height of a moment under the parameters in force.
    func resolve(_ moment: Moment) throws(StepError) -> Height {
        do throws(MomentError) { return try driver.world.height(of: moment) } catch { throw .impossible(error) }
    }
}

// MARK: - Networks

extension ScenarioRunner {
    private mutating func choose(_ name: String) throws(StepError) {
        guard name != current else { return }
        guard let saved = asleep[name] else {
            throw .unknown("fork", name, among: asleep.keys.sorted() + [current])
        }
        asleep[current] = Saved(world: driver.world, history: recorder.history)
        asleep[name] = nil
        current = name
        go(to: saved)
    }

    mutating func fork(_ name: String) { asleep[name] = Saved(world: driver.world, history: recorder.history) }

    mutating func save(_ name: String) { snapshots[name] = Saved(world: driver.world, history: recorder.history) }

    mutating func revert(to name: String) throws(StepError) {
        guard let saved = snapshots[name] else { throw .unknown("snapshot", name, among: snapshots.keys.sorted()) }
        go(to: saved)
    }

    private mutating func go(to saved: Saved) {
        recorder.history = saved.history
        recorder.history.note(driver.revert(to: saved.world))
    }
}
