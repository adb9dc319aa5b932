import Keys
import Shannon

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
