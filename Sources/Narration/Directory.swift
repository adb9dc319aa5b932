public import Keys
import Shannon
public import World

/// The names of accounts by address.
public struct Directory: Hashable, Sendable {
    private var names = SortedMap<Address, String>()

    /// The named accounts of a world, and the account that the DAO's rewards go to.
    public init(_ world: World) {
        names[world.spec.params.tokenomics.daoRewardAddress] = "DAO"
        for account in world.accounts() { names[account.address] = account.name }
    }

    /// The name of an address, or its shortened text when it has none.
    public func name(_ address: Address) -> String {
        names[address] ?? (address.rawValue.count > 16 ? "\(address.rawValue.prefix(12))…" : address.rawValue)
    }

    /// The name of an address that stands in an event.
    public func name(_ text: String?) -> String { text.map { name(Address($0)) } ?? "?" }
}
