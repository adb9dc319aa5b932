import Keys
import Live
import Narration
import Onchain
import Scenario
import Shannon
import World

/// The replay of a state directory: the same inputs must give the journal that was written down.
struct StateReplay {
    let directory: String
    let until: Moment?
    let explain: Int?

    func run() throws {
        do { try tell(try StateHistory(directory: directory)) } catch let error as LiveError {
            throw Self.failure(error, directory)
        }
    }

    private func tell(_ history: StateHistory) throws {
        var goal = try goal(from: history.genesis)
        var chronicle = Chronicle(history.genesis)
        var (last, blocks, violations) = (UInt64(0), 0, [InvariantViolation]())
        var (height, isReached) = (history.genesis.chain.height, false)
        let timeline = try history.replay { entry in
            // An input lets everything happen that is due before it, also what lies behind the goal.
            var told: [StepOutput] = []
            for output in entry.outputs where !isReached {
                if let goal, !goal.admits(output.time, after: height) {
                    isReached = true
                } else {
                    told.append(output)
                    violations += output.violations
                    if let block = output.block { (blocks, height) = (blocks + 1, block.height) }
                }
            }
            chronicle.note(told, of: entry.outputs, entry.world)
            last = entry.sequence
            if !isReached {
                note(entry, in: &chronicle)
                if entry.input.isTravel { height = entry.world.chain.height }
                goal?.find(in: entry.world)
                isReached = goal?.isReached(at: entry.world.now, after: height) ?? false
            }
            return !isReached
        }
        let world = timeline.world
        if goal != nil, !isReached {
            throw Failure(
                .momentNotReached,
                "the journal ends at height \(height), after \(world.now.since(.genesis).roughText), before "
                    + "\"\(until?.description ?? "")\"")
        }
        let style = Terminal.style
        let figures = [
            Wording.counted(last, "input"), Wording.counted(blocks, "block"), "height \(height)",
            "seed \(world.spec.seed)",
        ]
        Terminal.say([
            "\(style.bold(directory))   \(style.dim(figures.joined(separator: " · ")))",
            style.dim("journal \(world.journalHash.hex), as it was written down"), "",
        ])
        if let explain {
            guard let lines = chronicle.explanation(of: explain, style) else {
                throw Failure(.notFound, "there is no event \(explain); the last is \(chronicle.lastSequence)")
            }
            Terminal.say(lines)
        } else {
            Terminal.say(chronicle.story(style))
        }
        guard violations.isEmpty else {
            throw Failure(.invariantBroken, violations.map { "broken invariant \($0)" }.joined(separator: "\n"))
        }
    }

    private func note(_ entry: StateHistory.Entry, in chronicle: inout Chronicle) {
        switch entry.input {
        case .save(let name): chronicle.save(name)
        case .revert(let name, _): chronicle.revert(to: name)
        case .load: chronicle.begin(entry.world)
        case .input, .leap, .remove: break
        }
    }

    private func goal(from world: World) throws -> Stop? {
        do throws(MomentError) {
            return try until.map { (moment) throws(MomentError) in try Stop(moment, in: world) }
        } catch { throw Failure(.momentNotReached, "\(error)") }
    }

    private static func failure(_ error: LiveError, _ directory: String) -> Failure {
        switch error {
        case .historyDiffers(_, let sequence, let height):
            Failure(
                .journalDiffers,
                "the same inputs give another history: after input \(sequence) of '\(directory)', at height \(height), "
                    + "the journal's hash is not the one that was written down")
        default: Failure(.badInputFile, "\(error)")
        }
    }
}

extension TimelineInput {
    /// Whether it goes over to another world.
    fileprivate var isTravel: Bool {
        switch self {
        case .revert, .load: true
        case .input, .save, .leap, .remove: false
        }
    }
}
