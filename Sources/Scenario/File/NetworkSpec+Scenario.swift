import Config
import Offchain
import Shannon
import World

extension NetworkSpec {
    /// What a scenario's network has before the file says anything: module defaults, a validator, the foundation.
    static var scenario: NetworkSpec {
        var spec = NetworkSpec()
        spec.validators = [ValidatorSpec(name: "validator1", bondedTokens: 900_000_000)]
        spec.accounts = [AccountSpec(name: "pnf", balance: 1_000_000_000)]
        return spec
    }

    /// The section `[network]`: counts or names for what may stay as usual, tables for what may not.
    ///
    /// - Parameter fuzzing: Whether the fuzzer reads it, who alone may take stand-in signatures.
    static func scenarioFields(fuzzing: Bool) -> [Field<NetworkSpec>] {
        [
            .text("chain_id", \.chainID),
            signatures(fuzzing: fuzzing),
            .span("block_interval", atLeast: .milliseconds(1), \.blockInterval),
            .span("latency", atLeast: .zero, \.latency),
            .integer("channel_capacity", in: 1...1_000_000, \.channelCapacity),
            Field("services") { (value, spec) throws(ConfigurationError) in
                spec.services = try value.readList(of: .blank, ServiceSpec.fields.optional("owner"))
                for place in spec.services.indices where spec.services[place].owner.isEmpty {
                    spec.services[place].owner = "source_owner_\(spec.services[place].id)"
                }
            },
            list("suppliers", \.suppliers, SupplierSpec.fields.optional("stake", "services")) {
                SupplierSpec(name: $0, stake: 1_000_000_000, balance: 100_000_000, services: [])
            },
            list("applications", \.applications, ApplicationSpec.fields.optional("service", "stake")) {
                ApplicationSpec(
                    name: $0, service: "", stake: 100_000_000, balance: 100_000_000, gateways: [], kind: .sovereign)
            },
            list("gateways", \.gateways, GatewaySpec.fields.optional("stake")) {
                GatewaySpec(name: $0, stake: 1_000_000, balance: 100_000_000)
            },
            list("validators", \.validators, ValidatorSpec.fields.optional("bonded_tokens")) {
                ValidatorSpec(name: $0, bondedTokens: 900_000_000)
            },
            Field("accounts") { (value, spec) throws(ConfigurationError) in
                let more = try value.namedList(AccountSpec.fields, prefix: "account") {
                    AccountSpec(name: $0, balance: 0)
                }
                spec.accounts.removeAll { old in more.contains { $0.name == old.name } }
                // The file's come first, so that a place in the list is one in the file.
                spec.accounts = more + spec.accounts
            },
        ]
    }

    /// The fuzzer writes stand-ins down where what it found needs them: another key is another address, and other
    /// suppliers in a session.
    private static func signatures(fuzzing: Bool) -> Field<NetworkSpec> {
        Field("signatures") { (value, spec) throws(ConfigurationError) in
            if !fuzzing, value.isText, try value.text() == "stand_in" {
                throw value.error(
                    expected: "real signatures (stand-ins prove nothing, and only localnet fuzz --timeline FILE takes "
                        + "them; without this key everything is signed for real)")
            }
            spec.signatures = try value.choice(fuzzing ? ["real": .real, "stand_in": .standIn] : ["real": .real])
        }
    }

    private static func list<Item>(
        _ key: String, _ place: WritableKeyPath<NetworkSpec, [Item]>, _ fields: [Field<Item>],
        make: @escaping (String) -> Item
    ) -> Field<NetworkSpec> {
        let prefix = key == "applications" ? "app" : String(key.dropLast())
        return Field(key) { (value, spec) throws(ConfigurationError) in
            spec[keyPath: place] = try value.namedList(fields, prefix: prefix, make: make)
        }
    }
}

extension ConfigValue {
    /// How many, or which: `3`, `["app1", "app2"]`, or tables with a name.
    func namedList<Item>(
        _ fields: [Field<Item>], prefix: String, make: (String) -> Item
    ) throws(ConfigurationError) -> [Item] {
        if isInteger {
            let count = try integer(in: 0...10_000)
            return (0..<Int(count)).map { make("\(prefix)\($0 + 1)") }
        }
        guard isArray else { throw error(expected: "a number, or an array of names or tables") }
        var items: [Item] = []
        for item in try self.items() {
            if item.isText {
                items.append(make(try item.text()))
            } else {
                var value = make("")
                try item.read(into: &value, fields)
                items.append(value)
            }
        }
        return items
    }
}

extension Array {
    /// The fields with some of them no longer required.
    func optional<Target>(_ keys: String...) -> [Field<Target>] where Element == Field<Target> {
        map { field in
            var field = field
            if keys.contains(field.key) { field.isRequired = false }
            return field
        }
    }
}
