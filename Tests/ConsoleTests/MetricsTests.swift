import Console
import Live
import Offchain
import Shannon
import Testing
import World

@Suite("Metrics", .timeLimit(.minutes(1)))
struct MetricsTests {
    /// The samples of a text in Prometheus' format: name and labels as they stand, and the value.
    private func samples(_ text: String) -> [(name: String, value: Double)] {
        text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                Issue.record("expected a sample, found \(line)")
                return nil
            }
            return (String(line[..<space]), value)
        }
    }

    @Test("of every family tell what happened: traffic drives each of them from nothing")
    func everyFamily() async throws {
        var spec = smallSpec()
        spec.suppliers.append(
            SupplierSpec(name: "supplier2", stake: 1_000_000_000, balance: 50_000_000, services: ["llm"]))
        spec.gateways[0].settings.breaker.failures = 2
        let backend = HoldingBackend()
        try await withServer(spec: spec, backend: backend) {
            $0.services = ["org/tiny"]
        } _: { port, network, _ in
            let before = samples(try await RawClient.ask(port, "GET", "/metrics").body)
            #expect(before.allSatisfy { $0.value == 0 || !$0.name.hasPrefix("path_") })
            // A supplier that fails until it is passed over, and clients who notice nothing.
            try await network.intervene(.fault(.crash(.supplier("supplier2"))))
            for question in 0..<8 {
                let answer = try await RawClient.ask(
                    port, "POST", "/v1/chat/completions", body: chat("Question \(question)"))
                #expect(answer.status == 200)
            }
            try await RawClient.connect(to: port) { client in
                try await client.send(RawClient.request("POST", "/v1/chat/completions", body: streamedChat()))
                _ = try await client.chunkedHead()
                _ = try await client.chunks()
            }
            try await RawClient.connect(to: port) { client in
                try await client.send(
                    RawClient.request("POST", "/v1/chat/completions", body: chat("hold the line")))
                await backend.untilHeld(1)
            }
            await backend.untilCancelled(1)
            try await RawClient.connect(to: port) { client in
                try await client.send(
                    RawClient.request("POST", "/v1/chat/completions", body: streamedChat("hold on")))
                _ = try await client.chunkedHead()
                let text = try await RawClient.ask(port, "GET", "/metrics").body
                let found = samples(text)
                let families = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
                    .map { String($0.split(separator: " ")[2]) }
                #expect(families.count == Set(families).count)
                #expect(families.count >= 17)
                for family in families {
                    #expect(found.contains { $0.name.hasPrefix(family) && $0.value > 0 }, "\(family)")
                }
                expectRelays(found)
            }
        }
    }

    /// Relays have PATH's labels in PATH's words, and each is counted once.
    private func expectRelays(_ found: [(name: String, value: Double)]) {
        func value(_ name: String) -> Double { found.first { $0.name == name }?.value ?? 0 }
        func labels(_ supplier: String, _ status: String, _ signal: String) -> String {
            #"{domain="\#(supplier)",rpc_type="rest",service_id="llm",status_code="\#(status)","#
                + #"reputation_signal="\#(signal)",request_type="normal"}"#
        }
        #expect(value("path_relays_total" + labels("supplier1", "200", "ok")) == 9)
        #expect(value("path_relays_total" + labels("supplier1", "abandoned", "ok")) == 1)
        let failed = value("path_relays_total" + labels("supplier2", "error", "major_error"))
        #expect(failed >= 2)
        let retries = #"{domain="",rpc_type="rest",service_id="llm",reason="retry_on_connection"}"#
        #expect(value("path_retries_distribution_total" + retries) == failed)
        #expect(value(#"path_circuit_breaker_state{service_id="llm",domain="supplier2"}"#) == 1)
        #expect(value(#"path_circuit_breaker_state{service_id="llm",domain="supplier1"}"#) == 0)
        #expect(value("path_relay_latency_seconds_count" + labels("supplier1", "200", "ok")) == 9)
        let sent = value(#"path_response_bytes_sent_total{rpc_type="rest",service_id="org/tiny"}"#)
        let received = value(#"path_request_bytes_received_total{rpc_type="rest",service_id="org/tiny"}"#)
        #expect(sent > received)
    }
}

@Suite("Times of streams", .timeLimit(.minutes(1)))
struct StreamTimeTests {
    /// Two services, and their models.
    private var spec: NetworkSpec {
        var spec = smallSpec()
        spec.services.append(
            ServiceSpec(id: "llm2", computeUnitsPerRelay: 100, owner: "source_owner_llm", model: "org/\"other\""))
        spec.applications.append(
            ApplicationSpec(
                name: "app2", service: "llm2", stake: 100_000_000, balance: 10_000_000, gateways: ["gateway1"],
                kind: .chat))
        spec.suppliers[0].services.append("llm2")
        return spec
    }

    private func stream(
        _ port: Int, _ path: String = "/v1/chat/completions", headers: [(String, String)] = [], body: String
    ) async throws {
        try await RawClient.connect(to: port) { client in
            try await client.send(RawClient.request("POST", path, headers: headers, body: body))
            _ = try await client.chunkedHead()
            _ = try await client.chunks()
        }
    }

    @Test("are told by service and model, and names that clients make up add nothing")
    func labels() async throws {
        try await withServer(spec: spec) {
            $0.services = ["org/tiny", "org/\"other\""]
            $0.serviceIDs = ["org/tiny": "llm", "org/\"other\"": "llm2"]
        } _: { port, _, _ in
            func body(_ model: String) -> String {
                let question = #"[{"role":"user","content":"Tell a long story of many words"}]"#
                return #"{"model":"\#(model)","messages":\#(question),"stream":true,"max_tokens":32}"#
            }
            for _ in 0..<2 { try await stream(port, body: body("org/tiny")) }
            for _ in 0..<3 { try await stream(port, body: body(#"org/\"other\""#)) }
            try await stream(
                port, "/v1/completions", body: #"{"model":"org/tiny","prompt":"Tell","stream":true,"max_tokens":32}"#)
            for number in 0..<20 {
                let headers = [("Target-Service-Id", "llm")]
                try await stream(port, headers: headers, body: body("made-up-\(number)"))
            }
            let exposition = try Exposition(try await RawClient.ask(port, "GET", "/metrics").body)
            for family in [
                "gen_ai_server_time_to_first_token_seconds", "gen_ai_server_time_per_output_token_seconds",
            ] {
                expect(exposition, family)
            }
        }
    }

    private func expect(_ exposition: Exposition, _ family: String) {
        #expect(exposition.types[family] == "histogram")
        let counts = exposition.samples(family + "_count")
        func count(_ service: String, _ model: String, _ operation: String = "chat") -> Double? {
            let found = exposition.samples(
                family + "_count",
                ["service_id": service, "gen_ai_request_model": model, "gen_ai_operation_name": operation])
            return found.count == 1 ? found[0].value : nil
        }
        #expect(count("llm", "org/tiny") == 2, "\(family)")
        #expect(count("llm2", #"org/"other""#) == 3, "\(family)")
        #expect(count("llm", "org/tiny", "text_completion") == 1, "\(family)")
        #expect(count("llm", "") == 20, "\(family)")
        #expect(counts.count == 4, "\(family)")
        for sample in counts {
            let buckets = exposition.samples(family + "_bucket", sample.labels).map(\.value)
            #expect(buckets.count > 10)
            #expect(buckets == buckets.sorted())
            #expect(buckets.last == sample.value)
            #expect(exposition.samples(family + "_sum", sample.labels).count == 1)
        }
    }
}

@Suite("Limits of keys over HTTP", .timeLimit(.minutes(1)))
struct KeyLimitTests {
    @Test("reach the client as OpenAI's errors and headers")
    func headers() async throws {
        var spec = smallSpec()
        spec.gateways[0].settings.requiresKey = true
        spec.gateways[0].keys = [
            GatewayKeySpec(
                name: "alice", digest: KeyDigest(key: "sk-alice"), limits: KeyLimits(requestsPerMinute: 1))
        ]
        try await withServer(spec: spec) { port, _, _ in
            let key = [("Authorization", "Bearer sk-alice")]
            #expect(try await RawClient.ask(port, "GET", "/v1/models").status == 401)
            #expect(try await RawClient.ask(port, "GET", "/v1/models", headers: key).status == 200)
            let first = try await RawClient.ask(port, "POST", "/v1/chat/completions", headers: key, body: chat())
            #expect(first.status == 200)
            #expect(first.headers["x-ratelimit-limit-requests"] == "1")
            #expect(first.headers["x-ratelimit-remaining-requests"] == "0")
            let second = try await RawClient.ask(port, "POST", "/v1/chat/completions", headers: key, body: chat())
            #expect(second.status == 429)
            #expect(ErrorBody(second.body)?.code == "rate_limit_exceeded")
            #expect(second.headers["retry-after"].flatMap { Int($0) } ?? 0 > 0)
            let wrong = try await RawClient.ask(
                port, "POST", "/v1/chat/completions", headers: [("Authorization", "Bearer sk-bob")], body: chat())
            #expect(wrong.status == 401)
            #expect(!wrong.body.contains("sk-bob"))
        }
    }
}
