public import Shannon

/// Where a run ends, on its way to wherever: when a moment's block is made, or when everything has happened that is due
/// by its time.
public struct Stop: Sendable {
    enum Goal {
        case height(Height)
        case instant(Instant)
    }

    private let moment: Moment
    private(set) var goal: Goal

    /// A stop at a moment that is still to come in a world.
    ///
    /// - Throws: `MomentError` for a moment that has no height, or a time that has passed.
    public init(_ moment: Moment, in world: World) throws(MomentError) {
        if case .time = moment.base {
            (self.moment, goal) = (moment, .instant(try world.upcomingInstant(of: moment)))
        } else {
            let height = try world.height(of: moment)
            // Blocks are counted once, from where the world is now.
            let isCounted = if case .blocks = moment.base { true } else { false }
            (self.moment, goal) = (isCounted ? Moment(.height(height)) : moment, .height(height))
        }
    }

    /// Finds the moment's height anew, by the parameters that are in force in a world.
    public mutating func find(in world: World) {
        guard case .height = goal, let height = try? world.height(of: moment) else { return }
        goal = .height(height)
    }

    /// Whether something may happen at an instant after the block of a height.
    public func admits(_ instant: Instant, after height: Height) -> Bool {
        switch goal {
        case .height(let last): height < last
        case .instant(let last): instant <= last
        }
    }

    /// Whether a world that has come to an instant after the block of a height has come far enough.
    public func isReached(at instant: Instant, after height: Height) -> Bool {
        switch goal {
        case .height(let last): height >= last
        case .instant(let last): instant >= last
        }
    }
}
