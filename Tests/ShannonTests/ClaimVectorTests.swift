import BigInt
import Keys
import Shannon
import Testing
import VectorSupport

/// A root of any hash with the given sum and count.
func root(sum: UInt64, count: UInt64) -> Bytes {
    func bytes(_ value: UInt64) -> Bytes {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt64($0)) }
    }
    return Bytes(repeating: 7, count: 32) + bytes(sum) + bytes(count)
}

private func claim(_ root: Bytes) -> Claim {
    Claim(supplierOperatorAddress: anyAddress("supplier1"), sessionHeader: anyHeader(), rootHash: root)
}

@Suite("Reference vectors of claims")
struct ClaimVectorTests {
    @Test("What a root says and what it is worth is exact")
    func amounts() throws {
        try everyCase("claim_amount") { vector in
            let claim = try claim(vector["root_hash"].bytes)
            let target = try vector["target_hash"].bytes
            try vector.expect(claim.computeUnits, is: vector["num_claimed_compute_units"].uint64, "compute units")
            try vector.expect(claim.numRelays, is: vector["num_relays"].uint64, "relays")
            let units = claim.exactEstimatedComputeUnits(target: target)
            try vector.expect("\(units)", is: vector["num_estimated_compute_units"].string, "estimated units")
            try vector.expect(
                claim.estimatedRelays(target: target), is: vector["num_estimated_relays"].uint64, "estimated relays")
            let multiplier = try vector["compute_units_to_tokens_multiplier"].uint64
            let granularity = try vector["compute_unit_cost_granularity"].uint64
            let amount = claim.exactClaimedUpokt(target: target, multiplier: multiplier, granularity: granularity)
            try vector.expect("\(amount)", is: vector["claimed_upokt"].string, "upokt")
        }
        try everyCase("claim-pricing", of: casesFile) { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            let claim = try claim(root(sum: input["sum"].uint64, count: 1))
            let target = try input["targetHashHex"].bytes
            let coin = try claim.claimedUpokt(
                target: target, multiplier: input["cuttm"].uint64, granularity: input["granularity"].uint64)
            try vector.expect(coin, is: .upokt(expected["claimedUpokt"].int64), "claimed")
            try vector.expect(
                claim.estimatedComputeUnits(target: target), is: expected["numEstimatedComputeUnits"].uint64, "units")
        }
    }

    @Test("An amount that no coin holds, and a malformed root, are refused")
    func refusedAmounts() throws {
        let target = Bytes(repeating: 0, count: 31) + [1]
        #expect(throws: ChainError.self) {
            try claim(root(sum: .max, count: 1)).claimedUpokt(target: target, multiplier: .max, granularity: 1)
        }
        #expect(throws: ChainError.self) {
            try claim([1, 2]).claimedUpokt(target: target, multiplier: 1, granularity: 1)
        }
        #expect(claim([1, 2]).estimatedRelays(target: target) == 0)
        #expect(claim(root(sum: 1, count: 0)).estimatedRelays(target: target) == 0)
    }

    @Test("Proof paths are the hash of block hash and session id")
    func paths() throws {
        try everyCase("proof_path") { vector in
            let path = try ProofPath.path(
                blockHash: vector["block_hash"].bytes, sessionID: vector["session_id"].string)
            try vector.expect(path.hex, is: vector["path"].string, "path")
        }
    }

    @Test("Stateless checks of a claim message refuse what upstream refuses")
    func validateBasic() throws {
        try everyCase("claim-validate-basic", of: casesFile) { vector in
            let input = vector["input"]
            var message = MsgCreateClaim(
                supplierOperatorAddress: anyAddress("supplier1"), sessionHeader: anyHeader(),
                rootHash: root(sum: 1, count: 1))
            try message.validateBasic()
            if let hash = try input["rootHashHex"].optional?.bytes { message.rootHash = hash }
            if let id = try input["sessionId"].optional?.string { message.sessionHeader?.sessionID = id }
            if let start = try input["sessionStart"].optional?.int64 {
                message.sessionHeader?.sessionStartBlockHeight = start
            }
            if let supplier = try input["supplier"].optional?.string {
                message.supplierOperatorAddress = Address(supplier)
            }
            switch try input["rootHashLen"].optional?.string {
            case "<48": message.rootHash.removeLast()
            case ">48": message.rootHash.append(0)
            default: break
            }
            try vector.expectOutcome { try message.validateBasic() }
        }
    }

    @Test("What is minted is a settled amount times the ratio's decimal text")
    func mintRatio() throws {
        try everyCase("mint-ratio", of: casesFile) { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            let amounts = try SettledAmounts(
                claimed: input["claimed"].int64, settled: input["settled"].int64, mintRatio: input["mintRatio"].double)
            try vector.expect(amounts.minted, is: expected["minted"].int64, "minted")
            try vector.expect(amounts.overservicingLoss, is: expected["overservicingLoss"].int64, "overservicing")
            try vector.expect(amounts.deflationLoss, is: expected["deflationLoss"].int64, "deflation")
        }
    }

    @Test("Threshold comes before chance, and the sample decides the rest")
    func requirement() {
        let claim = claim(root(sum: 10, count: 1))
        let hash = Bytes(repeating: 3, count: 32)
        let sample = ProofRequirement.sample(claim: claim, blockHash: hash)
        func evaluate(_ claimed: Int64, probability: Double) -> ProofRequirement {
            var params = ProofParams()
            params.proofRequestProbability = probability
            return .evaluate(claim: claim, claimed: .upokt(claimed), params: params, blockHash: hash)
        }
        #expect(evaluate(20_000_000, probability: 0) == .threshold)
        #expect(evaluate(19_999_999, probability: sample) == .probabilistic)
        #expect(evaluate(19_999_999, probability: sample.nextDown) == .notRequired)
        #expect(evaluate(0, probability: 1) == .probabilistic)
    }
}
