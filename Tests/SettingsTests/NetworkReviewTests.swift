import Config
import Settings
import Testing

@Suite("Networks whose parts do not fit")
struct NetworkReviewTests {
    private static let service = "[[services]]\nid = \"llm\"\ncompute_units_per_relay = 1\nowner = \"me\"\n"
    private static let gateway = "[[gateways]]\nname = \"g\"\nstake = \"1000000upokt\"\n"

    private static func application(_ rest: String) -> String {
        "[[applications]]\nname = \"a\"\nstake = \"100000000upokt\"\n" + rest
    }

    private static func supplier(_ rest: String) -> String {
        "[[suppliers]]\nname = \"s\"\nstake = \"1000000upokt\"\n" + rest
    }

    static let cases = [
        BadSettings(
            "shares that do not add up",
            "[params.tokenomics]\nmint_allocation_percentages = { dao = 0.5, proposer = 0, supplier = 0, source_owner = 0 }",
            """
            localnet.toml:2:31: expected shares that add up to 1, found a sum of 0.5
            """),
        BadSettings(
            "a grace period as long as a session",
            "[params.shared]\nnum_blocks_per_session = 5\ngrace_period_end_offset_blocks = 5",
            "localnet.toml:3:34: expected less than num_blocks_per_session (5), found 5"),
        BadSettings(
            "a session shorter than the built-in grace period needs",
            "[params.shared]\nclaim_window_open_offset_blocks = 0",
            "localnet.toml:2:35: expected at least grace_period_end_offset_blocks (1), found 0"),
        BadSettings(
            "unbonding before settlement", "[params.shared]\nnum_blocks_per_session = 4",
            """
            localnet.toml:1:9: expected at least 9 blocks, the sum of the window offsets, found 4; \
            unbond over more sessions in the built-in params.shared.supplier_unbonding_period_sessions
            """),
        BadSettings(
            "a service that does not exist", application("kind = \"sovereign\"\nservice = \"smollm2-chad\""),
            """
            localnet.toml:5:11: expected a service that exists ("smollm2-chat", "smollm2-summary", "smollm2-embed"), \
            found "smollm2-chad"; did you mean "smollm2-chat"?
            """),
        BadSettings(
            "built-in applications on services that the file replaces", service,
            """
            localnet.toml:1:3: expected a service that exists ("llm"), found "smollm2-chat" \
            in the built-in applications[0].service
            """),
        BadSettings(
            "a gateway that does not exist",
            application("kind = \"chat\"\nservice = \"smollm2-chat\"\ngateways = [\"gateway1\", \"gateway7\"]"),
            """
            localnet.toml:6:25: expected a gateway that exists ("gateway1"), found "gateway7"; \
            did you mean "gateway1"?
            """),
        BadSettings(
            "a chat application without a gateway", application("service = \"smollm2-chat\"\ngateways = []"),
            """
            localnet.toml:5:12: expected a gateway, because only a sovereign application asks without one, found none
            """),
        BadSettings(
            "two services of one id", service + service,
            "localnet.toml:6:6: expected a different id for each of the services, found \"llm\" twice"),
        BadSettings(
            "two gateways of one name", gateway + gateway,
            "localnet.toml:5:8: expected a different name for each of the gateways, found \"g\" twice"),
        BadSettings(
            "a supplier with an application's name",
            "[[suppliers]]\nname = \"app2\"\nstake = \"1000000upokt\"\nservices = [\"smollm2-chat\"]",
            """
            localnet.toml:2:8: expected a name that no other party has, found "app2", which is also one of the \
            applications
            """),
        BadSettings(
            "a stake below the minimum", "[[gateways]]\nname = \"gateway1\"\nstake = \"999999upokt\"",
            "localnet.toml:3:9: expected at least the min_stake, 1000000upokt, found 999999upokt"),
        BadSettings(
            "a minimum above the built-in stakes", "[params.supplier]\nmin_stake = \"6000000000upokt\"",
            """
            localnet.toml:2:1: expected at least the min_stake, 6000000000upokt, found 5000000000upokt \
            in the built-in suppliers[0].stake
            """),
        BadSettings(
            "a supplier of nothing", supplier("services = []"),
            "localnet.toml:4:12: expected at least one service, found none"),
        BadSettings(
            "revenue shares that do not add up",
            supplier("services = [\"smollm2-chat\"]\nrevenue_shares = [{ account = \"x\", percentage = 99 }]"),
            "localnet.toml:5:18: expected percentages that add up to 100, found a sum of 99"),
        BadSettings(
            "a shareholder twice",
            supplier(
                """
                services = ["smollm2-chat"]
                [[suppliers.revenue_shares]]
                account = "x"
                percentage = 50
                [[suppliers.revenue_shares]]
                account = "x"
                percentage = 50
                """),
            "localnet.toml:9:11: expected each account once, found \"x\" twice"),
        BadSettings(
            "a commission that is no share",
            "[[validators]]\nname = \"v\"\nbonded_tokens = \"1upokt\"\ncommission_rate = \"2\"",
            "localnet.toml:4:19: expected a decimal text of 0 … 1 such as \"0.1\", found \"2\""),
        BadSettings(
            "a mistyped mnemonic", "[[accounts]]\nname = \"x\"\nmnemonic = \"one two three\"",
            "localnet.toml:3:12: expected a BIP-39 mnemonic, found "),
        BadSettings(
            "an account name with a space", "[[accounts]]\nname = \"my account\"",
            """
            localnet.toml:2:8: expected an account name of 1 … 64 visible ASCII characters without spaces, \
            found "my account"
            """),
        BadSettings(
            "more money than the chain can count",
            "[[accounts]]\nname = \"x\"\nbalance = \"9223372036854775807upokt\"",
            "localnet.toml:1:1: expected stakes and balances of at most 4611686018427387903upokt together, found more"),
    ]

    @Test("The part that does not fit is named with its place", arguments: cases)
    func refused(_ bad: BadSettings) throws {
        let error = try #require(throws: ConfigurationError.self) { try Settings(toml: bad.toml) }
        if bad.message.hasSuffix(" ") {
            #expect(error.description.hasPrefix(bad.message))
        } else {
            #expect(error.description == bad.message)
        }
    }
}
