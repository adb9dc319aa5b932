import Config
import Scenario
import Testing
import World

/// A text that must be refused, and the message that must come.
struct BadScenario: Sendable, CustomTestStringConvertible {
    let about: String
    let toml: String
    let message: String

    init(_ about: String, _ toml: String, _ message: String) {
        (self.about, self.toml, self.message) = (about, toml, message)
    }

    var testDescription: String { about }
}

@Suite("Scenario files that are refused")
struct ScenarioFileTests {
    private static let head = """
        name = "x"
        [network]
        suppliers = 2
        applications = ["app1"]
        services = [{ id = "llm", compute_units_per_relay = 100 }]

        """

    static let bad = [
        BadScenario("no step", "name = \"x\"", "s.toml:1:1: expected the key step, found none"),
        BadScenario(
            "a name twice",
            "name = \"x\"\n[network]\nservices = []\naccounts = [\"a\", \"a\"]\n[[step]]\nat = \"height 2\"",
            "s.toml:4:18: expected a different name for each of the accounts, found \"a\" twice"),
        BadScenario(
            "steps without one", "name = \"x\"\nstep = []", "s.toml:2:8: expected at least one step, found none"),
        BadScenario(
            "expectations without one", head + "[[step]]\nat = \"height 2\"\nexpect = []",
            "s.toml:8:10: expected at least one expectation, found none"),
        BadScenario(
            "signatures that prove nothing", "name = \"x\"\n[network]\nsignatures = \"stand_in\"\n",
            "s.toml:3:14: expected real signatures (stand-ins prove nothing, and only localnet fuzz --timeline FILE "
                + "takes them; without this key everything is signed for real), found \"stand_in\""),
        BadScenario(
            "signatures that are none", "name = \"x\"\n[network]\nsignatures = \"fake\"\n",
            "s.toml:3:14: expected one of \"real\", found \"fake\""),
        BadScenario(
            "an unknown action", head + "[[step]]\nat = \"height 2\"\nsned = { app = \"app1\" }",
            "s.toml:8:1: expected one of the keys at, t, on, expect, send, ask, pay, bond, stake, unstake, delegate, "
                + "undelegate, transfer, service, transfer_service, card, params, snapshot, revert, fork, fault, heal, crash, "
                + "restart, slow, misbehave, cheat in a step, found \"sned\"; did you mean \"send\"?"),
        BadScenario(
            "an application that is none", head + "[[step]]\nat = \"height 2\"\nsend = { app = \"ap1\" }",
            "s.toml:8:16: expected an application that exists (\"app1\"), found \"ap1\"; did you mean \"app1\"?"),
        BadScenario(
            "a service that is none", head + "[[step]]\nat = \"height 2\"\nsend = { app = \"app1\", service = \"lm\" }",
            "s.toml:8:34: expected a service that exists (\"llm\"), found \"lm\"; did you mean \"llm\"?"),
        BadScenario(
            "questions of nothing", head + "[[step]]\nat = \"height 2\"\nask = { app = \"app1\", prompts = [] }",
            "s.toml:8:33: expected at least one prompt, found "),
        BadScenario(
            "an event that is none",
            head + "[[step]]\nat = \"height 2\"\nexpect = [\n  { event = \"ClaimSetled\" },\n]",
            "s.toml:9:13: expected an event that exists ("),
        BadScenario(
            "an expectation that is none",
            head + "[[step]]\nat = \"height 2\"\nexpect = [{ balanse = \"app1\", change = \"+1upokt\" }]",
            "s.toml:8:13: expected one of the keys event, no_event, balance, stake, supply, module_balance, param, "
                + "session, claims, staked, not_staked, unbonding, transferring, error, relays, compute_units, card, "
                + "went_well, found \"balanse\"; did you mean \"balance\"?"),
        BadScenario(
            "a change without a sign",
            head + "[[step]]\nat = \"height 2\"\nexpect = [{ balance = \"app1\", change = \"5upokt\" }]",
            "s.toml:8:40: expected a change with its sign such as \"+64680upokt\" or \"-92400upokt\", "
                + "found \"5upokt\""),
        BadScenario(
            "a moment that is none", head + "[[step]]\nat = \"session 1 clame window open\"",
            "s.toml:7:6: expected one of start, end, grace end, "),
        BadScenario(
            "a step without a moment", head + "[[step]]\nsend = { app = \"app1\" }",
            "s.toml:6:3: expected the key at, such as at = \"session 1 settlement\", found none"),
        BadScenario(
            "an unknown parameter", head + "[[step]]\nat = \"height 2\"\nparams = { proof = { penalty = \"1upokt\" } }",
            "s.toml:8:22: expected one of the keys proof_request_probability, "),
        BadScenario(
            "a stake below the minimum",
            "name = \"x\"\n[network]\nsuppliers = [{ name = \"s\", stake = \"5upokt\" }]\nservices = []\n[[step]]\n"
                + "at = \"height 1\"",
            "s.toml:3:36: expected at least the min_stake, 1000000upokt, found 5upokt"),
        BadScenario(
            "bounds the wrong way round",
            head
                + "[[step]]\nat = \"height 2\"\nexpect = [{ relays = \"supplier1\", mined = { at_least = 5, at_most = 2 } }]",
            "s.toml:8:43: expected at_most of at least 5, found 2"),
        BadScenario(
            "a bound that is none",
            head + "[[step]]\nat = \"height 2\"\nexpect = [{ event = \"ClaimSettled\", count = { at_mst = 2 } }]",
            "s.toml:8:47: expected one of the keys at_least, at_most in step[0].expect[0].count, found \"at_mst\"; "
                + "did you mean \"at_most\"?"),
        BadScenario(
            "a participant that is none", head + "[[step]]\nat = \"height 2\"\ncrash = \"supplier3\"",
            "s.toml:8:9: expected a participant that exists "),
    ]

