import Foundation
import Keys
import Live
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("Receipts that are kept", .timeLimit(.minutes(10)))
struct ReceiptKeepingTests {
    /// A network that forgets a claim's relays as soon as it is settled, so that only what was written down remains.
    private var spec: NetworkSpec {
        var spec = smallSpec()
        spec.rememberedRelays = 0
        return spec
    }

    private func open(_ directory: String) throws -> Localnet {
        try Localnet(
            spec: spec, backend: ScriptedBackend(), store: SQLiteStore(directory: directory), pace: .manual,
            pacer: ManualPacer())
    }

    /// Asks some questions in each of some sessions; the ids of the receipts.
    private func ask(
        _ net: Localnet, sessions: Int, questions: Int, about topic: String = "Question"
    ) async throws -> [String] {
        var ids: [String] = []
        for session in 0..<sessions {
            for question in 0..<questions {
                let response = await net.submit(chat("\(topic) \(session).\(question)"), gateway: "gateway1")
                ids.append(try response.headers["X-Pokt-Receipt"]?.first.required ?? "")
            }
            for _ in 0..<10 { try await net.makeBlock() }
        }
        return ids
    }

    /// How many of some relays have a receipt that verifies, and says that its claim was settled.
    private func settled(_ ids: [String], _ net: Localnet) async throws -> Int {
        var count = 0
        for id in ids {
            guard let receipt = try await net.receipt(id, issuedBy: "gateway1") else { continue }
            try receipt.verify()
            #expect(receipt.relayHash.bytes.hex == id)
            if receipt.settlement?.event == "ClaimSettled" { count += 1 }
        }
        return count
    }

    @Test("every settled relay of several sessions has one that verifies, also after starting again")
    func everySettledRelay() async throws {
        let directory = try TemporaryDirectory()
        let net = try open(directory.path)
        try await net.start()
        let ids = try await ask(net, sessions: 4, questions: 30)
        // The last session's claims come to their end as well.
        for _ in 0..<12 { try await net.makeBlock() }
        await net.stop()
        let world = await net.snapshot()
        #expect(ids.count == 120)
        #expect(Set(ids).count == 120)
        #expect(ids.allSatisfy { world.receipt($0, issuedBy: "gateway1")?.settlement == nil })

        let next = try open(directory.path)
        try await next.start()
        #expect(try await settled(ids, next) == 120)
        #expect(try await next.receipt(String(repeating: "0", count: 64), issuedBy: "gateway1") == nil)
        #expect(try await next.receipt(ids[0], issuedBy: "nobody") == nil)
        await next.stop()
    }

    @Test("a process killed at any block after the claims loses none of them")
    func killedAnywhere() async throws {
        let directory = try TemporaryDirectory()
        let net = try open(directory.appending("state"))
        try await net.start()
        let ids = try await ask(net, sessions: 1, questions: 12)
        // What a killed process would leave: the files as they are, whether or not anything is being written.
        for block in 0..<10 {
            try await net.makeBlock()
            let copy = directory.appending("copy\(block)")
            try FileManager.default.copyItem(atPath: directory.appending("state"), toPath: copy)
            let next = try open(copy)
            try await next.start()
            for _ in block..<12 { try await next.makeBlock() }
            await next.stop()
            let last = try open(copy)
            try await last.start()
            #expect(try await settled(ids, last) == 12, "killed after \(block + 1) blocks")
            await last.stop()
        }
        await net.stop()
    }

    @Test("a fork has those of the claims that its world remembers, and keeps them as its own")
    func fork() async throws {
        let directory = try TemporaryDirectory()
        let net = try open(directory.appending("state"))
        try await net.start()
        let ids = try await ask(net, sessions: 1, questions: 12)
        for _ in 0..<3 { try await net.makeBlock() }
        let file = try await net.dump()
        await net.stop()
        _ = try await SQLiteStore.begin(directory: directory.appending("fork"), with: file)
        let fork = try open(directory.appending("fork"))
        try await fork.start()
        for _ in 0..<12 { try await fork.makeBlock() }
        await fork.stop()
        let next = try open(directory.appending("fork"))
        try await next.start()
        #expect(try await settled(ids, next) == 12)
        await next.stop()
    }

