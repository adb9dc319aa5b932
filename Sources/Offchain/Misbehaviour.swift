/// A way to break the rules, for scenarios; what each party may do at once is a set of them.
public enum Misbehaviour: String, Hashable, Comparable, Codable, Sendable, CaseIterable {
    /// Suppliers sign responses, gateways and sovereign applications sign requests, so that nothing verifies.
    case badSignature
    /// Suppliers put relays of their last session into this one's tree; gateways send each signed request twice.
    case replayedRelay
    /// Gateways and sovereign applications name a session in their requests that does not exist.
    case wrongSession
    /// Suppliers claim more relays than they served, with a sum to match.
    case inflatedClaim
    /// Suppliers claim a sum of compute units that does not fit the number of relays.
    case unevenClaim
    /// Suppliers claim before the claim window opens.
    case earlyClaim
    /// Suppliers claim after the claim window has closed.
    case lateClaim
    /// Suppliers claim honestly but keep back every proof that the chain asks for.
    case withholdProof
    /// Suppliers prove another leaf than the one that the chain asks for.
    case invalidProof
    /// Suppliers prove before the proof window opens.
    case earlyProof
    /// Suppliers prove after the proof window has closed.
    case lateProof
    /// Suppliers answer every request with the same text, without any model.
    case cannedAnswer
    /// Suppliers answer with another, cheaper model than the one they are asked for.
    case wrongModel

    /// The name in scenario and settings files, for example `bad_signature`.
    public var name: String {
        rawValue.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }

    /// The misbehaviour of a name; nil when there is none of that name.
    public init?(name: String) {
        guard let found = Misbehaviour.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// Whether a party can do it: the chain and clients outside can do nothing wrong.
    public func isPossible(for party: Party) -> Bool {
        switch (self, party) {
        case (_, .chain), (_, .outside): false
        case (.badSignature, _): true
        case (.replayedRelay, .supplier), (.replayedRelay, .gateway): true
        case (.replayedRelay, .application): false
        case (.wrongSession, .supplier): false
        case (.wrongSession, _): true
        case (_, .supplier): true
        default: false
        }
    }

    public static func < (left: Misbehaviour, right: Misbehaviour) -> Bool { left.rawValue < right.rawValue }
}

/// A set of misbehaviours in a fixed order; empty for honest parties.
public struct Misbehaviours: Hashable, Codable, Sendable, ExpressibleByArrayLiteral {
    /// Each once, ascending by name.
    public let all: [Misbehaviour]

    /// The set of some misbehaviours, in any order.
    public init(_ some: [Misbehaviour]) {
        var unique: [Misbehaviour] = []
        for one in some.sorted() where unique.last != one { unique.append(one) }
        all = unique
    }

    public init(arrayLiteral elements: Misbehaviour...) { self.init(elements) }

    /// Whether there is none.
    public var isEmpty: Bool { all.isEmpty }
    /// Whether it is one of them.
    public func contains(_ one: Misbehaviour) -> Bool { all.contains(one) }
}

extension Misbehaviours: CustomStringConvertible {
    public var description: String { all.isEmpty ? "honest" : all.map(\.name).joined(separator: ", ") }
}