    private static let exact = head + "[[step]]\nat = \"height 2\"\nexpect = "

    /// Expectations of what does not exist, which would hold whatever happens.
    static let vacuous = [
        ("{ no_event = \"ClaimSettled\", supplier = \"supplier9\" }", "did you mean \"supplier1\"?"),
        ("{ event = \"RelayServed\", supplier = \"supplier9\", count = 0 }", "did you mean \"supplier1\"?"),
        ("{ no_event = \"ClaimSettled\", service = \"lml\" }", "did you mean \"llm\"?"),
        ("{ claims = 0, supplier = \"supplier9\" }", "did you mean \"supplier1\"?"),
        ("{ claims = 0, suplier = \"supplier1\" }", "did you mean \"supplier\"?"),
        ("{ no_event = \"RelayServed\", suplier = \"supplier1\" }", "did you mean \"supplier\"?"),
        ("{ no_event = \"ClaimSettled\", claimed = \"num_relais * 4200\" }", "did you mean \"num_relays\"?"),
        ("{ error = \"ErrProofNotRequird\", count = 0 }", "did you mean \"ErrProofNotRequired\"?"),
        ("{ session = \"app1\", lacks = \"supplier9\" }", "did you mean \"supplier1\"?"),
        ("{ param = \"shared.num_block_per_session\", equals = 5 }", "did you mean \"num_blocks_per_session\"?"),
        ("{ param = \"shard.num_blocks_per_session\", equals = 5 }", "did you mean \"shared\"?"),
        ("{ card = \"lm\", contains = \"x\" }", "did you mean \"llm\"?"),
        ("{ module_balance = \"aplication\", equals = \"0upokt\" }", "did you mean \"application\"?"),
        ("{ no_event = \"ClaimSettled\", proof_requirement = \"THRESHOLDD\" }", "did you mean \"THRESHOLD\"?"),
        (
            "{ event = \"ProofSent\", proof_requirement = \"NOT REQUIRED\", count = 0 }",
            "did you mean \"NOT_REQUIRED\"?"
        ),
        ("{ no_event = \"ClaimSettled\", claim_proof_status = \"VALID\" }", "did you mean \"INVALID\"?"),
        ("{ no_event = \"ClaimExpired\", reason = \"PROOF_MISING\" }", "did you mean \"PROOF_MISSING\"?"),
        (
            "{ no_event = \"SupplierUnbondingBegin\", reason = \"SUPPLIER_UNBONDING_REASON_VOLUNTARI\" }",
            "did you mean \"SUPPLIER_UNBONDING_REASON_VOLUNTARY\"?"
        ),
        (
            "{ no_event = \"SettlementBatch\", op_reason = \"TLM_GLOBAL_MINT_INFLATIO\" }",
            "did you mean \"TLM_GLOBAL_MINT_INFLATION\"?"
        ),
        ("{ no_event = \"SettlementBatch\", sender_module = \"tokenomic\" }", "did you mean \"tokenomics\"?"),
        ("{ no_event = \"RelayNotMined\", reason = \"dificulty\" }", "did you mean \"difficulty\"?"),
        ("{ no_event = \"RelayEnded\", end = \"timeot\" }", "did you mean \"timeout\"?"),
        ("{ no_event = \"Judged\", signal = \"fatal_eror\" }", "did you mean \"fatal_error\"?"),
        (
            "{ no_event = \"TransactionFailed\", name = \"ErrProofNotRequird\" }",
            "did you mean \"ErrProofNotRequired\"?"
        ),
        ("{ no_event = \"ClaimSettled\", \"reward.supplier9\" = 5 }", "did you mean \"reward.supplier1\"?"),
        ("{ no_event = \"ClaimSettled\", reward.supplier9 = 5 }", "did you mean \"reward.supplier1\"?"),
        ("{ no_event = \"ApplicationStaked\", \"app.stak\" = 5 }", "did you mean \"app.stake\"?"),
        (
            "{ no_event = \"TransferBegin\", \"source_application.pending_transfer.session_end\" = 5 }",
            "found \"source_application.pending_transfer.session_end\""
        ),
        ("{ no_event = \"ClaimSettled\", reward = 5 }", "found \"reward\""),
        ("{ no_event = \"ClaimSettled\", num_relays = \"five\" }", "for num_relays of ClaimSettled, found \"five\""),
        ("{ no_event = \"ClaimSettled\", num_relays = -1 }", "for num_relays of ClaimSettled, found -1"),
        ("{ no_event = \"ClaimSettled\", proof_requirement = 3 }", "for proof_requirement of ClaimSettled, found 3"),
        ("{ no_event = \"ClaimSettled\", app = \"supplier1\" }", "(\"app1\"), found \"supplier1\""),
        ("{ no_event = \"ClaimSettled\", since = \"12s\" }", "found \"12s\""),
        ("{ no_event = \"ClaimSettled\", count = 3 }", "found 3"),
    ]

