/// Where the check of a proof stopped, in the order of the checks.
public enum ProofStage: String, Hashable, Codable, Sendable {
    /// The bytes are no gob of a compact proof.
    case decode
    /// The compact form contradicts itself and cannot be expanded.
    case expand
    /// The proof is about another path than the expected one.
    case path
    /// The proof is not well formed.
    case form
    /// The proof does not lead to the root.
    case root
    /// Nothing is wrong.
    case accepted
}

/// The result of checking a proof: accepted, or the check that failed and why.
public struct ProofVerdict: Hashable, Codable, Sendable {
    /// Where the check stopped.
    public let stage: ProofStage
    /// What was expected and found; empty if the proof is accepted.
    public let reason: String

    /// True if the proof proves its claim against the root.
    public var isValid: Bool { stage == .accepted }

    static let accepted = ProofVerdict(stage: .accepted, reason: "")

    static func rejected(_ stage: ProofStage, _ reason: String) -> ProofVerdict {
        ProofVerdict(stage: stage, reason: reason)
    }
}
