public import Shannon

extension Chain: StateOfStores {
    public static let stores: [StateStore<Chain>] = [
        StateStore(\.auth.accounts), StateStore(\.bank.balances), StateStore(\.session.blockHashes),
        StateStore(\.service), StateStore(\.gateway.gateways), StateStore(\.application.applications),
        StateStore(\.supplier.suppliers), StateStore(\.supplier.serviceIndex), StateStore(\.proof.claims),
        StateStore(\.proof.claimEnds), StateStore(\.proof.proofs), StateStore(\.staking.validators),
    ]
}

extension ServiceState: StateOfStores {
    public static let stores: [StateStore<ServiceState>] = [
        StateStore(\.services), StateStore(each: \.computeUnitsHistory), StateStore(\.difficulties),
        StateStore(each: \.difficultyHistory),
    ]
}
