import Keys
import Onchain
import SMST
import Shannon
import Testing
import World

@testable import Offchain

@Suite("What a RelayMiner serves, refuses and mines")
struct RelayMinerTests {
    /// What one relay of the tests costs, in upokt.
    private static let price: Int64 = 4_200

    private func responses(_ effects: [Effect]) throws -> [RelayResponse] {
        try effects.compactMap { effect in
            guard case .send(_, .relayResponse(_, let wire)) = effect else { return nil }
            return try RelayResponse(wire: wire)
        }
    }

    private func notMined(_ effects: [Effect]) -> [NotMinedReason] {
        effects.compactMap { if case .report(.relayNotMined(_, _, let reason)) = $0 { reason } else { nil } }
    }

    private func minedCount(_ effects: [Effect]) -> Int {
        effects.count { if case .report(.relayMined) = $0 { true } else { false } }
    }

    /// The meter after a relay that was given back.
    private func meterAfterGivingBack(_ party: RelayMinerParty, _ request: RelayRequest) throws -> RelayMeter {
        var meter = RelayMeter()
        guard case .taken(let cost) = meter.take(party.header, chain: party.chain) else {
            throw RelayFailure.timeout
        }
        meter.giveBack(
            ServingRelay(
                exchange: 1, sender: .outside, request: request, header: party.header, metered: cost,
                isOverServiced: false, isVerified: false))
        return meter
    }

    /// An application whose stake is worth so many relays of a session to each of 15 suppliers.
    private func stake(_ relays: Int64) -> (inout Genesis) -> Void {
        { genesis in
            genesis.params.application.minStake = .upokt(1)
            genesis.applications[0].stake = .upokt(relays * Self.price * 15 * 2)
        }
    }

    @Test("Errors are unsigned responses with upstream's codespace and code, and their text as payload")
    func refusals() throws {
        var settings = Supplier.Settings()
        settings.maxBodySize = 1_000
        func refusal(
            _ expected: String, _ edit: @escaping (inout Genesis) -> Void = { _ in },
            _ change: (inout RelayRequest, RelayMinerParty) throws -> Void
        ) throws {
            var party = try RelayMinerParty(settings: settings, edit)
            var request = try party.request()
            try change(&request, party)
            let effects = party.receive(.relayRequest(exchange: 1, wire: request.wireBytes))
            let response = try #require(try responses(effects).first)
            let error = try #require(response.relayMinerError)
            #expect("\(error.codespace) \(error.code)" == expected)
            #expect(!error.description.isEmpty && !error.message.isEmpty)
            #expect(response.meta == RelayResponse.Metadata(sessionHeader: nil))
            #expect(response.payload == Bytes(error.message.utf8) && response.payloadHash.isEmpty)
            #expect(party.supplier.servingCount == 0)
        }
        try refusal("relayer_proxy 11") { request, _ in request.payload = Bytes(repeating: 1, count: 1_000) }
        try refusal("relay_authenticator 4") { request, _ in request.meta.sessionHeader?.sessionID = "" }
        try refusal("relayer_proxy 9") { request, _ in
            request.meta.supplierOperatorAddress = PrivateKey.derived(seed: 3, name: "other").address
        }
        try refusal("relayer_proxy 7", stake(0)) { _, _ in }
        let addService: (inout Genesis) -> Void = {
            $0.services.append(Service(id: "new", computeUnitsPerRelay: 1, ownerAddress: $0.services[0].ownerAddress))
        }
        try refusal("relayer_proxy 3", addService) { request, _ in request.meta.sessionHeader?.serviceID = "new" }
        try refusal("relayer_proxy 14") { request, party in
            request.payload = [0xff]
            try party.sign(&request)
        }
    }

    @Test("Quirk: an application that the chain does not know is not metered, and refused for want of a ring")
    func unknownApplication() throws {
        var party = try RelayMinerParty()
        let request = try party.request()
        party.chain = try RelayMinerParty.chain(isStaked: false, height: 1)
        let refusal = party.send(request.wireBytes, exchange: 1)
        #expect(refusal.map { "\($0.codespace) \($0.code)" } == "rings 3")
        #expect(party.supplier.meter == RelayMeter())
    }

