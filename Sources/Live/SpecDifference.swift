import Shannon
import World

extension NetworkSpec {
    /// What another spec says differently, one sentence part for each field; empty when it is the same network.
    ///
    /// The time of genesis belongs to the state and the block interval to the pace: neither makes another network.
    func differences(from stored: NetworkSpec) -> [String] {
        var found: [String] = []
        func compare<Value: Equatable>(_ name: String, _ path: KeyPath<NetworkSpec, Value>, showsValues: Bool = false) {
            let (given, kept) = (self[keyPath: path], stored[keyPath: path])
            guard given != kept else { return }
            found.append(showsValues ? "\(name) is \(given) now and \(kept) there" : "\(name) differ")
        }
        compare("the seed", \.seed, showsValues: true)
        compare("the chain id", \.chainID, showsValues: true)
        compare("the latency in nanoseconds", \.latency.nanoseconds, showsValues: true)
        compare("the channel capacity", \.channelCapacity, showsValues: true)
        compare("the remembered relays", \.rememberedRelays, showsValues: true)
        compare("params", \.params)
        compare("services", \.services)
        compare("applications", \.applications)
        compare("gateways", \.gateways)
        compare("suppliers", \.suppliers)
        compare("validators", \.validators)
        compare("accounts", \.accounts)
        // A field that nobody listed above must not go unnoticed.
        var aligned = stored
        aligned.genesisUnixSeconds = genesisUnixSeconds
        aligned.blockInterval = blockInterval
        if found.isEmpty, aligned != self { found.append("the settings differ") }
        return found
    }
}
