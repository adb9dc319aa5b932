import Shannon
import World

/// Why a scenario cannot go on to a step.
enum StepError: Error {
    /// The moment lies behind the network.
    case passed(expected: String)
    /// The moment can never come.
    case impossible(MomentError)
    /// It lies so far ahead that it cannot be meant.
    case tooFar(Moment, most: Moment)
    /// Something that was waited for did not happen.
    case waited(Height, for: String)
    /// There is no snapshot or fork of a name.
    case unknown(String, String, among: [String])
    /// An action cannot be done at all, and why.
    case undoable(String, Place)
    /// The run was to stop here.
    case stopped

    var expected: String {
        switch self {
        case .passed(let expected): expected
        case .impossible: "one that can come"
        case .tooFar(_, let most): "at most \(most)"
        case .waited(let blocks, let what): "\(what) within \(blocks) blocks"
        case .unknown(let kind, _, let names):
            names.isEmpty ? "a \(kind) that was made before" : "a \(kind) of \(names.joined(separator: ", "))"
        case .undoable(let reason, _): Self.parts(reason).expected
        case .stopped: ""
        }
    }

    var found: String {
        switch self {
        case .passed: "a moment that has passed"
        case .impossible(let error): error.problem
        case .tooFar(let moment, _): "\(moment)"
        case .waited: "none"
        case .unknown(_, let name, _): "\"\(name)\""
        case .undoable(let reason, _): Self.parts(reason).found
        case .stopped: ""
        }
    }

    /// What was expected and found, of a reason that says both or only what is in the way.
    private static func parts(_ reason: String) -> (expected: String, found: String) {
        reason.expectedAndFound ?? ("what can be done", reason)
    }
}

extension String {
    /// What a problem expects and finds, when it says both.
    var expectedAndFound: (expected: String, found: String)? {
        let reason = self
        guard let expected = reason.firstRange(of: "expected "), let found = reason.ranges(of: ", found ").last,
            expected.upperBound <= found.lowerBound
        else { return nil }
        let text = reason[..<expected.lowerBound] + reason[expected.upperBound..<found.lowerBound]
        return (String(text), String(reason[found.upperBound...]))
    }
}

extension When: CustomStringConvertible {
    public var description: String {
        switch self {
        case .moment(let moment): "\(moment)"
        case .now: ""
        case .blocks(let count): "\(count) blocks later"
        case .span(let span): "\(Double(span.nanoseconds) / 1_000_000_000) s later"
        case .nextSession: "start of the next session"
        case .sessionEnd: "end of the session"
        case .event(let pattern): "at \(pattern)"
        case .holds: "when it holds"
        }
    }
}

extension EventPattern: CustomStringConvertible {
    public var description: String {
        fields.isEmpty ? name : "\(name) with \(fields.map { "\($0.name) \($0.value)" }.joined(separator: ", "))"
    }
}
