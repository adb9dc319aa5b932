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

    /// Where a replay ends before the journal does.
    private enum Goal {
        case height(Height)
        case instant(Instant)

        func isReached(by world: World) -> Bool {
            switch self {
            case .height(let height): world.chain.height >= height
            case .instant(let instant): world.now >= instant
            }
        }
    }

    func run() throws {
        do { try tell(try StateHistory(directory: directory)) } catch let error as LiveError {
            throw Self.failure(error, directory)
        }
    }

    private func tell(_ history: StateHistory) throws {
        let goal = try goal(from: history.genesis)
        var chronicle = Chronicle(history.genesis)
        var (last, blocks, violations) = (UInt64(0), 0, [InvariantViolation]())
        let timeline = try history.replay { entry in
            chronicle.note(entry.outputs, entry.world)
            for output in entry.outputs {
                violations += output.violations
                if output.block != nil { blocks += 1 }
            }
            note(entry, in: &chronicle)
            last = entry.sequence
            return goal?.isReached(by: entry.world) != true
        }
        let world = timeline.world
        if let goal, !goal.isReached(by: world) {
            throw Failure(
                .momentNotReached,
                "the journal ends at height \(world.chain.height), before \"\(until?.description ?? "")\"")
        }
        let style = Terminal.style
        let figures = [
            Wording.counted(last, "input"), Wording.counted(blocks, "block"), "height \(world.chain.height)",
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

    private func goal(from world: World) throws -> Goal? {
        guard let until else { return nil }
        do throws(MomentError) {
            if case .time = until.base { return .instant(try world.upcomingInstant(of: until)) }
            return .height(try world.height(of: until))
        } catch {
            throw Failure(.momentNotReached, "\(error)")
        }
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
