import Offchain
import Shannon
import TOMLKit
package import World

extension GatewaySpec {
    package static let blank = GatewaySpec(name: "", stake: 0, balance: 0)

    package static var fields: [Field<GatewaySpec>] {
        [
            .text("name", required: true, \.name),
            .amount("stake", required: true, \.stake),
            .amount("balance", \.balance),
            .flag("requires_key", \.settings.requiresKey),
            .choice("strategy", Strategy.names, \.settings.strategy),
            .integer("concentration_cap", in: 1...100, \.settings.concentrationCap),
            Field("health_checks") { (value, target) throws(ConfigurationError) in
                target.settings.healthCheckInterval = try value.spanOrNever()
            },
            .section("timeouts", \.settings, Gateway.Settings.timeoutFields),
            .section("retry", \.settings, Gateway.Settings.retryFields),
            Field("hedging") { (value, target) throws(ConfigurationError) in
                var table = HedgingTable(hedging: target.settings.hedging ?? Gateway.Hedging())
                try value.read(into: &table, HedgingTable.fields)
                target.settings.hedging = table.isEnabled ? table.hedging : nil
            },
            .section("reputation", \.settings.reputation, ReputationSettings.fields),
            .section("circuit_breaker", \.settings.breaker, CircuitBreaker.Settings.fields),
            .list("keys", \.keys, of: .blank, GatewayKeySpec.fields, isSecret: true),
        ]
    }
}

extension Strategy {
    fileprivate static var names: KeyValuePairs<String, Strategy> {
        [
            "tiered_reputation": .tieredReputation, "round_robin": .roundRobin, "least_busy": .leastBusy,
            "power_of_two_choices": .powerOfTwoChoices,
        ]
    }
}

extension Gateway.Settings {
    fileprivate static var timeoutFields: [Field<Gateway.Settings>] {
        let least = Span.milliseconds(1)
        return [
            .span("whole", atLeast: least, \.relayTimeout),
            .span("first_part", atLeast: least, \.firstPartTimeout),
            .span("next_part", atLeast: least, \.stallTimeout),
            .span("stream", atLeast: least, \.streamTimeout),
        ]
    }

    fileprivate static var retryFields: [Field<Gateway.Settings>] {
        [.integer("attempts", in: 1...1_000, \.attempts), .span("patience", atLeast: .zero, \.patience)]
    }
}

/// The section `hedging`, which can be turned off as a whole.
private struct HedgingTable {
    var isEnabled = true
    var hedging: Gateway.Hedging

    static var fields: [Field<HedgingTable>] {
        [
            .flag("enabled", \.isEnabled),
            .span("first_part_delay", atLeast: .milliseconds(1), \.hedging.firstPartDelay),
            .span("whole_delay", atLeast: .milliseconds(1), \.hedging.wholeDelay),
            .integer("share", in: 1...100, \.hedging.share),
        ]
    }
}

extension ReputationSettings {
    fileprivate static var fields: [Field<ReputationSettings>] {
        [
            points("start", \.start), points("floor", \.floor), points("second_tier", \.second),
            points("first_tier", \.first), .integer("probation_share", in: 0...100, \.probationShare),
        ]
    }

    private static func points(_ key: String, _ place: WritableKeyPath<ReputationSettings, Score>) -> Field<Self> {
        Field(key) { (value, target) throws(ConfigurationError) in
            target[keyPath: place] = Score(points: Int(try value.integer(in: 0...100)))
        }
    }
}

extension CircuitBreaker.Settings {
    fileprivate static var fields: [Field<CircuitBreaker.Settings>] {
        [
            .integer("failures", in: 1...1_000, \.failures),
            .span("pause", atLeast: .milliseconds(1), \.pause),
            .span("longest_pause", atLeast: .milliseconds(1), \.longestPause),
        ]
    }
}

extension GatewayKeySpec {
    fileprivate static let blank = GatewayKeySpec(name: "", digest: .none)

    fileprivate static var fields: [Field<GatewayKeySpec>] {
        let atLeastOne = 1...Int64.max
        return [
            .text("name", required: true, \.name),
            // What stands here is a secret, so no message repeats it.
            Field("key") { (value, target) throws(ConfigurationError) in
                guard value.isText, let key = value.node.string, !key.isEmpty else {
                    throw value.error(expected: "a key, a text in quotes", found: "something else")
                }
                target.digest = KeyDigest(key: key)
            },
            Field("key_sha256") { (value, target) throws(ConfigurationError) in
                guard value.isText, let digest = value.node.string.flatMap(KeyDigest.init(hex:)) else {
                    throw value.error(
                        expected: "a SHA-256 of 64 lower-case hexadecimal digits", found: "something else")
                }
                target.digest = digest
            },
            limit("tokens", in: atLeastOne, \.tokens),
            limit("requests_per_minute", in: atLeastOne, \.requestsPerMinute),
            limit("tokens_per_minute", in: atLeastOne, \.tokensPerMinute),
            Field("upokt") { (value, target) throws(ConfigurationError) in
                target.limits.upokt = try value.coin(atLeast: 1).amount
            },
            Field("models") { (value, target) throws(ConfigurationError) in target.limits.models = try value.texts() },
        ]
    }

    private static func limit(
        _ key: String, in range: ClosedRange<Int64>, _ place: WritableKeyPath<KeyLimits, Int?>
    ) -> Field<Self> {
        Field(key) { (value, target) throws(ConfigurationError) in
            target.limits[keyPath: place] = Int(clamping: try value.integer(in: range))
        }
    }
}

extension KeyDigest {
    /// The digest of no key: a key without a text.
    static let none = KeyDigest(key: "")
}

extension ConfigValue {
    /// A length of time, or the word "never".
    fileprivate func spanOrNever() throws(ConfigurationError) -> Span? {
        if node.string == "never" { return nil }
        guard let span = node.string.flatMap(Span.init(parsing:)), span >= .milliseconds(1) else {
            throw error(expected: "a time of at least 1ms such as \"30s\", or \"never\"")
        }
        return span
    }
}
