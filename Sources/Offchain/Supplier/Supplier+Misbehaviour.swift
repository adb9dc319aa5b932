import Keys
import SMST
import Shannon

extension Supplier {
    /// Puts the relays of the session before into a session's tree, so that they would be paid twice.
    mutating func replayLastSession(into id: SessionTree.ID) {
        guard let earlier = trees.filter({ $0.0.sessionEndHeight < id.sessionEndHeight }).last?.1 else { return }
        trees.update(id) { tree in
            for leaf in earlier.trie.leaves {
                _ = tree.insert(key: Digest.sha256(leaf.value), relay: leaf.value, computeUnits: leaf.weight)
            }
        }
    }

    /// When a session is claimed: as soon as its window opens, or when a dishonest supplier likes.
    func claimHeight(of end: Height, _ shared: SharedParams) -> Height {
        if misbehaviours.contains(.earlyClaim) { return end - 1 }
        return misbehaviours.contains(.lateClaim) ? shared.claimWindowClose(at: end) : shared.claimWindowOpen(at: end)
    }

    /// When a claim is proven: as soon as the window opens, or when a dishonest supplier likes.
    func proofHeight(of end: Height, _ shared: SharedParams) -> Height {
        if misbehaviours.contains(.earlyProof) { return shared.claimWindowOpen(at: end) + 1 }
        return misbehaviours.contains(.lateProof) ? shared.proofWindowClose(at: end) : shared.proofWindowOpen(at: end)
    }

    /// The last height at which a transaction may be included: that of its window, or any when it comes late on purpose.
    func timeout(_ window: Height) -> Height {
        misbehaviours.contains(.lateClaim) || misbehaviours.contains(.lateProof) ? 0 : window
    }

    /// The root to claim: the tree's, or one that says more than the tree holds.
    func claimed(_ root: Root) -> Bytes {
        let weight = root.count == 0 ? 0 : root.sum / root.count
        let extra: (sum: UInt64, count: UInt64)
        if misbehaviours.contains(.inflatedClaim) {
            // As much again and one relay more, so that also a small claim says too much.
            extra = ((root.count &+ 1) &* weight, root.count &+ 1)
        } else if misbehaviours.contains(.unevenClaim) {
            extra = (1, 0)
        } else {
            return root.bytes
        }
        return root.hash + Self.bigEndian(root.sum &+ extra.sum) + Self.bigEndian(root.count &+ extra.count)
    }

    /// The path to prove: the one that the chain asks for, or the opposite one.
    func proven(_ path: Bytes) -> Bytes { misbehaviours.contains(.invalidProof) ? path.map { ~$0 } : path }

    private static func bigEndian(_ number: UInt64) -> Bytes { withUnsafeBytes(of: number.bigEndian) { Bytes($0) } }
}

/// What a supplier says that does not run any model.
enum CannedAnswer {
    /// The same text for every request, at once.
    static func outcome(of job: InferenceJob) -> InferenceOutcome {
        let asked = try? ChatCompletionRequest(body: job.request.body)
        let words = ["That", "is", "a", "very", "good", "question."]
        let completion = ChatCompletion(
            id: "chatcmpl-\(job.id)", created: job.created, model: asked?.model ?? job.serviceID,
            systemFingerprint: "canned", answer: words.joined(separator: " "), finishReason: "stop",
            usage: .init(promptTokens: words.count, completionTokens: words.count))
        return InferenceOutcome(
            jobID: job.id, response: .json(status: 200, body: completion.body), duration: .milliseconds(1))
    }
}
