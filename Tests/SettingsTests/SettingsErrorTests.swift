import Config
import Settings
import Testing

/// A text that must be refused, and the message that must come.
struct BadSettings: Sendable, CustomTestStringConvertible {
    let about: String
    let toml: String
    let message: String

    init(_ about: String, _ toml: String, _ message: String) {
        (self.about, self.toml, self.message) = (about, toml, message)
    }

    var testDescription: String { about }
}

@Suite("Settings that are refused")
struct SettingsErrorTests {
    static let keys = [
        BadSettings(
            "an unknown section", "\n[netwrok]\nseed = 1",
            """
            localnet.toml:2:2: expected one of the keys network, params, services, applications, gateways, suppliers, \
            validators, accounts, gateway, inference, state, found "netwrok"; did you mean "network"?
            """),
        BadSettings(
            "an unknown parameter", "[params.shared]\n\n    num_block_per_session = 4\n",
            """
            localnet.toml:3:5: expected one of the keys num_blocks_per_session, grace_period_end_offset_blocks, \
            claim_window_open_offset_blocks, claim_window_close_offset_blocks, proof_window_open_offset_blocks, \
            proof_window_close_offset_blocks, supplier_unbonding_period_sessions, \
            application_unbonding_period_sessions, gateway_unbonding_period_sessions, \
            compute_units_to_tokens_multiplier, compute_unit_cost_granularity in params.shared, \
            found "num_block_per_session"; did you mean "num_blocks_per_session"?
            """),
        BadSettings(
            "an unknown key of an inline table",
            "[params.tokenomics]\nmint_allocation_percentages = { dao = 1, doa = 0 }",
            """
            localnet.toml:2:42: expected one of the keys dao, proposer, supplier, source_owner, application \
            in params.tokenomics.mint_allocation_percentages, found "doa"; did you mean "dao"?
            """),
        BadSettings(
            "an unknown key near nothing", "state.xyz = 1",
            "localnet.toml:1:7: expected one of the keys directory in state, found \"xyz\""),
        BadSettings(
            "the second of two tables of an array",
            "[[accounts]]\nname = \"a\"\n[[accounts]]\nname = \"b\"\nbalanse = 1",
            """
            localnet.toml:5:1: expected one of the keys name, balance, mnemonic in accounts[1], \
            found "balanse"; did you mean "balance"?
            """),
        BadSettings(
            "a missing key", "[[accounts]]\nname = \"a\"\n\n[[accounts]]\nbalance = \"1upokt\"",
            "localnet.toml:4:3: expected the key name in accounts[1], found none"),
        BadSettings(
            "the topmost of two errors", "[state]\nfoo = 1\n[gateway]\nbar = 2",
            "localnet.toml:2:1: expected one of the keys directory in state, found \"foo\""),
        BadSettings(
            "what is no TOML", "[network]\nseed = = 3",
            "localnet.toml:2:8: expected TOML, found an error: "),
    ]

    static let values = [
        BadSettings(
            "a text for a number", "[network]\nseed = \"many\"",
            "localnet.toml:2:8: expected an integer of at least 0, found \"many\""),
        BadSettings(
            "a number for a text", "[gateway]\nhost = 127",
            "localnet.toml:2:8: expected a text in quotes, found 127"),
        BadSettings(
            "a table for a list", "[services]\nid = \"a\"",
            "localnet.toml:1:2: expected an array of tables, [[services]], found a table"),
        BadSettings(
            "a number out of range", "[gateway]\nport = 70000",
            "localnet.toml:2:8: expected an integer of 0 … 65535, found 70000"),
        BadSettings(
            "a session of one block", "[params.shared]\nnum_blocks_per_session = 1",
            "localnet.toml:2:26: expected an integer of at least 2, found 1"),
        BadSettings(
            "a probability above 1", "[params.proof]\nproof_request_probability = 1.5",
            "localnet.toml:2:29: expected a number of 0.0 … 1.0, found 1.5"),
        BadSettings(
            "a malformed amount", "[params.proof]\nproof_submission_fee = \"100pokt\"",
            "localnet.toml:2:24: expected an amount in upokt such as \"1000000upokt\", found \"100pokt\""),
        BadSettings(
            "an amount without a denomination", "[params.proof]\nproof_submission_fee = 100",
            "localnet.toml:2:24: expected an amount in upokt such as \"1000000upokt\", found 100"),
        BadSettings(
            "a negative amount", "[[accounts]]\nname = \"a\"\nbalance = \"-1upokt\"",
            "localnet.toml:3:11: expected at least 0upokt, found \"-1upokt\""),
        BadSettings(
            "a fee below its minimum", "[params.service]\nadd_service_fee = \"0upokt\"",
            "localnet.toml:2:19: expected at least 1upokt, found \"0upokt\""),
        BadSettings(
            "a mistyped word", "[inference]\nbackend = \"skripted\"",
            "localnet.toml:2:11: expected one of \"model\", \"scripted\", found \"skripted\"; did you mean \"scripted\"?"
        ),
        BadSettings(
            "a time without a unit", "[network]\nblock_interval = 2",
            "localnet.toml:2:18: expected a time such as \"2s\", \"500ms\" or \"200us\", found 2"),
        BadSettings(
            "no time between blocks", "[network]\nblock_interval = \"0s\"",
            "localnet.toml:2:18: expected at least 1ms, found \"0s\""),
        BadSettings(
            "an address that is none", "[params.tokenomics]\ndao_reward_address = \"pokt1abc\"",
            "localnet.toml:2:22: expected an address of the form \"pokt1…\", found \"pokt1abc\""),
        BadSettings(
            "a column after characters of several bytes", "[gateway] # größer\n\"host\" = [\"ä\", 'ö', 3]",
            "localnet.toml:2:10: expected a text in quotes, found an array"),
        BadSettings(
            "an item of a list",
            "[[suppliers]]\nname = \"s\"\nstake = \"1upokt\"\nservices = [\n  \"a\", # one\n  2,\n]",
            "localnet.toml:6:3: expected a text in quotes, found 2"),
    ]

    @Test("Unknown and missing keys are named with their place", arguments: keys)
    func refusedKeys(_ bad: BadSettings) throws { try check(bad) }

    @Test("Values of a wrong kind are named with their place", arguments: values)
    func refusedValues(_ bad: BadSettings) throws { try check(bad) }

    private func check(_ bad: BadSettings) throws {
        let error = try #require(throws: ConfigurationError.self) { try Settings(toml: bad.toml) }
        if bad.message.hasSuffix(" ") {
            #expect(error.description.hasPrefix(bad.message))
        } else {
            #expect(error.description == bad.message)
        }
    }
}
