import Config
import Foundation
import Offchain
import Settings
import Shannon
import Testing
import World

@Suite("Settings of a gateway")
struct GatewaySettingsTests {
    private static let gateway = "[[gateways]]\nname = \"gateway1\"\nstake = \"1000000upokt\"\n"

    @Test("say everything that it does with relays and clients")
    func all() throws {
        let toml =
            Self.gateway + """
                requires_key = true
                strategy = "power_of_two_choices"
                concentration_cap = 40
                health_checks = "never"
                [gateways.timeouts]
                whole = "20s"
                first_part = "3s"
                next_part = "2s"
                stream = "10s"
                [gateways.retry]
                attempts = 3
                patience = "4s"
                [gateways.hedging]
                first_part_delay = "100ms"
                whole_delay = "1s"
                share = 50
                [gateways.reputation]
                start = 60
                floor = 20
                second_tier = 40
                first_tier = 90
                probation_share = 5
                [gateways.circuit_breaker]
                failures = 7
                pause = "1s"
                longest_pause = "8s"
                [[gateways.keys]]
                name = "alice"
                key = "sk-alice"
                tokens = 1000
                upokt = "5000upokt"
                requests_per_minute = 6
                tokens_per_minute = 70
                models = ["smollm2-chat"]
                [[gateways.keys]]
                name = "bob"
                key_sha256 = "\(KeyDigest(key: "sk-bob").hex)"
                """
        let found = try #require(try Settings(toml: toml).network.gateways.first)
        var wanted = Gateway.Settings()
        wanted.requiresKey = true
        wanted.strategy = .powerOfTwoChoices
        wanted.concentrationCap = 40
        wanted.healthCheckInterval = nil
        wanted.relayTimeout = .seconds(20)
        wanted.firstPartTimeout = .seconds(3)
        wanted.stallTimeout = .seconds(2)
        wanted.streamTimeout = .seconds(10)
        (wanted.attempts, wanted.patience) = (3, .seconds(4))
        wanted.hedging?.firstPartDelay = .milliseconds(100)
        wanted.hedging?.wholeDelay = .seconds(1)
        wanted.hedging?.share = 50
        wanted.reputation.start = Score(points: 60)
        wanted.reputation.floor = Score(points: 20)
        wanted.reputation.second = Score(points: 40)
        wanted.reputation.first = Score(points: 90)
        wanted.reputation.probationShare = 5
        wanted.breaker.failures = 7
        (wanted.breaker.pause, wanted.breaker.longestPause) = (.seconds(1), .seconds(8))
        #expect(found.settings == wanted)
        let limits = KeyLimits(
            tokens: 1_000, upokt: 5_000, requestsPerMinute: 6, tokensPerMinute: 70, models: ["smollm2-chat"])
        #expect(
            found.keys == [
                GatewayKeySpec(name: "alice", digest: KeyDigest(key: "sk-alice"), limits: limits),
                GatewayKeySpec(name: "bob", digest: KeyDigest(key: "sk-bob")),
            ])
        let calm = try Settings(toml: Self.gateway + "hedging = { enabled = false }")
        #expect(calm.network.gateways.first?.settings.hedging == nil)
    }

    static let cases = [
        BadSettings(
            "an unknown key", gateway + "strategie = \"least_busy\"",
            """
            localnet.toml:4:1: expected one of the keys name, stake, balance, requires_key, strategy, concentration_cap, \
            health_checks, timeouts, retry, hedging, reputation, circuit_breaker, keys in gateways[0], \
            found "strategie"; did you mean "strategy"?
            """),
        BadSettings(
            "an unknown key of a table", gateway + "[gateways.timeouts]\nwhole = \"1s\"\nfirst_prat = \"1s\"",
            """
            localnet.toml:6:1: expected one of the keys whole, first_part, next_part, stream in gateways[0].timeouts, \
            found "first_prat"; did you mean "first_part"?
            """),
        BadSettings(
            "an unknown strategy", gateway + "strategy = \"least-busy\"",
            """
            localnet.toml:4:12: expected one of "tiered_reputation", "round_robin", "least_busy", \
            "power_of_two_choices", found "least-busy"; did you mean "least_busy"?
            """),
        BadSettings(
            "no time and no never", gateway + "health_checks = \"sometimes\"",
            "localnet.toml:4:17: expected a time of at least 1ms such as \"30s\", or \"never\", found \"sometimes\""),
        BadSettings(
            "a text for a flag", gateway + "requires_key = \"yes\"",
            "localnet.toml:4:16: expected true or false, found \"yes\""),
        BadSettings(
            "tiers in the wrong order", gateway + "[gateways.reputation]\nsecond_tier = 20",
            "localnet.toml:5:15: expected at least the floor, 30, found 20"),
        BadSettings(
            "a pause longer than the longest", gateway + "[gateways.circuit_breaker]\npause = \"700s\"",
            """
            localnet.toml:4:11: expected at least the pause, 700s, found 600s in the built-in \
            gateways[0].circuit_breaker.longest_pause
            """),
        BadSettings(
            "a key without a key", gateway + "[[gateways.keys]]\nname = \"alice\"",
            "localnet.toml:4:12: expected the key key or key_sha256, found none"),
        BadSettings(
            "a second key of the same name",
            gateway + "[[gateways.keys]]\nname = \"a\"\nkey = \"x\"\n[[gateways.keys]]\nname = \"a\"\nkey = \"y\"",
            "localnet.toml:8:8: expected a different name for each of the gateways[0].keys, found \"a\" twice"),
        BadSettings(
            "the same key for two",
            gateway + "[[gateways.keys]]\nname = \"a\"\nkey = \"x\"\n[[gateways.keys]]\nname = \"b\"\nkey = \"x\"",
            "localnet.toml:7:12: expected a key of its own for each of the gateways[0].keys, found that of another one"),
        BadSettings(
            "a model that does not exist",
            gateway + "[[gateways.keys]]\nname = \"a\"\nkey = \"x\"\nmodels = [\"smollm2-chad\"]",
            """
            localnet.toml:7:11: expected a model that exists ("smollm2-chat", "smollm2-summary", "smollm2-embed"), \
            found "smollm2-chad"; did you mean "smollm2-chat"?
            """),
        BadSettings(
            "a limit of nothing", gateway + "[[gateways.keys]]\nname = \"a\"\nkey = \"x\"\ntokens = 0",
            "localnet.toml:7:10: expected an integer of at least 1, found 0"),
    ]

    @Test("are refused where they are wrong, with the place and the nearest key", arguments: cases)
    func refused(_ bad: BadSettings) throws {
        let error = try #require(throws: ConfigurationError.self) { try Settings(toml: bad.toml) }
        #expect(error.description == bad.message)
    }

    @Test("never repeat a secret in a message", arguments: ["key = [\"sk-secret\"]", "key_sha256 = \"sk-secret\""])
    func secret(line: String) throws {
        let toml = Self.gateway + "[[gateways.keys]]\nname = \"a\"\n" + line
        let error = try #require(throws: ConfigurationError.self) { try Settings(toml: toml) }
        #expect(error.position?.line == 6)
        #expect(!error.description.contains("sk-secret"))
    }

    @Test(
        "never repeat keys that stand where tables should",
        arguments: ["keys = [\"sk-secret\"]", "keys = \"sk-secret\""])
    func secretList(line: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try Settings(toml: Self.gateway + line) }
        #expect(error.description.contains("table"))
        #expect(!error.description.contains("sk-secret"))
    }

    @Test("stand in the shipped file, every one of them")
    func shipped() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../localnet.toml").standardizedFileURL
        let text = try String(contentsOf: file, encoding: .utf8)
        for table in ["", "timeouts", "retry", "hedging", "reputation", "circuit_breaker", "keys"] {
            let head = table.isEmpty ? "" : table == "keys" ? "[[gateways.keys]]\n" : "[gateways.\(table)]\n"
            let error = try #require(throws: ConfigurationError.self) {
                try Settings(toml: Self.gateway + head + "qqq = 1")
            }
            let names = error.expected.dropFirst("one of the keys ".count).split(separator: " in ")[0]
                .split(separator: ", ")
            #expect(names.count > 1)
            for name in names where !text.contains("[gateways.\(name)]") && name != "key_sha256" && name != "keys" {
                #expect(text.contains("\n\(name) = ") || text.contains("\n# \(name) = "), "\(table).\(name)")
            }
        }
        let example = text.split(separator: "\n", omittingEmptySubsequences: false).drop { $0 != "# [[gateways.keys]]" }
            .prefix { $0.hasPrefix("#") }
            .map { $0.dropFirst(2) }.joined(separator: "\n")
        let keys = try Settings(toml: Self.gateway + example).network.gateways[0].keys
        #expect(keys.map(\.name) == ["alice"])
    }
}

