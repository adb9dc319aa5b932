import Offchain
import Shannon
import Testing

@testable import World

@Suite("The journal's records")
struct JournalTests {
    @Test("a record that is written by hand has the bytes of its encoding, whatever it holds")
    func bytes() {
        let parties: [Party] = [.chain, .outside, .application("app1"), .gateway("gateway1"), .supplier("ä")]
        let messages: [PartyMessage] = [
            .newBlock(height: 7), .relayRequest(exchange: 1 << 40, wire: [1, 2]), .makeBlock, .timeout(5),
            .relayResponse(exchange: 3, wire: []), .relayChunk(exchange: 4, wire: [0]), .clientGone(request: 9),
            .bounced(exchange: 5, .down), .ask(Workload(prompts: ["a"], requestsPerSession: 2, maxTokens: 3)),
        ]
        let contents = messages.map(Envelope.Content.message) + [.intervention(.fault(.healAll))]
        let facts: [Fact] = [
            .relayEnded(exchange: 1, supplier: "supplier1", end: .timeout), .interventionRefused("because"),
        ]
        for (place, content) in contents.enumerated() {
            for from in parties {
                for to in parties {
                    let envelope = Envelope(
                        time: Instant(nanoseconds: Int64(place) << 30), sequence: UInt64(place), from: from, to: to,
                        content: content)
                    let record = Journal.Record(
                        envelope: envelope, blockHash: place.isMultiple(of: 2) ? nil : [UInt8](repeating: 7, count: 32),
                        facts: Array(facts.prefix(place % 3)))
                    #expect(record.bytes == BinaryEncoder.encode(record))
                }
            }
        }
    }
}