    @Test("An expectation of what does not exist is refused with the nearest name", arguments: vacuous)
    func refusedVacuous(expectation: String, suggestion: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try Scenario(toml: Self.exact + expectation, file: "s.toml")
        }
        #expect(error.description.hasPrefix("s.toml:8:"), "\(error)")
        #expect(error.description.hasSuffix(suggestion), "\(error)")
    }

    @Test("Every field of every event is of a kind, and every event can be expected by all of its fields")
    func catalogue() throws {
        // Each is refused only for the value, which no kind but a flag has.
        for (event, field) in [
            ("ClaimSettled", "reward_distribution_detailed.reward_distribution_detail.op_reason"),
            ("ApplicationStaked", "application.pending_transfer.destination_address"), ("RelayEnded", "end"),
            ("ValidatorRewardDistribution", "commission_rate"), ("ClaimSettled", "mint_ratio"),
        ] {
            let error = try #require(throws: ConfigurationError.self) {
                try Scenario(toml: Self.exact + "{ event = \"\(event)\", \"\(field)\" = true }", file: "s.toml")
            }
            #expect(error.found == "true", "\(error)")
        }
        let flag = "{ event = \"ApplicationOverserviced\", spend_limit_exceeded = true }"
        #expect(try Scenario(toml: Self.exact + flag, file: "s.toml").steps.count == 1)
    }

    @Test("Words may be counted where upstream counts them, reasons said in part, and relays end with a status")
    func words() throws {
        let expectations = [
            "{ event = \"ClaimSettled\", proof_requirement = 2, claim_proof_status = \"VALIDATED\" }",
            "{ event = \"ApplicationUnbondingBegin\", reason = \"BELOW_MIN_STAKE\", app.stake = \"5upokt\" }",
            "{ event = \"RelayEnded\", end = \"response 500\" }",
            "{ event = \"ClaimSettled\", reward.supplier2 = 5, num_relays = 5.0, owner = \"\" }",
            "{ event = \"SettlementBatch\", recipient = \"supplier\", op_type = \"mod_to_mod\" }",
        ]
        for expectation in expectations {
            #expect(try Scenario(toml: Self.exact + expectation, file: "s.toml").steps.count == 1)
        }
    }

    @Test("A service that a step adds may be expected by name")
    func addedService() throws {
        let service =
            "[[step]]\nat = \"height 2\"\nservice = { id = \"new\", owner = \"app1\", compute_units_per_relay = 7 }\n"
        let later = "[[step]]\nat = \"height 4\"\nexpect = { no_event = \"ClaimSettled\", service = \"new\" }"
        #expect(try Scenario(toml: Self.head + service + later, file: "s.toml").steps.count == 2)
    }

    @Test("What is wrong is named with its place", arguments: bad)
    func refused(_ bad: BadScenario) throws {
        let error = try #require(throws: ConfigurationError.self) { try Scenario(toml: bad.toml, file: "s.toml") }
        #expect(error.description.hasPrefix(bad.message), "\(error)")
    }

    @Test("Counts, names and tables may describe a network")
    func networks() throws {
        let scenario = try timeline("[[step]]\nat = \"height 1\"")
        #expect(scenario.network.suppliers.map(\.name) == ["supplier1"])
        #expect(scenario.network.suppliers.first?.services == ["llm"])
        #expect(scenario.network.services.first?.owner == "source_owner_llm")
    }
}
