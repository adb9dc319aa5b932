import Config
import Offchain
import Shannon
import World

extension NetworkSpec {
    /// Upstream's localnet genesis (`config.yml`), on which its features run.
    static var upstream: NetworkSpec {
        var spec = NetworkSpec()
        spec.params = .localnet
        spec.services = [
            ServiceSpec(id: "anvil", name: "anvil", computeUnitsPerRelay: 100, owner: "source_owner_anvil"),
            ServiceSpec(id: "anvilws", name: "anvilws", computeUnitsPerRelay: 100, owner: "source_owner_anvil"),
            ServiceSpec(id: "ollama", name: "ollama", computeUnitsPerRelay: 100, owner: "source_owner_ollama"),
            ServiceSpec(id: "rest", name: "rest", computeUnitsPerRelay: 100, owner: "source_owner_ollama"),
            ServiceSpec(id: "static", name: "static", computeUnitsPerRelay: 1, owner: "source_owner_ollama"),
        ]
        let applications: [(service: String, stake: Int64, balance: Int64)] = [
            ("anvil", 200_000_000, 100_000_000_000), ("rest", 200_000_000, 200_000_000),
            ("anvilws", 200_000_000, 300_000_000), ("anvil", 0, 300_000_000), ("anvil", 0, 300_000_000),
        ]
        spec.applications = applications.enumerated().map { place, app in
            ApplicationSpec(
                name: "app\(place + 1)", service: app.service, stake: app.stake, balance: app.balance,
                gateways: app.stake > 0 ? ["gateway1"] : [], kind: .sovereign)
        }
        spec.suppliers = (1...3).map { number in
            SupplierSpec(
                name: "supplier\(number)", stake: number == 1 ? 1_000_068 : 0, balance: Int64(number) * 110_000_000,
                services: number == 1 ? spec.services.map(\.id) : ["anvil"])
        }
        spec.gateways = (1...3).map { number in
            GatewaySpec(
                name: "gateway\(number)", stake: number == 1 ? 1_000_068 : 0, balance: Int64(number) * 100_000_000)
        }
        spec.validators = [
            ValidatorSpec(name: "validator1", bondedTokens: 900_000_000, balance: 900_000_000_000_000)
        ]
        spec.accounts = [
            AccountSpec(name: "faucet", balance: 999_999_999_999_999_999),
            AccountSpec(name: "pnf", balance: 690_000_000_000_042),
            AccountSpec(name: "source_owner_anvil", balance: 6_900_000_000_042),
            AccountSpec(name: "source_owner_ollama", balance: 6_900_000_000_042),
            AccountSpec(name: "unauthorized", balance: 100_000),
        ]
        spec.addUpstreamKeys()
        return spec
    }
}
