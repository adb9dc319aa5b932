import Keys
public import Shannon

extension Chain {
    /// Replaces all parameters of a module (`x/*/keeper/msg_update_params.go`).
    mutating func updateParams(_ message: MsgUpdateParams) throws(ChainError) {
        try checkAuthority(message.authority, of: message.params.module)
        try apply(message.params)
    }

    /// Changes one parameter of a module; the module's parameters are validated together
    /// (`x/*/keeper/msg_server_update_param.go`).
    mutating func updateParam(_ message: MsgUpdateParam) throws(ChainError) {
        guard let module = GovernedModule(rawValue: message.module) else {
            let known = GovernedModule.allCases.map(\.rawValue).joined(separator: ", ")
            throw .sdk(.invalidRequest, "expected one of the modules \(known), found \"\(message.module)\"")
        }
        try checkAuthority(message.authority, of: module)
        let change = ParamChange(module: module, name: message.name, value: message.value)
        try apply(try params.changed(by: change))
    }

    private func checkAuthority(_ authority: Address, of module: GovernedModule) throws(ChainError) {
        let gov = ModuleAccount.gov.address
        guard authority == gov else {
            throw module.invalidSigner("expected authority \(gov), the governance module, found \"\(authority)\"")
        }
    }

    private mutating func apply(_ new: MsgUpdateParams.ModuleParams) throws(ChainError) {
        switch new {
        case .shared(let new): try updateShared(new)
        case .session(let new):
            try new.validate()
            recordSessionParams(new)
            params.session = new
        case .application(let new):
            try new.validate()
            params.application = new
        case .gateway(let new):
            try new.validate()
            params.gateway = new
        case .supplier(let new):
            try new.validate()
            params.supplier = new
        case .service(let new):
            try new.validate()
            params.service = new
        case .proof(let new):
            try new.validate()
            params.proof = new
        case .tokenomics(var new):
            if new.mintEqualsBurnClaimDistribution.isZero { new.mintEqualsBurnClaimDistribution = .standard }
            try new.validate()
            params.tokenomics = new
        }
    }
}

extension MsgUpdateParams.ModuleParams {
    var module: GovernedModule {
        switch self {
        case .shared: .shared
        case .session: .session
        case .application: .application
        case .gateway: .gateway
        case .supplier: .supplier
        case .service: .service
        case .proof: .proof
        case .tokenomics: .tokenomics
        }
    }
}

extension Params {
    /// A module's live parameters with one of them changed, not validated yet.
    func changed(by change: ParamChange) throws(ChainError) -> MsgUpdateParams.ModuleParams {
        var new = self
        switch change.module {
        case .shared:
            try new.shared.set(change)
            return .shared(new.shared)
        case .session:
            try new.session.set(change)
            return .session(new.session)
        case .application:
            try new.application.set(change)
            return .application(new.application)
        case .gateway:
            try new.gateway.set(change)
            return .gateway(new.gateway)
        case .supplier:
            try new.supplier.set(change)
            return .supplier(new.supplier)
        case .service:
            try new.service.set(change)
            return .service(new.service)
        case .proof:
            try new.proof.set(change)
            return .proof(new.proof)
        case .tokenomics:
            try new.tokenomics.set(change)
            return .tokenomics(new.tokenomics)
        }
    }
}

extension Params {
    /// A module's parameters with several of them changed, not validated yet; a share of a distribution is named with
    /// a dot, as `mint_allocation_percentages.dao`.
    ///
    /// - Throws: The module's error for an unknown name or a value of another type.
    public func changed(by updates: [MsgUpdateParam]) throws(ChainError) -> MsgUpdateParams.ModuleParams {
        var params = self
        var changed: MsgUpdateParams.ModuleParams?
        for update in updates {
            guard let module = GovernedModule(rawValue: update.module) else {
                throw .sdk(.invalidRequest, "expected a module with parameters, found \"\(update.module)\"")
            }
            var change = ParamChange(module: module, name: update.name, value: update.value)
            if let dot = update.name.firstIndex(of: ".") {
                let share = String(update.name[update.name.index(after: dot)...])
                change = try params.tokenomics.change(
                    share, of: String(update.name[..<dot]), by: change)
            }
            let updated = try params.changed(by: change)
            params.replace(updated)
            changed = updated
        }
        guard let changed else { throw .sdk(.invalidRequest, "expected at least one parameter, found none") }
        return changed
    }

    private mutating func replace(_ new: MsgUpdateParams.ModuleParams) {
        switch new {
        case .shared(let new): shared = new
        case .session(let new): session = new
        case .application(let new): application = new
        case .gateway(let new): gateway = new
        case .supplier(let new): supplier = new
        case .service(let new): service = new
        case .proof(let new): proof = new
        case .tokenomics(let new): tokenomics = new
        }
    }
}

extension TokenomicsParams {
    /// The change of a whole distribution that changes one of its shares.
    fileprivate func change(
        _ share: String, of distribution: String, by change: ParamChange
    ) throws(ChainError) -> ParamChange {
        var allocation =
            distribution == "mint_allocation_percentages"
            ? mintAllocationPercentages : mintEqualsBurnClaimDistribution
        let value = try change.number()
        switch share {
        case "dao": allocation.dao = value
        case "proposer": allocation.proposer = value
        case "supplier": allocation.supplier = value
        case "source_owner": allocation.sourceOwner = value
        case "application": allocation.application = value
        default: throw change.unknown
        }
        return ParamChange(module: change.module, name: distribution, value: .allocation(allocation))
    }
}

extension Params {
    /// The parameters of one module by its name; nil for another name.
    public func ofModule(_ name: String) -> MsgUpdateParams.ModuleParams? {
        guard let module = GovernedModule(rawValue: name) else { return nil }
        switch module {
        case .shared: return .shared(shared)
        case .session: return .session(session)
        case .application: return .application(application)
        case .gateway: return .gateway(gateway)
        case .supplier: return .supplier(supplier)
        case .service: return .service(service)
        case .proof: return .proof(proof)
        case .tokenomics: return .tokenomics(tokenomics)
        }
    }
}
