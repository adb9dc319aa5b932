public import Shannon

extension Gateway: StateOfStores {
    public static let stores: [StateStore<Gateway>] = [
        StateStore(\.supplierNames), StateStore(\.reputation), StateStore(\.keys),
        StateStore(\.usage.keys), StateStore(\.usage.applications), StateStore(\.usage.suppliers),
        StateStore(\.usage.models), StateStore(\.relayTally), StateStore(\.recent),
    ]
}
