import Shannon

extension Chain {
    /// A step that a module takes at the beginning or end of each block.
    typealias Blocker = (module: String, run: (inout Chain) -> Void)

    /// Begin-blockers in upstream's order (`app/app_config.go`).
    static var beginBlockers: [Blocker] {
        [("supplier", { $0.supplierBeginBlock() })]
    }

    /// End-blockers in upstream's order (`app/app_config.go`); shared is last, so every other one still sees the
    /// parameters before a pending update is promoted.
    static var endBlockers: [Blocker] {
        [
            ("session", { $0.sessionEndBlock() }),
            ("proof", { $0.proofEndBlock() }),
            ("tokenomics", { $0.tokenomicsEndBlock() }),
            ("gateway", { $0.gatewayEndBlock() }),
            ("application", { $0.applicationEndBlock() }),
            ("supplier", { $0.supplierEndBlock() }),
            ("shared", { $0.sharedEndBlock() }),
        ]
    }
}
