import Keys
import Offchain
import Shannon
import World

extension NetworkReview {
    func reviewServices() throws(ConfigurationError) {
        try reviewUnique(network.services.map(\.id), list: "services", key: "id")
        for (place, service) in network.services.enumerated() {
            guard ServiceID.isValid(service.id) else {
                throw error(
                    at: "services[\(place)].id", cause: "services",
                    expected: "1 … \(ServiceID.maxLength) letters, digits, _ and -", found: "\"\(service.id)\"")
            }
            guard Service.isValidName(service.name) else {
                throw error(
                    at: "services[\(place)].name", cause: "services",
                    expected: "at most \(Service.maxNameLength) letters, digits, spaces, _ and -",
                    found: "\"\(service.name)\"")
            }
            try reviewAccountName(service.owner, at: "services[\(place)].owner", cause: "services")
        }
        let models = network.services.map { $0.model ?? $0.id }
        try reviewUnique(models, list: "services", key: "model")
    }

    func reviewGateways() throws(ConfigurationError) {
        for (place, gateway) in network.gateways.enumerated() {
            try reviewStake(
                gateway.stake, at: "gateways[\(place)].stake", module: "gateway",
                minimum: network.params.gateway.minStake)
            try reviewReputation(gateway.settings.reputation, path: "gateways[\(place)].reputation")
            let breaker = gateway.settings.breaker
            guard breaker.pause <= breaker.longestPause else {
                throw error(
                    at: "gateways[\(place)].circuit_breaker.longest_pause", cause: "gateways[\(place)].circuit_breaker",
                    expected: "at least the pause, \(breaker.pause.shortText)", found: breaker.longestPause.shortText)
            }
            try reviewKeys(gateway.keys, path: "gateways[\(place)].keys")
        }
    }

    private func reviewReputation(_ settings: ReputationSettings, path: String) throws(ConfigurationError) {
        let tiers = [
            ("floor", settings.floor), ("second_tier", settings.second), ("first_tier", settings.first),
        ]
        for (lower, upper) in zip(tiers, tiers.dropFirst()) where lower.1 > upper.1 {
            throw error(
                at: "\(path).\(upper.0)", cause: path, expected: "at least the \(lower.0), \(Int(lower.1.points))",
                found: "\(Int(upper.1.points))")
        }
    }

    private func reviewKeys(_ keys: [GatewayKeySpec], path: String) throws(ConfigurationError) {
        let models = network.services.map { $0.model ?? $0.id }
        try reviewUnique(keys.map(\.name), list: path, key: "name")
        for (number, key) in keys.enumerated() {
            let place = "\(path)[\(number)]"
            guard key.digest != .none else {
                throw error(at: place, cause: place, expected: "the key key or key_sha256", found: "none")
            }
            guard !keys[..<number].contains(where: { $0.digest == key.digest }) else {
                throw error(
                    at: place, cause: place, expected: "a key of its own for each of the \(path)",
                    found: "that of another one")
            }
            for (index, model) in (key.limits.models ?? []).enumerated() {
                try reviewReference(
                    model, at: "\(place).models[\(index)]", cause: "services", among: models, kind: "model")
            }
        }
    }

    func reviewApplications() throws(ConfigurationError) {
        let (services, gateways) = (network.services.map(\.id), network.gateways.map(\.name))
        for (place, application) in network.applications.enumerated() {
            let path = "applications[\(place)]"
            try reviewReference(
                application.service, at: "\(path).service", cause: "services", among: services, kind: "service")
            try reviewStake(
                application.stake, at: "\(path).stake", module: "application",
                minimum: network.params.application.minStake)
            for (number, gateway) in application.gateways.enumerated() {
                try reviewReference(
                    gateway, at: "\(path).gateways[\(number)]", cause: "gateways", among: gateways, kind: "gateway")
                guard !application.gateways[..<number].contains(gateway) else {
                    throw error(
                        at: "\(path).gateways[\(number)]", cause: "applications", expected: "each gateway once",
                        found: "\"\(gateway)\" twice")
                }
            }
            let most = network.params.application.maxDelegatedGateways
            guard application.gateways.count <= most else {
                throw error(
                    at: "\(path).gateways", cause: "params.application.max_delegated_gateways",
                    expected: "at most \(most) gateways", found: "\(application.gateways.count)")
            }
            guard application.kind == .sovereign || !application.gateways.isEmpty else {
                throw error(
                    at: "\(path).gateways", cause: "\(path)",
                    expected: "a gateway, because only a sovereign application asks without one", found: "none")
            }
        }
    }

