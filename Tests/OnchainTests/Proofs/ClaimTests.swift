import Keys
import Shannon
import Testing
import VectorSupport

@testable import Onchain

@Suite("Claims")
struct ClaimTests {
    @Test("Claims are taken and refused as upstream's cases say")
    func createClaim() throws {
        try everyCase(ofArea: "claim-create") { vector in
            let input = vector["input"]
            switch true {
            case vector.gives("fault"): try refuse(vector, fault: try input["fault"].string)
            case vector.gives("cuprAtSessionStart"): try pinned(vector)
            default: try claim(vector)
            }
        }
    }

    private func claim(_ vector: VectorCase) throws {
        let input = vector["input"]
        let each = try input["cupr"].optional?.uint64 ?? 1
        var network = try ProvingChain(computeUnits: each)
        let root = root(sum: try input["sum"].optional?.uint64 ?? 10, count: try input["count"].optional?.uint64 ?? 10)
        let message = try network.claim(root: root)
        let height = try input["height"].optional?.int64 ?? 12
        if vector["expected"]["error"].optional != nil {
            return try vector.expect(refusal: network.refusal(of: message, at: height))
        }
        let event = try #require(try network.send(message, at: height).all("ClaimCreated").first)
        try vector.expect(event["num_relays"]?.integer, is: try vector["expected"]["numRelays"].int64, "relays")
        try vector.expect(
            event["num_claimed_compute_units"]?.integer, is: try vector["expected"]["numClaimedComputeUnits"].int64,
            "compute units")
        try vector.expect(
            event["claimed_upokt"]?.description, is: try vector["expected"]["claimedUpokt"].string, "the amount")
        try vector.expect(network.storedClaim?.proofValidationStatus, is: .pending, "the status")
    }

    private func refuse(_ vector: VectorCase, fault: String) throws {
        var network = try ProvingChain(computeUnits: 1)
        let (sender, message): (String, Message)
        switch fault {
        case "session id mismatch":
            (sender, message) = ("operator", try network.claim(root: root(sum: 10, count: 10)) { $0.sessionID = "ab" })
        case "supplier not in session":
            (sender, message) = ("other", try network.claim(root: root(sum: 10, count: 10), by: "other"))
        case "app unknown":
            (sender, message) = (
                "operator",
                try network.claim(root: root(sum: 10, count: 10)) { $0.applicationAddress = address("app2") }
            )
        default: throw UnknownCase()
        }
        try vector.expect(refusal: network.refusal(of: message, by: sender, at: 12))
        try vector.expect(network.storedClaim == nil, is: true, "no claim")
    }

    private func pinned(_ vector: VectorCase) throws {
        let input = vector["input"]
        var network = try ProvingChain(computeUnits: try input["cuprAtSessionStart"].uint64)
        let live = Service(
            id: "svc", computeUnitsPerRelay: try input["liveCupr"].uint64, ownerAddress: address("source"))
        try network.send(
            .addService(MsgAddService(ownerAddress: address("source"), service: live)), by: "source", at: 3)
        let root = root(sum: try input["sum"].uint64, count: try input["count"].uint64)
        try vector.expect(refusal: network.refusal(of: network.claim(root: root), at: 12))
        try vector.expect(
            network.chain.computeUnitsPerRelay(of: "svc", at: 12), is: try input["liveCupr"].uint64, "the live weight")
    }

    @Test("Claims that no state could accept are refused as upstream's cases say")
    func validateBasic() throws {
        try everyCase(ofArea: "claim-validate-basic") { vector in
            let input = vector["input"]
            var message = MsgCreateClaim(
                supplierOperatorAddress: address("operator"),
                sessionHeader: SessionHeader(
                    applicationAddress: address("app"), serviceID: "svc", sessionID: "ab", sessionStartBlockHeight: 1,
                    sessionEndBlockHeight: 10),
                rootHash: root(sum: 1, count: 1))
            #expect(throws: Never.self) { try message.validateBasic() }
            switch true {
            case vector.gives("rootHashHex"): message.rootHash = try input["rootHashHex"].bytes
            case vector.gives("rootHashLen"):
                message.rootHash =
                    try input["rootHashLen"].string == "<48" ? message.rootHash.dropLast() : message.rootHash + [0]
            case vector.gives("sessionId"): message.sessionHeader?.sessionID = try input["sessionId"].string
            case vector.gives("sessionStart"):
                message.sessionHeader?.sessionStartBlockHeight = try input["sessionStart"].int64
            case vector.gives("supplier"): message.supplierOperatorAddress = Address(try input["supplier"].string)
            default: throw UnknownCase()
            }
            let error = #expect(throws: ChainError.self) { try message.validateBasic() }
            try vector.expect(refusal: error?.name)
        }
    }

    @Test("A second claim inside the window replaces the first")
    func upsert() throws {
        var network = try ProvingChain(computeUnits: 1)
        let first = try network.send(network.claim(root: root(sum: 10, count: 10)), at: 12)
        let second = try network.send(network.claim(root: root(sum: 20, count: 20)), at: 13)
        #expect(Event.names(first.transactions[0].events) == ["ClaimCreated"])
        #expect(Event.names(second.transactions[0].events) == ["ClaimUpdated"])
        #expect(network.chain.proof.claims.count == 1)
        #expect(network.storedClaim?.numRelays == 20)
    }

    @Test("Quirk: a claim's event scales its relays by the difficulty, its compute units not; a proof's scales both")
    func estimatedComputeUnits() throws {
        var network = try ProvingChain()
        let target = [0x7f] + Bytes(repeating: 0xff, count: 31)
        network.chain.service.difficultyHistory["svc", default: SortedMap()][1] = RelayMiningDifficulty(
            serviceID: "svc", blockHeight: 1, numRelaysEMA: 1, targetHash: target)
        let relays = try (0..<40).map { try network.relay($0) }.filter {
            Difficulty.isApplicable(relayHash: $0.minedBytesAndHash().hash, target: target)
        }
        try network.mine(relays)
        let created = try #require(try network.send(network.claim(), at: 12).all("ClaimCreated").first)
        let submitted = try #require(try network.send(network.proof(), at: 16).all("ProofSubmitted").first)
        let count = Int64(relays.count)
        #expect(created["num_relays"]?.integer == count)
        #expect(created["num_estimated_relays"]?.integer == 2 * count)
        #expect(created["num_estimated_compute_units"]?.integer == 100 * count)
        #expect(submitted["num_estimated_compute_units"]?.integer == 200 * count)
    }
}
