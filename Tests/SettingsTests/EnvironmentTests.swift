import Config
import Settings
import Shannon
import Testing
import World

@Suite("Settings from the environment")
struct EnvironmentTests {
    @Test("A variable wins over the file")
    func precedence() throws {
        var settings = try Settings(toml: "[network]\nseed = 5\n[gateway]\nport = 1000\nhost = \"10.0.0.1\"")
        try settings.apply(environment: ["LOCALNET_SEED": "6", "LOCALNET_GATEWAY_PORT": "0", "LOCALNET_HOST": ""])
        #expect(settings.network.seed == 6)
        #expect(settings.gateway.port == 0)
        #expect(settings.gateway.host == "10.0.0.1")
    }

    @Test("A pace is a time, fast or manual")
    func pace() throws {
        var settings = Settings()
        try settings.apply(environment: ["LOCALNET_PACE": "250ms"])
        #expect(settings.pace == .clock)
        #expect(settings.network.blockInterval == .milliseconds(250))
        try settings.apply(pace: "manual", source: "--pace")
        #expect(settings.pace == .manual)
        try settings.apply(pace: "fast", source: "--pace")
        #expect(settings.pace == .fast)
    }

    @Test(
        "A bad variable is named",
        arguments: [
            ("LOCALNET_SEED", "-1", "LOCALNET_SEED: expected an integer from 0, found \"-1\""),
            ("LOCALNET_GATEWAY_PORT", "65536", "LOCALNET_GATEWAY_PORT: expected a port of 0 … 65535, found \"65536\""),
            ("LOCALNET_BACKEND", "gpu", "LOCALNET_BACKEND: expected model or scripted, found \"gpu\""),
            (
                "LOCALNET_PACE", "soon",
                "LOCALNET_PACE: expected a time of at least 1ms such as 2s, or fast, or manual, found \"soon\""
            ),
        ])
    func refused(name: String, value: String, message: String) throws {
        var settings = Settings()
        let error = try #require(throws: ConfigurationError.self) { try settings.apply(environment: [name: value]) }
        #expect(error.description == message)
    }

    @Test("Every variable that is documented changes something")
    func documented() throws {
        let samples = [
            "LOCALNET_SEED": "9", "LOCALNET_PACE": "fast", "LOCALNET_HOST": "0.0.0.0", "LOCALNET_GATEWAY_PORT": "1",
            "LOCALNET_STATE": "memory", "LOCALNET_MODEL": "a.gguf", "LOCALNET_BACKEND": "scripted",
        ]
        for (name, _) in Settings.variables where name != "LOCALNET_CONFIG" {
            var settings = Settings()
            try settings.apply(environment: [name: try #require(samples[name])])
            #expect(settings != Settings(), "\(name)")
        }
    }

    @Test("Times read back as they are written", arguments: ["2s", "500ms", "200us", "1ns", "90s"])
    func spans(text: String) {
        #expect(Span(parsing: text)?.shortText == text)
    }

    @Test("What is no time is refused", arguments: ["", "s", "2", "-1s", "1.5s", "2 s", "99999999999999999999s"])
    func noSpans(text: String) {
        #expect(Span(parsing: text) == nil)
    }
}
