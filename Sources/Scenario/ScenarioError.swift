import World

/// A scenario that cannot be run as it is written: something in it does not exist, or its network does not fit together.
public struct ScenarioError: Error, Hashable, Sendable {
    /// Where it is written.
    public let place: Place
    /// From 1, in characters; nil where only the line is known, as in Swift.
    public var column: Int?
    /// What was expected, what was found, and what was perhaps meant.
    public let problem: String
    /// As it is written, in quotes; nil where it stands nowhere.
    let found: String?

    init(_ problem: NameProblem, at place: Place) {
        (self.place, self.problem, found) = (place, "\(problem)", problem.found)
    }

    /// A placeholder of an outline without a column.
    init(lacking name: String, _ columns: [String], at place: Place) {
        self.place = place
        problem = "\(NameProblem(name, "a column", among: columns, at: ""))"
        found = "<\(name)>"
    }

    /// A network whose parts do not fit together.
    init(_ error: SpecError, at place: Place) {
        (self.place, problem, found) = (place, "the network: \(error)", nil)
    }

    /// A text that names no moment.
    init(_ error: MomentError, at place: Place) {
        (self.place, problem, found) = (place, error.problem, nil)
    }
}

extension ScenarioError: CustomStringConvertible {
    public var description: String { "\(place)\(column.map { ":\($0)" } ?? ""): \(problem)" }
}
