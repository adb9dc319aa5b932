import Keys
import Shannon

extension Chain {
    /// P1: whether a claim had to be proven is the same function of claim, threshold, probability and seed at settlement
    /// as for its proof.
    ///
    /// Computed anew from the claim's bytes with the status that the event tells: a claim whose status changed is drawn
    /// again. A claim that was made anew or settled in the block that made it left no bytes behind and is passed over.
    func violationsOfP1(block: Block, before: Chain) -> [InvariantViolation] {
        var found: [String] = []
        let ended = block.tokenomicsEvents("ClaimSettled", "ClaimExpired")
        let submitted = block.allEvents.filter { $0.name == "ProofSubmitted" || $0.name == "ProofUpdated" }
        guard !ended.isEmpty || !submitted.isEmpty else { return [] }
        var known: [String: [Claim]] = [:]
        for claim in before.proof.claims.values + proof.claims.values {
            known[Event.name(of: claim), default: []].append(claim)
        }
        let remade = Set(block.allEvents.filter { $0.name == "ClaimUpdated" }.map(\.claimName))
        for event in ended + submitted where !remade.contains(event.claimName) {
            let told = RequirementTold(event)
            let claims = known[event.claimName] ?? []
            // Governance may have changed the parameters after a proof, in the same block.
            let inForce = event.module == "proof" ? [params.proof, before.params.proof] : [params.proof]
            let computed = claims.flatMap { claim in inForce.map { requirement(of: claim, told: event, under: $0) } }
            if !claims.isEmpty, !computed.contains(where: told.agrees) {
                found.append(
                    "\(event.claimName): expected requirement \(computed.map(\.name).joined(separator: " or ")), "
                        + "found \(told)")
            }
        }
        return violations(
            "P1", "a claim's proof requirement follows from claim, threshold, probability and seed", found)
    }

    /// The requirement of a claim with the status and worth that an event tells, from its definition.
    private func requirement(of claim: Claim, told event: Event, under params: ProofParams) -> ProofRequirement {
        if event.amount("claimed_upokt") >= Int128(params.proofRequirementThreshold.amount) { return .threshold }
        var drawn = claim
        let status = Int(clamping: event.amount("claim_proof_status_int"))
        drawn.proofValidationStatus = ProofValidationStatus(rawValue: status) ?? claim.proofValidationStatus
        let end = claim.sessionHeader.sessionEndBlockHeight
        let seed = blockHash(at: sharedParams(at: end).proofWindowOpen(at: end) - 1)
        let sample = ProofRequirement.sample(claim: drawn, blockHash: seed)
        return sample <= params.proofRequestProbability ? .probabilistic : .notRequired
    }
}

/// What an event says about whether its claim had to be proven.
private enum RequirementTold: CustomStringConvertible {
    /// Settled under this requirement.
    case exactly(Int128)
    /// Expired, or proven: some requirement, whichever.
    case some

    init(_ event: Event) {
        self = event.name == "ClaimSettled" ? .exactly(event.amount("proof_requirement_int")) : .some
    }

    func agrees(with requirement: ProofRequirement) -> Bool {
        switch self {
        case .exactly(let number): Int128(requirement.rawValue) == number
        case .some: requirement != .notRequired
        }
    }

    var description: String {
        switch self {
        case .exactly(let number):
            ProofRequirement(rawValue: Int(clamping: number))?.name ?? "\(number)"
        case .some: "one that must be proven"
        }
    }
}
