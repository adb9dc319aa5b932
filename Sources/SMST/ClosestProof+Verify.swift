/// A verdict on submitted bytes, with the proof they hold if they could be read.
public struct SubmittedProofVerdict: Hashable, Sendable {
    /// Where the check stopped and why.
    public let verdict: ProofVerdict
    /// The expanded proof; nil if the stage is `decode` or `expand`.
    public let proof: ClosestProof?

    /// True if the bytes hold a proof for the expected path and root.
    public var isValid: Bool { verdict.isValid }
    /// Where the check stopped.
    public var stage: ProofStage { verdict.stage }
    /// What was expected and found; empty if the proof is accepted.
    public var reason: String { verdict.reason }
}

extension ClosestProof {
    /// Checks submitted bytes as the chain does: decode, expand, compare the path, check the form, walk to the root.
    ///
    /// Never traps, whatever the bytes. Inputs that crash upstream's verifier are rejected. Mirrors
    /// `x/proof/keeper/proof_validation.go` and `smt:proofs.go` VerifyCompactClosestProof.
    public static func verify(gob: [UInt8], expectedPath: [UInt8], root: Root) -> SubmittedProofVerdict {
        let compact: CompactClosestProof
        do {
            compact = try CompactClosestProof(gob: gob)
        } catch {
            return SubmittedProofVerdict(verdict: .rejected(.decode, error.description), proof: nil)
        }
        let proof: ClosestProof
        do {
            proof = try compact.expanded()
        } catch {
            return SubmittedProofVerdict(verdict: .rejected(.expand, error.description), proof: nil)
        }
        return SubmittedProofVerdict(verdict: proof.verify(expectedPath: expectedPath, root: root), proof: proof)
    }

    /// Checks that the proof is about the expected path and leads to the root.
    public func verify(expectedPath: [UInt8], root: Root) -> ProofVerdict {
        guard path == expectedPath else {
            return .rejected(.path, "the proof is about another path than the expected one")
        }
        if let reason = closestFormError { return .rejected(.form, reason) }
        guard let leafPath = TriePath(bytes: closestPath.prefix(TriePath.byteCount)) else {
            return .rejected(.form, "expected a closest path of 32 bytes, found \(closestPath.count)")
        }
        guard closestValueHash != nil else {
            return closestProof.verify(path: leafPath, value: [], weight: 0, count: 0, root: root)
        }
        guard let leafValue, let weight, let count else {
            return .rejected(.form, "expected at least 16 bytes of leaf data, found \(closestValueHash?.count ?? 0)")
        }
        return closestProof.verify(path: leafPath, value: leafValue, weight: weight, count: count, root: root)
    }

    /// What is wrong with the proof before any hashing, nil if nothing; mirrors validateBasic.
    var closestFormError: String? {
        guard (0...TriePath.bitCount).contains(depth) else {
            return "expected a depth in 0...\(TriePath.bitCount), found \(depth)"
        }
        guard var wanted = TriePath(bytes: path) else {
            return "expected a path of \(TriePath.byteCount) bytes, found \(path.count)"
        }
        for bit in flippedBits {
            guard bit >= 0, bit <= depth, bit < TriePath.bitCount else {
                return "expected flipped bits in 0...\(min(depth, TriePath.bitCount - 1)), found \(bit)"
            }
            wanted.flip(bit)
        }
        let padded = closestPath.prefix(TriePath.byteCount)
        guard padded.count == TriePath.byteCount, let found = TriePath(bytes: padded) else {
            return "expected a closest path of \(TriePath.byteCount) bytes, found \(closestPath.count)"
        }
        let difference = wanted.firstDifference(from: found)
        guard difference >= depth else {
            return "the closest path leaves the wanted one at bit \(difference), above the leaf at depth \(depth)"
        }
        return closestProof.formError
    }
}
