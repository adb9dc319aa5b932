public import Onchain
public import Shannon

/// Why the running network does not go where it was told to.
public enum TravelError: Error, Hashable, Sendable {
    /// A moment is further away than one advance may go.
    case tooFar(String, blocks: Height)
    /// The network went to another world while somebody waited for a moment of this one.
    case wentElsewhere(String)
    /// A name that no snapshot can have.
    case badName(String, found: String)
    /// There are as many snapshots as there may be.
    case tooManySnapshots(Int)
    /// An invariant does not hold where it would go.
    case broken(String, InvariantViolation)
}

extension TravelError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooFar(let moment, let blocks):
            "\"\(moment)\" is \(blocks) blocks away: expected at most \(Localnet.mostBlocksAhead) at once"
        case .wentElsewhere(let reason): "the moment will not come, because \(reason)"
        case .badName(let name, let found):
            "expected a name of 1 to \(Localnet.longestSnapshotName) printable characters without spaces around it, found "
                + "\(found) in \"\(String(String.UnicodeScalarView(name.unicodeScalars.prefix(40))).debugText)\""
        case .tooManySnapshots(let most): "there are \(most) snapshots, as many as there may be; remove one first"
        case .broken(let place, let violation): "\(place) breaks an invariant, so the network stays: \(violation)"
        }
    }
}

extension String {
    /// The text with escapes for what does not print, so that an error shows it.
    fileprivate var debugText: String { unicodeScalars.map { $0.escaped(asASCII: false) }.joined() }
}
