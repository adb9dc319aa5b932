import Foundation
import Keys
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("Receipts")
struct ReceiptTests {
    /// A network with some answered requests, at a height, and the ids of their receipts.
    private func play(toHeight height: Height, requests: Int = 5) throws -> (world: World, ids: [String]) {
        let record = ClientRecord()
        var driver = FastDriver(world: try World(spec: Networks.small(suppliers: 2)), backend: ScriptedBackend()) {
            record.note($1)
        }
        driver.run(untilHeight: 1)
        for id in 1...UInt64(requests) {
            let request = ClientRequest(id: id, http: chat("Question \(id)", stream: id % 2 == 0))
            driver.world.schedule(.clientRequest(gateway: "gateway1", request), at: driver.world.now)
        }
        driver.run(untilHeight: height)
        #expect(record.violations == [])
        let ids = record.responses.sorted { $0.key < $1.key }.compactMap { $0.value.headers["X-Pokt-Receipt"]?.first }
        return (driver.world, ids)
    }

    @Test("prove an answer at once, its claim when it is onchain, its pay when it is settled", arguments: [3, 14, 22])
    func stages(height: Height) throws {
        let (world, ids) = try play(toHeight: height)
        #expect(ids.count == 5)
        for id in ids {
            let receipt = try #require(world.receipt(id, issuedBy: "gateway1"))
            try receipt.verify()
            #expect((receipt.claim != nil) == (height > 3))
            #expect((receipt.settlement != nil) == (height > 20))
            #expect(try Receipt(json: receipt.json) == receipt)
            if let settlement = receipt.settlement {
                #expect(settlement.event == "ClaimSettled")
                #expect(settlement.settledUpokt == Int64(settlement.relays) * 4_200)
            }
        }
        #expect(world.receipt(String(repeating: "0", count: 64), issuedBy: "gateway1") == nil)
        #expect(world.receipt("nonsense", issuedBy: "gateway1") == nil)
    }

    @Test("of streams are named by a comment before the end, also of those that another supplier went on with")
    func streamed() throws {
        for deaths in [[:], ["supplier1": 2]] {
            let record = ClientRecord()
            var driver = FastDriver(
                world: try World(spec: Networks.small(suppliers: 2)),
                backend: PacedBackend(pace: .milliseconds(200), deaths: deaths)
            ) { record.note($1) }
            driver.run(untilHeight: 1)
            for id in UInt64(1)...2 {
                driver.accept(.clientRequest(gateway: "gateway1", ClientRequest(id: id, http: chat("Question \(id)"))))
            }
            driver.run(untilHeight: 9)
            let heads = record.chunks.values.flatMap { $0 }.count { $0.head != nil }
            #expect(heads == 2)
            for id in UInt64(1)...2 {
                let response = try #require(record.responses[id])
                let name = try #require(response.headers["X-Pokt-Receipt"]?.first)
                let text = String(decoding: record.body(id), as: UTF8.self)
                #expect(text.hasSuffix("}\n\n: x-pokt-receipt \(name)\n\ndata: [DONE]\n\n"))
                #expect(text.components(separatedBy: "[DONE]").count == 2)
                #expect(response.body == record.body(id))
                try #require(driver.world.receipt(name, issuedBy: "gateway1")).verify()
            }
            #expect(record.violations == [])
        }
    }

    @Test("fail with any byte flipped, and name the broken link")
    func flips() throws {
        let (world, ids) = try play(toHeight: 22)
        let receipt = try #require(world.receipt(ids[1], issuedBy: "gateway1"))
        let json = receipt.json
        var links: Set<ReceiptLink> = []
        var survivors: [Int] = []
        // Blanks between the fields say nothing, so they cannot be wrong.
        for place in json.indices where json[place] != 0x20 && json[place] != 0x0a {
            var flipped = json
            flipped[place] ^= 1
            do throws(ReceiptError) {
                try Receipt(json: flipped).verify()
                survivors.append(place)
            } catch {
                links.insert(error.link)
            }
        }
        #expect(survivors == [])
        #expect(links.isSuperset(of: [.form, .relay, .claim, .seal]))
    }

    @Test("are taken from the issuer that is asked for, by address or key, and from no other")
    func issuer() throws {
        let (world, ids) = try play(toHeight: 22)
        let receipt = try #require(world.receipt(ids[0], issuedBy: "gateway1"))
        let gateway = try #require(world.address(of: "gateway1"))
        #expect(receipt.issuerAddress == gateway)
        try receipt.verify(issuedBy: gateway.rawValue)
        try receipt.verify(issuedBy: receipt.issuerKey.bytes.hex.uppercased())
        let supplier = try PublicKey(receipt.supplierKey.bytes)
        for other in [supplier.address.rawValue, supplier.bytes.hex, ""] {
            do throws(ReceiptError) {
                try receipt.verify(issuedBy: other)
                Issue.record("\(other) did not issue it")
            } catch { #expect(error.link == .issuer) }
        }
    }

    @Test("name the link that is broken")
    func links() throws {
        let (world, ids) = try play(toHeight: 22)
        let sound = try #require(world.receipt(ids[0], issuedBy: "gateway1"))
        func link(_ change: (inout Receipt) throws -> Void) rethrows -> ReceiptLink? {
            var receipt = sound
            try change(&receipt)
            do throws(ReceiptError) { try receipt.verify() } catch { return error.link }
            return nil
        }
        func flipped(_ text: HexText, _ place: Int) -> HexText {
            var bytes = text.bytes
            bytes[place < 0 ? bytes.count + place : place] ^= 1
            return HexText(bytes)
        }
        #expect(link { _ in } == nil)
        #expect(link { $0.version = 2 } == .form)
        #expect(link { $0.relay = flipped($0.relay, 40) } == .relay)
        #expect(link { $0.relayHash = flipped($0.relayHash, 0) } == .relay)
        #expect(link { $0.sessionBlockHash = flipped($0.sessionBlockHash, 3) } == .session)
        #expect(link { $0.supplierKey = $0.issuerKey } == .supplier)
        let transaction = try #require(sound.claim).transaction
        #expect(link { $0.claim?.transaction = flipped(transaction, -1) } == .claim)
        #expect(link { $0.chainID = "other" } == .claim)
        #expect(link { $0.claim?.computeUnits += 1 } == .leaf)
        #expect(link { $0.settlement?.relays += 1 } == .settlement)
        #expect(link { $0.settlement?.settledUpokt += 1 } == .settlement)
        #expect(link { $0.settlement?.mintedUpokt += 1 } == .seal)
        #expect(link { $0.settlement = nil } == .seal)
        #expect(link { $0.issuerKey = $0.supplierKey } == .seal)
        // A relay whose request another one signed: hash and id fit, the ring does not.
        #expect(
            try link {
                var relay = try Relay(wire: $0.relay.bytes)
                relay.request.meta.signature[20] ^= 1
                $0.relay = HexText(relay.wireBytes)
                $0.relayHash = HexText(Digest.sha256(relay.wireBytes))
            } == .ring)
    }
}