    @Test("a relay of a history that was left has none in the next one, also when that has grown as high")
    func leftHistory() async throws {
        let directory = try TemporaryDirectory()
        let net = try open(directory.path)
        try await net.start()
        try await net.saveSnapshot("beginning")
        let first = try await ask(net, sessions: 1, questions: 5)
        for _ in 0..<12 { try await net.makeBlock() }
        #expect(try await settled(first, net) == 5)
        let height = await net.status().height
        try await net.saveSnapshot("settled")

        try await net.revert(to: "beginning")
        let again = await net.submit(chat("Question 0.0"), gateway: "gateway1").headers["X-Pokt-Receipt"]
        #expect(again == [first[0]])
        let second = try await ask(net, sessions: 1, questions: 7, about: "Something else")
        for _ in 0..<12 { try await net.makeBlock() }
        #expect(await net.status().height == height)
        for id in first.dropFirst() { #expect(try await net.receipt(id, issuedBy: "gateway1") == nil) }
        #expect(try await settled(second, net) == 7)
        // The same relay in both, with the claim that counts it here.
        let shared = try #require(try await net.receipt(first[0], issuedBy: "gateway1"))
        try shared.verify()
        let beside = try await net.receipt(second[0], issuedBy: "gateway1")
        #expect(shared.settlement != nil)
        #expect(shared.claim?.height == beside?.claim?.height)

        try await net.revert(to: "settled")
        for id in second { #expect(try await net.receipt(id, issuedBy: "gateway1") == nil) }
        #expect(try await settled(first, net) == 5)
        await net.stop()
    }

    @Test("a claim that two histories share has in each the end that it had there")
    func sharedClaim() async throws {
        var spec = spec
        spec.params.proof.proofRequestProbability = 1
        let directory = try TemporaryDirectory()
        let net = try Localnet(
            spec: spec, backend: ScriptedBackend(), store: SQLiteStore(directory: directory.path), pace: .manual,
            pacer: ManualPacer())
        try await net.start()
        func end(_ id: String) async throws -> String? {
            let receipt = try #require(try await net.receipt(id, issuedBy: "gateway1"))
            try receipt.verify()
            #expect(receipt.claim != nil)
            return receipt.settlement?.event
        }
        let id = try await ask(net, sessions: 1, questions: 1)[0]
        while try await net.receipt(id, issuedBy: "gateway1")?.claim == nil { try await net.makeBlock() }
        try await net.saveSnapshot("claimed")
        for _ in 0..<10 { try await net.makeBlock() }
        #expect(try await end(id) == "ClaimSettled")
        try await net.saveSnapshot("settled")

        // Without the suppliers nobody proves the claim.
        try await net.revert(to: "claimed")
        #expect(try await end(id) == nil)
        for supplier in ["supplier1", "supplier2"] {
            try await net.intervene(.fault(.crash(.supplier(supplier))))
        }
        for _ in 0..<10 { try await net.makeBlock() }
        #expect(try await end(id) == "ClaimExpired")
        try await net.revert(to: "settled")
        #expect(try await end(id) == "ClaimSettled")
        await net.stop()
    }

    @Test("without a place to write they go with the world's memory of them, and nothing else does")
    func memory() async throws {
        let net = try Localnet(
            spec: spec, backend: ScriptedBackend(), store: MemoryStore(), pace: .manual, pacer: ManualPacer())
        try await net.start()
        let ids = try await ask(net, sessions: 1, questions: 3)
        #expect(try await net.receipt(ids[0], issuedBy: "gateway1") != nil)
        for _ in 0..<12 { try await net.makeBlock() }
        #expect(try await settled(ids, net) == 0)
        await net.stop()
    }
}

@Suite("A gateway that is set up anew at a start", .timeLimit(.minutes(1)))
struct GatewaySetUpTests {
    private func gateway(_ change: (inout GatewaySpec) -> Void = { _ in }) -> GatewaySpec {
        var gateway = smallSpec().gateways[0]
        change(&gateway)
        return gateway
    }

    @Test("does as it is told from its first request on, keeps what was used, and writes down only what differs")
    func setUp() async throws {
        let directory = try TemporaryDirectory()
        let key = GatewayKeySpec(name: "alice", digest: KeyDigest(key: "sk-alice"), limits: KeyLimits(tokens: 1_000))
        func start(_ gateway: GatewaySpec) async throws -> Localnet {
            let net = try Localnet(
                spec: smallSpec(), backend: ScriptedBackend(), store: SQLiteStore(directory: directory.path),
                pace: .manual, pacer: ManualPacer())
            try await net.start(configuring: [gateway])
            return net
        }
        func status(_ net: Localnet, _ key: String?) async -> UInt32 {
            await net.submit(
                chat("Who?"), routing: ClientRouting(key: key.map { KeyDigest(key: $0) }), gateway: "gateway1"
            ).statusCode
        }
        let first = try await start(
            gateway {
                $0.settings.requiresKey = true
                $0.settings.strategy = .roundRobin
                $0.keys = [key]
            })
        #expect(await status(first, nil) == 401)
        #expect(await status(first, "sk-alice") == 200)
        let inputs = await first.status().inputs
        await first.stop()

        let same = try await start(
            gateway {
                $0.settings.requiresKey = true
                $0.settings.strategy = .roundRobin
                $0.keys = [key]
            })
        #expect(await same.status().inputs == inputs)
        #expect(await same.gateway("gateway1")?.settings.strategy == .roundRobin)
        await same.stop()

        var more = key
        more.limits.tokens = 1
        let other = try await start(
            gateway {
                $0.settings.requiresKey = true
                $0.keys = [more]
            })
        #expect(await status(other, "sk-alice") == 429)
        await other.stop()
        let open = try await start(gateway())
        #expect(await status(open, nil) == 200)
        #expect(await open.gateway("gateway1")?.keys.entries.isEmpty == true)
        #expect(await open.usage(of: "gateway1")?.keys["alice"]?.requests == 1)
        await open.stop()
    }
}
