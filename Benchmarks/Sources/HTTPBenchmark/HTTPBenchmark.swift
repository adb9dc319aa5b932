import Console
import Foundation
import Live
import Offchain
import Shannon
import World

/// Times what the network adds to an answer: real ring signatures, sessions, mining and the journal on disk, with a
/// backend that answers at once; over HTTP and in process.
///
/// Arguments: seconds of each row, and which rows (`health`, `chat`, `stream`, `process`, `first`; all of them if none
/// is named). The CPU time of a row over HTTP includes that of its clients; memory is told every 20 seconds.
@main
struct HTTPBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let seconds = arguments.first.flatMap { Int($0) } ?? 5
        let rows = arguments.dropFirst()
        func wants(_ row: String) -> Bool { rows.isEmpty || rows.contains(row) }
        let directory = FileManager.default.temporaryDirectory.appending(path: "localnet-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let backend = TimedBackend()
        let network = try Localnet(
            spec: spec(), backend: backend, store: try SQLiteStore(directory: directory), pace: .interval(.seconds(2)))
        try await network.start()
        let server = ConsoleServer(network: network, settings: ConsoleSettings())
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let running = Task { try await server.run { port in announce.yield(port) } }
        var announced = ports.makeAsyncIterator()
        guard let port = await announced.next(isolation: #isolation) else { return }

        print("| what | clients | answers/s | p50 ms | p99 ms | CPU µs an answer | failed | memory MB |")
        print("|---|---|---|---|---|---|---|---|")
        for clients in [1, 64] {
            if wants("health") {
                try await overHTTP("GET /health", clients, seconds, port) { try await $0.ask("GET", "/health") }
            }
            if wants("chat") {
                try await overHTTP("chat completion", clients, seconds, port) {
                    try await $0.ask("POST", "/v1/chat/completions", body())
                }
            }
            if wants("stream") {
                try await overHTTP("streamed chat completion", clients, seconds, port) {
                    try await $0.ask("POST", "/v1/chat/completions", body(stream: true))
                }
            }
            guard wants("process") else { continue }
            try await measure("chat completion in process", clients, seconds) { recorder in
                let http = Shannon.HTTPRequest(
                    method: "POST", url: "/v1/chat/completions", headers: SortedMap(), body: Array(body().utf8))
                while recorder.isRunning {
                    let sent = ContinuousClock.now
                    let response = await network.submit(http, gateway: "gateway1")
                    recorder.note(.now - sent, isGood: response.statusCode == 200)
                }
            }
        }
        if wants("first") { try await firstByte(port, backend) }
        await server.stop()
        try await running.value
        await network.stop()
    }

    private static func measure(
        _ name: String, _ clients: Int, _ seconds: Int, _ client: @escaping @Sendable (Recorder) async throws -> Void
    ) async throws {
        let recorder = Recorder(seconds: seconds)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<clients { group.addTask { try await client(recorder) } }
            var memory: [String] = []
            for _ in 0..<max(1, seconds / 20) {
                try await Task.sleep(for: .seconds(seconds) / max(1, seconds / 20))
                memory.append(Process.residentMegabytes)
            }
            try await group.waitForAll()
            print(recorder.row(name, clients: clients, memory: memory))
        }
    }

    private static func overHTTP(
        _ name: String, _ clients: Int, _ seconds: Int, _ port: Int,
        _ ask: @escaping @Sendable (Client) async throws -> Client.Times
    ) async throws {
        try await measure(name, clients, seconds) { recorder in
            try await Client.connect(to: port) { client in
                while recorder.isRunning {
                    let times = try await ask(client)
                    recorder.note(times.end - times.sent, isGood: times.status == 200)
                }
            }
        }
    }

    /// From the moment at which the backend says a first token to the client's first byte, one stream at a time.
    private static func firstByte(_ port: Int, _ backend: TimedBackend) async throws {
        var spans: [Duration] = []
        try await Client.connect(to: port) { client in
            for _ in 0..<200 {
                _ = backend.takeFirstTokens()
                let times = try await client.ask("POST", "/v1/chat/completions", body(stream: true))
                if let said = backend.takeFirstTokens().first { spans.append(times.firstBody - said) }
            }
        }
        spans.sort()
        guard let last = spans.last else { return }
        print(
            "\nfirst byte after the first token: p50 \(spans[spans.count / 2]), "
                + "p99 \(spans[min(spans.count - 1, spans.count * 99 / 100)]), most \(last)")
    }

    private static func body(stream: Bool = false) -> String {
        #"{"model":"llm","messages":[{"role":"user","content":"Who serves?"}],"max_tokens":16,"stream":\#(stream)}"#
    }

    private static func spec() -> NetworkSpec {
        var spec = NetworkSpec()
        spec.accounts = [AccountSpec(name: "pnf", balance: 1_000_000), AccountSpec(name: "source", balance: 0)]
        spec.services = [ServiceSpec(id: "llm", computeUnitsPerRelay: 1, owner: "source")]
        spec.gateways = [GatewaySpec(name: "gateway1", stake: 5_000_000, balance: 1_000_000)]
        spec.applications = [
            ApplicationSpec(
                name: "app1", service: "llm", stake: 1_000_000_000_000, balance: 0, gateways: ["gateway1"],
                kind: .chat)
        ]
        spec.suppliers = (1...3).map {
            SupplierSpec(name: "supplier\($0)", stake: 1_000_000_000, balance: 10_000_000, services: ["llm"])
        }
        spec.validators = [ValidatorSpec(name: "validator1", bondedTokens: 900_000_000)]
        return spec
    }
}