    @Test("Who sent a relay takes no answer whose payload is not the one that was signed for")
    func payload() throws {
        var party = try RelayMinerParty()
        let effects = try party.serve(party.request(), exchange: 1)
        let answer = try #require(try responses(effects).first)
        let client = RelayClient(key: PrivateKey.derived(seed: 3, name: "app"), idBase: 1)
        let pending = RelayClient.Pending(exchange: 1, header: party.header, supplier: party.supplier.address)
        #expect(try client.open(answer.wireBytes, of: pending, chain: party.chain).statusCode == 200)
        let edits: [(inout RelayResponse) -> Void] = [
            { $0.payload[0] ^= 1 }, { $0.payloadHash[0] ^= 1 }, { $0.payloadHash = [] },
            { $0.meta.supplierOperatorSignature[9] ^= 1 }, { $0.meta.sessionHeader?.sessionEndBlockHeight += 1 },
        ]
        for edit in edits {
            var other = answer
            edit(&other)
            #expect(throws: RelayFailure.self) {
                try client.open(other.wireBytes, of: pending, chain: party.chain)
            }
        }
    }

    @Test("What was metered of a relay that is refused later is given back")
    func givenBack() throws {
        var party = try RelayMinerParty(stake(1))
        var spoiled = try party.request()
        spoiled.meta.signature[40] ^= 1
        #expect(party.send(spoiled.wireBytes, exchange: 1)?.codespace == "rings")
        #expect(party.supplier.meter == (try meterAfterGivingBack(party, spoiled)))
        // So the only relay that its stake covers is still to be had.
        #expect(minedCount(try party.serve(party.request(), exchange: 2)) == 1)
        #expect(party.send(try party.request().wireBytes, exchange: 3)?.code == 7)
    }

    @Test("A backend that takes too long is given up: code 10, and nothing is metered or mined")
    func backendTimeout() throws {
        var party = try RelayMinerParty()
        let request = try party.request()
        let effects = party.receive(.relayRequest(exchange: 1, wire: request.wireBytes))
        let timers = effects.compactMap { effect -> (Span, UInt64)? in
            if case .wake(let span, let id) = effect { (span, id) } else { nil }
        }
        let timer = try #require(timers.first)
        #expect(timer.0 == party.supplier.settings.requestTimeout)
        let error = try #require(try responses(party.receive(.timeout(timer.1))).first?.relayMinerError)
        #expect("\(error.codespace) \(error.code)" == "relayer_proxy 10")
        #expect(party.supplier.meter == (try meterAfterGivingBack(party, request)))
        #expect(party.supplier.trees.isEmpty)
    }

    @Test("A backend's server error is passed on, signed, but not mined, and given back", arguments: [499, 500, 503])
    func backendError(status: UInt32) throws {
        var party = try RelayMinerParty()
        let request = try party.request()
        let effects = try party.serve(request, exchange: 1, status: status)
        let response = try #require(try responses(effects).first)
        try response.checkPayload()
        #expect(try HTTPResponse(wire: response.payload).statusCode == status)
        #expect(
            party.supplier.publicKey.verifies(
                signature: response.meta.supplierOperatorSignature, of: response.signableHash))
        #expect(notMined(effects) == (status < 500 ? [] : [.backendError]))
        #expect((party.supplier.meter == (try meterAfterGivingBack(party, request))) == (status >= 500))
    }

    @Test("A relay beyond the application's share is served for nothing where over-servicing is allowed")
    func overServicing() throws {
        var settings = Supplier.Settings()
        settings.enableOverServicing = true
        var party = try RelayMinerParty(settings: settings, stake(1))
        #expect(minedCount(try party.serve(party.request(), exchange: 1)) == 1)
        let meter = party.supplier.meter
        let effects = try party.serve(party.request(), exchange: 2)
        #expect(try responses(effects).map(\.relayMinerError) == [nil])
        #expect(notMined(effects) == [.overServiced])
        #expect(party.supplier.meter == meter)
    }

    @Test(
        "Without eager validation a session's first relay is served first and verified then; an invalid one earns nothing"
    )
    func lazyValidation() throws {
        var settings = Supplier.Settings()
        settings.enableEagerRelayRequestValidation = false
        var party = try RelayMinerParty(settings: settings)
        var spoiled = try party.request()
        spoiled.meta.signature[40] ^= 1
        let effects = try party.serve(spoiled, exchange: 1)
        #expect(try responses(effects).map(\.relayMinerError) == [nil])
        #expect(notMined(effects) == [.unverified])
        #expect(party.supplier.trees.isEmpty)
        #expect(party.supplier.meter == (try meterAfterGivingBack(party, spoiled)))
        // The session is known once a relay of it was mined: from then on they are verified first.
        #expect(minedCount(try party.serve(party.request(), exchange: 2)) == 1)
        #expect(party.send(spoiled.wireBytes, exchange: 3)?.codespace == "rings")
    }

    @Test("Quirk: a session is known up to one block after its end, whatever its grace period")
    func knownSessions() throws {
        var settings = Supplier.Settings()
        settings.enableEagerRelayRequestValidation = false
        var party = try RelayMinerParty(settings: settings) { genesis in
            genesis.params.shared.gracePeriodEndOffsetBlocks = 3
            genesis.params.shared.claimWindowOpenOffsetBlocks = 3
            genesis.params.shared.claimWindowCloseOffsetBlocks = 3
        }
        _ = try party.serve(party.request(), exchange: 1)
        for (height, isKnown) in [(Height(11), true), (12, false)] {
            _ = party.receive(.newBlock(height: height))
            #expect(party.supplier.verified.contains(SessionTree.ID(party.header)) == isKnown)
        }
    }

    @Test("A mined relay has no payload, keeps its signature, and weighs the compute units of its session's start")
    func mined() throws {
        var party = try RelayMinerParty()
        let effects = try party.serve(party.request(), exchange: 1)
        let answer = try #require(try responses(effects).first)
        let facts = effects.compactMap { if case .report(.relayMined(let mined)) = $0 { mined } else { nil } }
        let mined = try #require(facts.first)
        let relay = try Relay(wire: try #require(party.supplier.leaf(of: mined)))
        #expect(relay.response.payload.isEmpty && !answer.payload.isEmpty)
        #expect(relay.response.payloadHash == Digest.sha256(answer.payload))
        #expect(relay.response.signableHash == answer.signableHash)
        #expect(mined.relayHash == Digest.sha256(relay.wireBytes))
        #expect(mined.computeUnits == 100)
        let tree = try #require(party.supplier.trees.values.first)
        #expect(tree.root.sum == 100 && tree.root.count == 1)
    }

    @Test("What was consumed of a session is forgotten when its claim window opens")
    func meterEnds() throws {
        var party = try RelayMinerParty()
        _ = try party.serve(party.request(), exchange: 1)
        let meter = party.supplier.meter
        party.chain = try RelayMinerParty.chain(height: 12)
        _ = party.receive(.newBlock(height: 11))
        #expect(party.supplier.meter == meter)
        _ = party.receive(.newBlock(height: 12))
        #expect(party.supplier.meter == RelayMeter())
    }

    @Test("The log of mined relays is written when it has 10 MB, without waiting for its 10 s")
    func logSize() throws {
        var party = try RelayMinerParty()
        let small = party.supplier.log([1], hash: Digest.sha256([1]), computeUnits: 1, of: party.header)
        #expect(small == [.wake(after: .seconds(10), party.supplier.flushTimer)])
        #expect(party.supplier.disk.sessions.isEmpty)
        let large = Bytes(repeating: 2, count: LogBuffer.flushSize)
        let flushed = party.supplier.log(large, hash: Digest.sha256([2]), computeUnits: 1, of: party.header)
        #expect(flushed == [.cancel(party.supplier.flushTimer)])
        let log = try #require(party.supplier.disk.sessions.values.first?.log)
        #expect(MinedRelayLog.parse(log).records.map(\.payload.count) == [1, 10_000_000])
    }
}
