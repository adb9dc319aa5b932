import Keys
import Shannon

/// The keys of the network's named accounts: from a mnemonic where the spec gives one, else from seed and name.
struct Keyring: Hashable, Codable, Sendable {
    private var keys = SortedMap<String, PrivateKey>()

    init(spec: NetworkSpec) throws(SpecError) {
        for account in spec.accounts {
            guard spec.signatures == .real, let words = account.mnemonic else { continue }
            do throws(KeyError) {
                keys[account.name] = try Mnemonic(words).privateKey()
            } catch {
                throw SpecError(field: "accounts.\(account.name).mnemonic", problem: "\(error)")
            }
        }
        for name in spec.accountNames where keys[name] == nil {
            keys[name] =
                spec.signatures == .real
                ? PrivateKey.derived(seed: spec.seed, name: name) : PrivateKey.standIn(seed: spec.seed, name: name)
        }
    }

    subscript(name: String) -> PrivateKey? { keys[name] }
    var names: [String] { keys.keys }

}

extension Keyring: StateOfStores {
    static let stores = [StateStore<Keyring>(\.keys)]
}

extension NetworkSpec {
    /// Every account name that the spec mentions, each once, sorted.
    public var accountNames: [String] {
        var names = accounts.map(\.name) + applications.map(\.name) + gateways.map(\.name) + validators.map(\.name)
        names += services.map(\.owner)
        for supplier in suppliers {
            names.append(supplier.name)
            names.append(contentsOf: supplier.owner.map { [$0] } ?? [])
            names.append(contentsOf: supplier.revenueShares.map(\.account))
        }
        var unique = SortedMap<String, Bool>()
        for name in names { unique[name] = true }
        return unique.keys
    }
}

/// A network spec whose parts do not fit together.
public struct SpecError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which part, as a path such as `applications.app1.service`.
    public let field: String
    /// What was expected and what was found.
    public let problem: String

    public init(field: String, problem: String) {
        self.field = field
        self.problem = problem
    }

    public var description: String { "\(field): \(problem)" }
}
