import Keys
public import Offchain
import Onchain
import Shannon
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
    /// Where the action that is done now is written.
    var place: Place
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
    /// Whether the network went back or gave way to another, so that a height may have come more than once.
    private var hasTravelled = false

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
    /// - Throws: `ScenarioError` when its parts do not fit together, its signatures are stand-ins, or a step names what
    ///   does not exist.
    public init(_ scenario: Scenario, backend: any InferenceBackend = ScenarioBackend()) throws(ScenarioError) {
        try self.init(scenario, backend) { (spec) throws(SpecError) in try World(spec: spec) }
    }

    /// Builds the network of a scenario whose signatures may be stand-ins; for the fuzzer and for nobody else.
    ///
    /// - Throws: `ScenarioError` when its parts do not fit together, or a step names what does not exist.
    public init(
        fuzzing scenario: Scenario, backend: any InferenceBackend = ScenarioBackend()
    ) throws(ScenarioError) {
        try self.init(scenario, backend) { (spec) throws(SpecError) in try World(fuzzing: spec) }
    }

    private init(
        _ scenario: Scenario, _ backend: any InferenceBackend, found: (NetworkSpec) throws(SpecError) -> World
    ) throws(ScenarioError) {
        let world: World
        do throws(SpecError) { world = try found(scenario.network) } catch {
            throw ScenarioError(error, at: scenario.place)
        }
        if scenario.skipped == nil { try scenario.checkNames() }
        self.scenario = scenario
        place = scenario.place
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
    /// - Parameter until: Stops there, wherever that is: in a step, between steps, or while answers are under way. To
    ///   end before it is a failure.
    public mutating func run(until limit: Moment? = nil) -> ScenarioOutcome {
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

    private mutating func runOnce(until limit: Moment?) -> ScenarioOutcome {
        if scenario.skipped == nil {
            runSteps(until: limit)
            noteUnexpectedErrors()
        }
        return ScenarioOutcome(
            scenario: scenario, failures: failures, violations: recorder.history.violations,
            height: driver.world.chain.height, checks: checks, journalHash: driver.world.journalHash,
            history: recorder.history, names: driver.world.accountNames)
    }

    private mutating func runSteps(until limit: Moment?) {
        if let limit {
            do throws(MomentError) { try driver.stop(at: limit) } catch {
                return noteUnreached(limit, expected: "a moment that can come", found: error.problem)
            }
        }
        for step in scenario.steps {
            do throws(StepError) {
                try run(step)
            } catch {
                if case .stopped = error { return }
                failures.append(failure(of: error, at: step))
                return
            }
        }
        guard let limit, !driver.isAtStop else { return }
        // What the last step has set off takes effect in a block that nothing has waited for.
        if scenario.steps.last?.actions.isEmpty == false { driver.runOneBlock() }
        if driver.isAtStop { return }
        let world = driver.world
        noteUnreached(
            limit, expected: "a moment of the scenario",
            found: "its end at height \(world.chain.height), after \(world.now.since(.genesis).roughText)")
    }

    private mutating func noteUnreached(_ limit: Moment, expected: String, found: String) {
        failures.append(
            ScenarioFailure(
                kind: .moment, place: scenario.place, moment: "\(limit)", height: driver.world.chain.height, until: nil,
                subject: "until \(limit)", expected: expected, found: found, cause: nil))
    }

    private mutating func run(_ step: Step) throws(StepError) {
        try choose(step.network)
        try arrive(step)
        let text = step.when.description
        let chain = driver.world.chain
        for expectation in step.expectations {
            checks += 1
            guard let mismatch = mismatch(of: expectation.content) else { continue }
            failures.append(
                ScenarioFailure(
                    kind: .expectation, place: expectation.place, moment: text, height: chain.height,
                    until: until(step), subject: mismatch.subject, expected: mismatch.expected, found: mismatch.found,
                    cause: mismatch.cause.map(cause)))
        }
    }

    /// Where a replay stops to see what is wrong with a step now.
    private func until(_ step: Step) -> String? {
        if case .moment(let moment) = step.when, case .time = moment.base, !hasTravelled { return "\(moment)" }
        return until(driver.world.chain.height)
    }

    /// Nothing can stop before the first block.
    private func until(_ height: Height) -> String? { hasTravelled || height == 0 ? nil : "\(height)" }

    private mutating func noteUnexpectedErrors() {
        for (place, failure) in unexpectedErrors() {
            let record = recorder.history.records.first { $0.sequence == failure.sequence }
            failures.append(
                ScenarioFailure(
                    kind: .expectation, place: place, moment: "block", height: failure.height,
                    until: until(failure.height),
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
        var (kind, subject, place) = (ScenarioFailure.Kind.moment, "moment", step.place)
        if case .undoable(_, let action) = error { (kind, subject, place) = (.expectation, "action", action) }
        return ScenarioFailure(
            kind: kind, place: place, moment: step.when.description, height: driver.world.chain.height,
            until: nil, subject: subject, expected: error.expected, found: error.found,
            cause: last.map(cause))
    }
}

// MARK: - Time

extension ScenarioRunner {
    /// Brings the network to a step's moment and does the step's actions on the way.
    private mutating func arrive(_ step: Step) throws(StepError) {
        switch step.when {
        case .moment(let moment):
            if case .time = moment.base { return try advance(toTime: moment, step) }
            try advance(to: moment, blocksBefore: step.actions.isEmpty ? 0 : 1)
            guard !step.actions.isEmpty else { return }
            try perform(step.actions)
            if !step.expectations.isEmpty { try makeBlock() }
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
            try advance(
                toHeight: step.when == .nextSession
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
                try makeBlock()
            }
            try performNow(step)
        }
    }

    private mutating func makeBlock() throws(StepError) { guard driver.runOneBlock() else { throw .stopped } }

    private mutating func advance(toHeight height: Height) throws(StepError) {
        guard driver.run(untilHeight: height) else { throw .stopped }
    }

    private mutating func advance(toInstant instant: Instant) throws(StepError) {
        guard driver.run(until: instant) else { throw .stopped }
    }

    private mutating func pass(_ blocks: Height) throws(StepError) {
        guard blocks <= Self.furthestMoment else {
            throw .tooFar(Moment(.blocks(blocks)), most: Moment(.blocks(Self.furthestMoment)))
        }
        try advance(toHeight: driver.world.chain.height + blocks)
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
        try advance(toInstant: instant)
        try perform(step.actions)
    }

    private mutating func advance(to moment: Moment, blocksBefore: Height) throws(StepError) {
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
            try makeBlock()
        }
        if blocksBefore > 0 { try settle() }
    }

    /// Lets what the last block set off happen, so that actions come after it.
    private mutating func settle() throws(StepError) {
        let quarter = Span(nanoseconds: driver.world.spec.blockInterval.nanoseconds / 4)
        try advance(toInstant: driver.world.chain.time.advanced(by: quarter))
    }

    private mutating func performNow(_ step: Step) throws(StepError) {
        guard !step.actions.isEmpty else { return }
        let needsBlock = step.actions.contains { $0.content.needsBlock }
        if needsBlock {
            beforeLastAction = recorder.history.records.count
            // Sessions exist from the first block on.
            if driver.world.chain.height == 0 { try makeBlock() }
            try settle()
        }
        try perform(step.actions)
        if needsBlock { try makeBlock() }
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
            try makeBlock()
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
        hasTravelled = true
        recorder.history = saved.history
        recorder.history.note(driver.revert(to: saved.world))
    }
}
