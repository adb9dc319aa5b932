import Config
import Foundation
import Offchain
import Settings
import Shannon
import Testing
import World

@Suite("Settings from a file")
struct SettingsFileTests {
    @Test("An empty file is the built-in network")
    func empty() throws {
        #expect(try Settings(toml: "") == Settings())
        #expect(try Settings(toml: "# nothing but a comment\n\n") == Settings())
    }

    @Test("The shipped localnet.toml says exactly the defaults")
    func shippedFile() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../localnet.toml").standardizedFileURL.path
        let settings = try Settings(file: file)
        #expect(settings.network.params == Settings().network.params)
        #expect(settings == Settings())
    }

    @Test("The shipped localnet.toml leaves no setting out")
    func shippedFileIsComplete() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../localnet.toml").standardizedFileURL
        let text = try String(contentsOf: file, encoding: .utf8)
        let unknown = "\nqqq = 1\n"
        // Each section refuses an unknown key by listing the known ones; all of those must be in the file.
        for section in [
            "network", "gateway", "inference", "state", "params.shared", "params.session", "params.application",
            "params.gateway", "params.supplier", "params.service", "params.proof", "params.tokenomics",
        ] {
            let error = try #require(throws: ConfigurationError.self) { try Settings(toml: "[\(section)]\(unknown)") }
            let listed = error.expected.dropFirst("one of the keys ".count).prefix { $0 != "\n" }
            let names = listed.split(separator: " in ")[0].split(separator: ", ")
            #expect(!names.isEmpty)
            for name in names {
                #expect(text.contains("\n\(name) = ") || text.contains("\n# \(name) = "), "\(section).\(name)")
            }
        }
    }

    @Test("A value of the file replaces the default, and a list the whole list")
    func overrides() throws {
        let settings = try Settings(
            toml: """
                [network]
                seed = 7
                block_interval = "500ms"
                [params.proof]
                proof_request_probability = 1
                [gateway]
                port = 0
                [inference]
                backend = "scripted"
                [state]
                directory = "memory"
                [[accounts]]
                name = "rich"
                balance = "5upokt"
                """)
        #expect(settings.network.seed == 7)
        #expect(settings.network.blockInterval == .milliseconds(500))
        #expect(settings.network.params.proof.proofRequestProbability == 1)
        #expect(settings.gateway.port == 0)
        #expect(settings.inference.backend == .scripted)
        #expect(settings.state.isMemory)
        #expect(settings.network.accounts.first == AccountSpec(name: "rich", balance: 5))
        #expect(!settings.network.accounts.contains { $0.name == "faucet" })
        #expect(settings.network.suppliers == NetworkSpec.standard.suppliers)
    }

    @Test("Parties with upstream's names have upstream's keys unless the file gives another mnemonic")
    func upstreamKeys() throws {
        let spec = NetworkSpec.standard
        for name in ["app1", "supplier3", "gateway1", "validator1", "faucet", "pnf"] {
            #expect(spec.accounts.first { $0.name == name }?.mnemonic == UpstreamAccounts.mnemonic(of: name))
        }
        let own = try #require(UpstreamAccounts.mnemonic(of: "app5"))
        let settings = try Settings(
            toml: "accounts = [{ name = \"supplier1\", mnemonic = \"\(own)\" }]")
        #expect(settings.network.accounts.first { $0.name == "supplier1" }?.mnemonic == own)
        #expect(settings.network.accounts.filter { $0.name == "supplier1" }.count == 1)
    }

    @Test("Prompts are a built-in list or the file's own")
    func prompts() throws {
        func application(_ prompts: String) throws -> ApplicationSpec {
            let settings = try Settings(
                toml: """
                    [[applications]]
                    name = "app1"
                    kind = "sovereign"
                    service = "smollm2-chat"
                    stake = "100000000upokt"
                    workload = { prompts = \(prompts), sessions = 3 }
                    """)
            return try #require(settings.network.applications.first)
        }
        #expect(try application("\"texts\"").workload?.prompts == SamplePrompts.texts)
        #expect(try application("[\"Why?\", \"How?\"]").workload?.prompts == ["Why?", "How?"])
        #expect(try application("[\"Why?\"]").workload?.sessions == 3)
    }

    @Test("There are prompts for every sample application")
    func samplePrompts() {
        for prompts in [SamplePrompts.chat, SamplePrompts.questions, SamplePrompts.texts] {
            #expect(prompts.count >= 12)
            #expect(prompts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(" ") })
            #expect(Set(prompts).count == prompts.count)
        }
    }
}
