import Keys
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("Sixteen clients stream while suppliers fail")
struct FaultRunTests {
    private static let clients = 16
    private static let rounds = 12

    /// Plays every client's requests, one after the other, and returns what they got; faults come at fixed moments.
    private func play(_ faults: [(after: Span, fault: Fault)]) throws -> (record: ClientRecord, world: World) {
        let record = ClientRecord()
        let spec = Networks.small(suppliers: 6)
        var driver = FastDriver(world: try World(spec: spec), backend: ScriptedBackend()) { record.note($1) }
        driver.run(untilHeight: 1)
        let start = driver.world.now
        for (after, fault) in faults {
            driver.world.schedule(.intervene(.fault(fault)), at: start.advanced(by: after))
        }
        for round in 0..<Self.rounds {
            for client in 0..<Self.clients {
                let id = UInt64(round * Self.clients + client + 1)
                let moment = start.advanced(by: .milliseconds(Int64(round) * 700 + Int64(client) * 9))
                let request = ClientRequest(id: id, http: chat("Client \(client) asks \(round)"))
                driver.world.schedule(.clientRequest(gateway: "gateway1", request), at: moment)
            }
        }
        driver.run(until: start.advanced(by: .seconds(150)))
        return (record, driver.world)
    }

    private func expectSame(_ faulty: ClientRecord, _ calm: ClientRecord) {
        #expect(faulty.violations == [])
        for id in UInt64(1)...UInt64(Self.clients * Self.rounds) {
            #expect(faulty.responses[id]?.statusCode == 200)
            #expect(content(faulty.body(id)) == content(calm.body(id)))
            #expect(faulty.responses[id]?.body == faulty.body(id))
        }
    }

    /// A stream's events without the answer's number and time, which differ from run to run.
    private func content(_ body: Bytes) -> [String] {
        ServerSentEvent.dataLines(of: body).map { line in
            String(decoding: line, as: UTF8.self).replacing(/"(id|created)":("[^"]*"|[0-9]+),?/, with: "")
        }
    }

    @Test("and notice nothing when all but one supplier crash, some of them in the middle of answers")
    func crashes() throws {
        let calm = try play([]).record
        expectSame(calm, calm)
        let faulty = try play(
            (1...5).map { (.milliseconds(Int64($0) * 731 + 33), .crash(.supplier("supplier\($0)"))) })
        expectSame(faulty.record, calm)
        let retried = faulty.record.responses.values.count { $0.headers["X-Retry-Count"] != ["0"] }
        #expect(retried > 5)
    }

    @Test("and notice nothing of partitions, slow suppliers and crashes that heal")
    func mixed() throws {
        let calm = try play([]).record
        var cut = ChannelFault()
        cut.isPartitioned = true
        let scopes = (1...2).map { Channel.Scope(from: nil, to: .supplier("supplier\($0)")) }
        let back = Channel.Scope(from: .supplier("supplier3"), to: nil)
        let faulty = try play([
            (.milliseconds(40), .channel(scopes[0], cut)), (.milliseconds(750), .channel(back, cut)),
            (.milliseconds(1_450), .crash(.supplier("supplier4"))), (.milliseconds(2_150), .channel(scopes[1], cut)),
            (.milliseconds(2_900), .slow(supplier: "supplier5", factor: 400)),
            (.milliseconds(4_000), .restart(.supplier("supplier4"))), (.milliseconds(5_000), .healAll),
        ])
        expectSame(faulty.record, calm)
        #expect(faulty.world.gateways["gateway1"]?.pendingCount == 0)
    }

    @Test("and notice nothing when parts of answers are lost, doubled, late and out of order")
    func lossy() throws {
        let calm = try play([]).record
        var noise = ChannelFault()
        noise.duplicate = Chance(millionths: 200_000)
        noise.reorder = Chance(millionths: 200_000)
        noise.jitter = .milliseconds(3)
        noise.loss = Chance(millionths: 30_000)
        let faulty = try play(
            (1...5).map { number in
                (.zero, .channel(Channel.Scope(from: .supplier("supplier\(number)"), to: .gateway("gateway1")), noise))
            })
        expectSame(faulty.record, calm)
    }
}
