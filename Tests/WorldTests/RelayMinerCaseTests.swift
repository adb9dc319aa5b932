import Keys
import Onchain
import Shannon
import Testing
import VectorSupport
import World

@testable import Offchain

/// Upstream's own cases of its RelayMiner, against this one's; upstream's errors are told apart by codespace and code.
@Suite("What upstream tests of its RelayMiner")
struct RelayMinerCaseTests {
    @Test("Every case of upstream's RelayMiner holds")
    func cases() throws {
        let outcome = try VectorCoverage.run("protocol_cases.json", kind: "relayminer") { vector in
            if let name = vector["input"]["case"].optional {
                try relay(name.string, vector)
            } else if vector["input"]["header.end"].optional != nil {
                try relay("forged end", vector)
            } else if vector["input"]["payloadLen"].optional != nil {
                try logEntry(vector)
            } else {
                try proofNotRequired(vector)
            }
        }
        for failure in outcome.failures { Issue.record("\(failure)") }
    }

    /// Sends one relay, and compares the refusal and what the meter holds afterwards.
    private func relay(_ name: String, _ vector: VectorCase) throws {
        let heights: [String: Height] = ["late but in grace": 11, "late past grace": 12]
        var party = try RelayMinerParty(height: heights[name] ?? 1)
        var meter = RelayMeter()
        var request = try party.request()
        var wire: Bytes?
        switch name {
        case "unparsable body": wire = Bytes("invalid request".utf8)
        case "missing signature": request.meta.signature = []
        case "garbage signature": request.meta.signature = Bytes("invalid signature".utf8)
        case "payload does not match signature": request.payload = HTTPRequest(method: "POST", url: "/x").wireBytes
        case "forged end":
            request.meta.sessionHeader?.sessionEndBlockHeight += 1
            try party.sign(&request)
        case "app not staked":
            // The meter knows the session from a relay before; then the application is gone.
            _ = party.send(request.wireBytes, exchange: 1)
            meter = party.supplier.meter
            party.chain = try RelayMinerParty.chain(isStaked: false, height: 1)
        default: break
        }
        let refusal = party.send(wire ?? request.wireBytes, exchange: 2)

        let expected: [String: String] = [
            "unparsable body": "relayer_proxy 14", "missing signature": "relay_authenticator 4",
            "garbage signature": "rings 3", "payload does not match signature": "rings 3", "app not staked": "rings 3",
            "late past grace": "relay_authenticator 1", "forged end": "relay_authenticator 1",
        ]
        let found = refusal.map { "\($0.codespace) \($0.code)" }
        try vector.expect(found == nil, is: vector["expected"]["error"].optional == nil, "served")
        try vector.expect(found, is: expected[name], "error \(refusal?.message ?? "none")")

        guard let isTaken = try vector["expected"]["meterAccumulated"].optional?.bool else { return }
        if isTaken {
            let (staked, header) = (try RelayMinerParty.chain(height: party.chain.height), party.header)
            guard case .taken(let cost) = meter.take(header, chain: staked) else {
                throw JSONValueError("\(vector): expected the meter to take the relay")
            }
            if try vector["expected"]["meterReverted"].bool {
                meter.giveBack(
                    ServingRelay(
                        exchange: 2, sender: .outside, request: request, header: header, metered: cost,
                        isOverServiced: false, isVerified: false))
            }
        }
        try vector.expect(party.supplier.meter, is: meter, "what the meter holds")
    }

    private func logEntry(_ vector: VectorCase) throws {
        let payload = Bytes(repeating: 7, count: try vector["input"]["payloadLen"].int)
        let hash = Bytes(repeating: 9, count: try vector["input"]["hashLen"].int)
        let units = try vector["input"]["computeUnits"].int
        let record = MinedRelayLog.record(payload: payload, computeUnits: UInt64(units), hash: hash)
        func littleEndian(_ number: Int, _ count: Int) -> Bytes {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        try vector.expect(record.count, is: vector["expected"]["entryLen"].int, "length")
        try vector.expect(
            record, is: littleEndian(payload.count, 4) + littleEndian(units, 8) + hash + payload, "layout")
    }

    private func proofNotRequired(_ vector: VectorCase) throws {
        let party = try RelayMinerParty(height: 1)
        var params = ProofParams()
        params.proofRequirementThreshold = .upokt(.max)
        params.proofRequestProbability = 0
        let claim = Claim(
            supplierOperatorAddress: party.supplier.address, sessionHeader: party.header,
            rootHash: Bytes(repeating: 1, count: 48))
        let required = (0..<100).filter { block in
            ProofRequirement.evaluate(
                claim: claim, claimed: .upokt(1_000_000), params: params, blockHash: Digest.sha256([UInt8(block)]))
                != .notRequired
        }
        try vector.expect(required.count, is: vector["expected"]["proofs"].int, "proofs")
    }
}
