import Offchain
import Onchain
public import Shannon

extension World {
    /// A moment that is still to come, and its height.
    public struct UpcomingMoment: Hashable, Codable, Sendable {
        public let moment: Moment
        public let height: Height
    }

    /// The next moments of all sessions that are not settled yet, the nearest first.
    public func upcomingMoments(limit: Int = 6) -> [UpcomingMoment] {
        let params = chain.sharedParams(at: chain.height)
        var number = params.sessionNumber(at: max(1, chain.height)) + 1
        var found: [UpcomingMoment] = []
        while let start = chain.start(ofSession: number) {
            let points = Moment.SessionPoint.allCases.compactMap { point -> UpcomingMoment? in
                let height = chain.sharedParams(at: start).height(of: point, ofSessionAt: start)
                guard height > chain.height else { return nil }
                return UpcomingMoment(moment: Moment(.session(number, point)), height: height)
            }
            guard !points.isEmpty else { break }
            found += points
            number -= 1
        }
        found.sort { ($0.height, $0.moment.description) < ($1.height, $1.moment.description) }
        return Array(found.prefix(max(0, limit)))
    }
}
