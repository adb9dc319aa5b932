import Shannon

/// A module whose parameters governance can change.
enum GovernedModule: String, CaseIterable {
    case shared, session, application, gateway, supplier, service, proof, tokenomics

    /// The error for a sender that is not the governance module.
    func invalidSigner(_ message: String) -> ChainError {
        switch self {
        case .shared: .shared(.invalidSigner, message)
        case .session: .session(.invalidSigner, message)
        case .application: .application(.invalidSigner, message)
        case .gateway: .gateway(.invalidSigner, message)
        case .supplier: .supplier(.invalidSigner, message)
        case .service: .service(.invalidSigner, message)
        case .proof: .proof(.invalidSigner, message)
        case .tokenomics: .tokenomics(.invalidAuthoritySigner, message)
        }
    }

    /// The error for a parameter that does not exist or has another type.
    func invalidParam(_ message: String) -> ChainError {
        switch self {
        case .shared: .shared(.paramInvalid, message)
        case .session: .session(.paramInvalid, message)
        case .application: .application(.paramInvalid, message)
        case .gateway: .gateway(.paramInvalid, message)
        case .supplier: .supplier(.paramInvalid, message)
        case .service: .service(.paramInvalid, message)
        case .proof: .proof(.paramInvalid, message)
        case .tokenomics: .tokenomics(.paramInvalid, message)
        }
    }
}

/// One parameter and its new value, read by the type that the parameter has.
struct ParamChange {
    let module: GovernedModule
    let name: String
    let value: MsgUpdateParam.Value

    func integer() throws(ChainError) -> UInt64 {
        guard case .integer(let value) = value else { throw mismatch("an integer") }
        return value
    }

    func number() throws(ChainError) -> Double {
        switch value {
        case .number(let value): return value
        case .integer(let value): return Double(value)
        default: throw mismatch("a number")
        }
    }

    func text() throws(ChainError) -> String {
        guard case .text(let value) = value else { throw mismatch("a text") }
        return value
    }

    func coin() throws(ChainError) -> Coin {
        guard case .coin(let value) = value else { throw mismatch("an amount of coins") }
        return value
    }

    func allocation() throws(ChainError) -> MintAllocation {
        guard case .allocation(let value) = value else { throw mismatch("five shares") }
        return value
    }

    /// The error for a name that the module does not have.
    var unknown: ChainError {
        module.invalidParam("expected a parameter of module \(module.rawValue), found \"\(name)\"")
    }

    private func mismatch(_ expected: String) -> ChainError {
        module.invalidParam("\(name): expected \(expected), found \(value.text)")
    }
}