    func reviewSuppliers() throws(ConfigurationError) {
        let services = network.services.map(\.id)
        for (place, supplier) in network.suppliers.enumerated() {
            let path = "suppliers[\(place)]"
            try reviewStake(
                supplier.stake, at: "\(path).stake", module: "supplier", minimum: network.params.supplier.minStake)
            guard !supplier.services.isEmpty else {
                throw error(at: "\(path).services", cause: path, expected: "at least one service", found: "none")
            }
            for (number, service) in supplier.services.enumerated() {
                let item = "\(path).services[\(number)]"
                try reviewReference(service, at: item, cause: "services", among: services, kind: "service")
                guard !supplier.services[..<number].contains(service) else {
                    throw error(at: item, cause: path, expected: "each service once", found: "\"\(service)\" twice")
                }
            }
            if let owner = supplier.owner { try reviewAccountName(owner, at: "\(path).owner", cause: path) }
            try reviewShares(supplier.revenueShares, path: "\(path).revenue_shares")
        }
    }

    private func reviewShares(_ shares: [RevenueShareSpec], path: String) throws(ConfigurationError) {
        guard !shares.isEmpty else { return }
        for (number, share) in shares.enumerated() {
            try reviewAccountName(share.account, at: "\(path)[\(number)].account", cause: path)
            guard !shares[..<number].contains(where: { $0.account == share.account }) else {
                throw error(
                    at: "\(path)[\(number)].account", cause: path, expected: "each account once",
                    found: "\"\(share.account)\" twice")
            }
        }
        let sum = shares.reduce(UInt64(0)) { $0 &+ $1.percentage }
        guard sum == 100 else {
            throw error(at: path, cause: path, expected: "percentages that add up to 100", found: "a sum of \(sum)")
        }
    }

    func reviewValidators() throws(ConfigurationError) {
        for (place, validator) in network.validators.enumerated() {
            let rate = Rational(decimalText: validator.commissionRate)
            guard let rate, rate >= .zero, rate <= .one else {
                throw error(
                    at: "validators[\(place)].commission_rate", cause: "validators",
                    expected: "a decimal text of 0 … 1 such as \"0.1\"", found: "\"\(validator.commissionRate)\"")
            }
        }
    }

    func reviewAccounts() throws(ConfigurationError) {
        try reviewUnique(network.accounts.map(\.name), list: "accounts", key: "name")
        for (place, account) in network.accounts.enumerated() {
            try reviewAccountName(account.name, at: "accounts[\(place)].name", cause: "accounts")
            guard let words = account.mnemonic else { continue }
            do throws(KeyError) { _ = try Mnemonic(words) } catch {
                throw self.error(
                    at: "accounts[\(place)].mnemonic", cause: "accounts", expected: "a BIP-39 mnemonic",
                    found: "\(error)")
            }
        }
    }

    /// Every party has its own account, so no two parties may share a name.
    func reviewNames() throws(ConfigurationError) {
        let lists: [(list: String, names: [String])] = [
            ("applications", network.applications.map(\.name)), ("gateways", network.gateways.map(\.name)),
            ("suppliers", network.suppliers.map(\.name)), ("validators", network.validators.map(\.name)),
        ]
        var seen: [String: String] = [:]
        for (list, names) in lists {
            try reviewUnique(names, list: list, key: "name")
            for (place, name) in names.enumerated() {
                try reviewAccountName(name, at: "\(list)[\(place)].name", cause: list)
                if let other = seen[name] {
                    throw error(
                        at: "\(list)[\(place)].name", cause: list, expected: "a name that no other party has",
                        found: "\"\(name)\", which is also one of the \(other)")
                }
                seen[name] = list
            }
        }
    }

    private func reviewAccountName(_ name: String, at path: String, cause: String) throws(ConfigurationError) {
        let isValid = (1...64).contains(name.utf8.count) && name.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        guard isValid else {
            throw error(
                at: path, cause: cause, expected: "an account name of 1 … 64 visible ASCII characters without spaces",
                found: "\"\(name)\"")
        }
    }

    /// All money together must fit the chain's integers.
    func reviewSupply() throws(ConfigurationError) {
        let parts =
            network.applications.flatMap { [$0.stake, $0.balance] }
            + network.gateways.flatMap { [$0.stake, $0.balance] }
            + network.suppliers.flatMap { [$0.stake, $0.balance] }
            + network.validators.flatMap { [$0.bondedTokens, $0.balance] } + network.accounts.map(\.balance)
        var sum: Int64 = 0
        for part in parts {
            let (next, overflow) = sum.addingReportingOverflow(part)
            guard !overflow, next <= Self.largestSupply else {
                throw error(
                    at: "", cause: "", expected: "stakes and balances of at most \(Self.largestSupply)upokt together",
                    found: "more")
            }
            sum = next
        }
    }

    /// Half of what the chain's integers hold, so that minting has room.
    private static var largestSupply: Int64 { .max / 2 }
}