@Suite("A model's file")
struct ModelFileTests {
    /// A folder with a file that is large enough for its hash to be written down.
    private func withFile(_ body: (ModelFile, URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "localnet-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let url = folder.appending(path: "large.gguf")
        try Data(repeating: 7, count: 17 << 20).write(to: url)
        try body(try #require(ModelFile(named: url.path, environment: [:])), url)
    }

    /// SHA-256 of 17 MiB of sevens, as `sha256sum` says it.
    private static let hash = "b623e2436307f721137c833b775b051033e5b823c4ddfca29cdf4337a01dd042"

    @Test("has its hash written down beside it, which counts until the file changes")
    func note() throws {
        try withFile { file, url in
            let first = try #require(file.hash())
            #expect(first == Self.hash)
            let note = url.path + ".sha256"
            let text = try String(contentsOfFile: note, encoding: .utf8)
            #expect(text.hasPrefix(first + " "))
            // The note is believed, as long as the file is the same …
            try text.replacing(first, with: String(repeating: "a", count: 64))
                .write(toFile: note, atomically: true, encoding: .utf8)
            #expect(file.hash() == String(repeating: "a", count: 64))
            // … and not when it is another one of the same size, or when the note is damaged.
            try Data(repeating: 8, count: 17 << 20).write(to: url)
            let second = try #require(file.hash())
            #expect(second != first)
            for damaged in ["", "nonsense\n", second + "\n", text] {
                try damaged.write(toFile: note, atomically: true, encoding: .utf8)
                #expect(file.hash() == second)
            }
        }
    }

    @Test("that cannot be read has no hash")
    func missing() throws {
        let file = try #require(ModelFile(named: "/nowhere/at/all.gguf", environment: [:]))
        #expect(file.hash() == nil)
        #expect(file.damage() == nil)
    }
}
