import Keys
import Shannon
import Testing
import VectorSupport

@Suite("Upstream's unit tests of sessions")
struct SessionCaseTests {
    @Test("The anchored grid gives each height its session")
    func grid() throws {
        try everyCase("session-grid", of: casesFile) { vector in
            var params = SharedParams()
            params.numBlocksPerSession = try vector["input"]["numBlocksPerSession"].uint64
            params.sessionGridAnchorHeight = try vector["input"]["anchorHeight"].int64
            params.sessionNumberAtAnchor = try vector["input"]["numberAtAnchor"].int64
            let height = try vector["input"]["height"].int64
            try vector.expect(params.sessionStart(at: height), is: vector["expected"]["start"].int64, "start")
            try vector.expect(params.sessionEnd(at: height), is: vector["expected"]["end"].int64, "end")
            try vector.expect(params.sessionNumber(at: height), is: vector["expected"]["number"].int64, "number")
        }
    }

    @Test("Windows follow the session's end")
    func windows() throws {
        try everyCase("windows", of: casesFile) { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            var params = SharedParams()
            params.numBlocksPerSession = try input["numBlocksPerSession"].uint64
            params.claimWindowOpenOffsetBlocks = try input["claimOpenOffset"].uint64
            params.claimWindowCloseOffsetBlocks = try input["claimCloseOffset"].uint64
            params.proofWindowOpenOffsetBlocks = try input["proofOpenOffset"].uint64
            params.proofWindowCloseOffsetBlocks = try input["proofCloseOffset"].uint64
            if let grace = try input["gracePeriod"].optional?.uint64 { params.gracePeriodEndOffsetBlocks = grace }
            let height = try (input["queryHeight"].optional ?? input["sessionEnd"]).int64
            let found = [
                "sessionEnd": params.sessionEnd(at: height), "graceEnd": params.gracePeriodEnd(at: height),
                "claimOpen": params.claimWindowOpen(at: height), "claimClose": params.claimWindowClose(at: height),
                "proofOpen": params.proofWindowOpen(at: height), "proofClose": params.proofWindowClose(at: height),
                "earliestClaimCommit": params.earliestClaimCommit(at: height),
                "earliestProofCommit": params.earliestProofCommit(at: height),
                "settlementBlock": params.settlementHeight(at: height), "numPendingSessions": params.numPendingSessions,
            ]
            for name in expected.keys { try vector.expect(found[name], is: expected[name].int64, name) }
        }
    }

    @Test("Ids of upstream's golden sessions come out")
    func ids() throws {
        try everyCase("session-id", of: casesFile) { vector in
            let input = vector["input"]
            let preimage = try SessionID.preimage(
                blockHash: input["blockHashHex"].bytes, serviceID: input["serviceId"].string,
                application: Address(input["app"].string), startHeight: input["sessionStartHeight"].int64)
            try vector.expect(
                SessionID.id(ofPreimage: preimage), is: vector["expected"]["sessionId"].string, "session id")
        }
    }

    @Test("Quirk: weights are signed numbers, of which the lowest are selected")
    func selection() throws {
        try everyCase("session-supplier-selection", of: casesFile) { vector in
            let preimage = try vector["input"]["sessionIdPreimageHex"].bytes
            let addresses = try vector["input"]["candidates"].array.map { try $0.string }
            for address in addresses {
                let weight = SupplierSelection.weight(preimage: preimage, operatorAddress: Address(address))
                try vector.expect(weight, is: vector["expected"]["weights"][address].int64, "weight of \(address)")
            }
            let selected = try SupplierSelection.select(
                from: addresses.map { candidate($0) }, at: 1, count: vector["input"]["numSuppliersPerSession"].uint64,
                preimage: preimage)
            let expected = try vector["expected"]["selected"].array.map { try $0.string }
            try vector.expect(selected.map(\.operatorAddress.rawValue), is: expected, "selected")
        }
    }

    @Test("Configs count from their activation until before their deactivation")
    func activation() throws {
        try everyCase("service-activation", of: casesFile) { vector in
            let input = vector["input"]
            if let flat = input["flat"].optional {
                var application = Application(
                    address: anyAddress("app1"), stake: .upokt(1), serviceIDs: try flat.array.map { try $0.string })
                application.serviceConfigHistory = []
                for height in try input["heights"].array {
                    let expected = try vector["expected"]["active"].array.map { try $0.string }
                    try vector.expect(application.activeServiceIDs(at: height.int64), is: expected, "active")
                }
                return
            }
            let (from, until) = (try input["activation"].int64, try input["deactivation"].int64)
            let height = try input["height"].int64
            let ofApplication = ApplicationServiceConfigUpdate(
                serviceID: "svc1", activationHeight: from, deactivationHeight: until)
            let expected = try vector["expected"]["active"].bool
            try vector.expect(ofApplication.isActive(at: height), is: expected, "application's config")
            try vector.expect(
                candidate("a", from: from, until: until).isActive(at: height), is: expected, "supplier's config")
        }
    }

    @Test("The block that seeds the requirement is found with the parameters of the session's end")
    func seedHeight() throws {
        try everyCase("proof-seed", of: casesFile) { vector in
            let params = SharedParams()
            let seed = try params.earliestProofCommit(at: vector["input"]["sessionEnd"].int64) - 1
            try vector.expect(seed, is: vector["expected"]["seedBlockHeight"].int64, "seed height")
        }
    }
}
