import Live
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("Interventions in a running network", .timeLimit(.minutes(1)))
struct InterventionTests {
    private func open(_ store: any Store) throws -> Localnet {
        try Localnet(
            spec: smallSpec(), backend: ScriptedBackend(), store: store, pace: .manual, pacer: ManualPacer())
    }

    @Test("a crash, a misbehaviour and a cheat are journaled: the next run continues with them")
    func journaled() async throws {
        let store = RecordingStore()
        let net = try open(store)
        try await net.start()
        try await net.intervene(.fault(.crash(.supplier("supplier2"))))
        try await net.intervene(.misbehave(.supplier("supplier1"), [.cannedAnswer]))
        try await net.intervene(.cheat(.setBalance(account: "app1", upokt: 42)))
        let response = await net.submit(chat("Who is there?"), gateway: "gateway1")
        #expect(response.statusCode == 200)
        #expect(String(decoding: response.body, as: UTF8.self).contains("very good question"))
        try await net.makeBlock()
        let world = await net.snapshot()
        #expect(world.crashed == [.supplier("supplier2")])
        // The network is dropped without a stop, as SIGKILL would.
        let next = try await open(store.copy(keeping: store.entries.count)).snapshot()
        #expect(next.chain == world.chain)
        #expect(next.crashed == world.crashed)
        let address = try #require(next.address(of: "app1"))
        #expect(next.chain.balance(of: address) == 42)
    }

    @Test("one that cannot be made is refused and not journaled")
    func refused() async throws {
        let store = RecordingStore()
        let net = try open(store)
        try await net.start()
        let count = store.entries.count
        await #expect(throws: InterventionError.self) {
            try await net.intervene(.fault(.crash(.supplier("nobody"))))
        }
        #expect(store.entries.count == count)
    }
}
