public import Shannon
public import World

/// What is done and expected at one moment.
public struct Step: Hashable, Sendable {
    /// When.
    public var when: When
    /// Where it is written.
    public var place: Place
    /// The network it is about: `main`, or the name of a fork.
    public var network: String
    /// Done before the moment's block is made, in this order.
    public var actions: [Placed<Action>]
    /// Checked after the moment's block has ended.
    public var expectations: [Placed<Expectation>]

    /// The network that a scenario starts with.
    public static let mainNetwork = "main"

    /// A step with its parts as given.
    public init(
        when: When, place: Place, network: String = Step.mainNetwork, actions: [Placed<Action>] = [],
        expectations: [Placed<Expectation>] = []
    ) {
        self.when = when
        self.place = place
        self.network = network
        self.actions = actions
        self.expectations = expectations
    }
}

/// Something with the place where it is written.
public struct Placed<Content: Hashable & Sendable>: Hashable, Sendable {
    /// What.
    public var content: Content
    /// Where.
    public var place: Place

    /// A value with its place.
    public init(_ content: Content, at place: Place) {
        self.content = content
        self.place = place
    }
}

/// When a step happens.
public enum When: Hashable, Sendable {
    /// A height, named or counted: actions before its block, expectations after it. Or a time: actions and
    /// expectations then.
    case moment(Moment)
    /// Wherever the step before left the network; actions are followed by a block.
    case now
    /// So many blocks after the step before.
    case blocks(Int64)
    /// When so many blocks' time has passed after the step before, at least one.
    case span(Span)
    /// The first block of the next session.
    case nextSession
    /// The last block of this session.
    case sessionEnd
    /// The block of the first such event since the last action, which may have come already.
    case event(EventPattern)
    /// The first block in which an expectation holds.
    case holds(Expectation)
}
