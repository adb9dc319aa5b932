/// A module with parameters, and the error under which it refuses them.
enum ParamsModule: String {
    case shared, session, application, gateway, supplier, service, proof, tokenomics

    var error: (code: UInt32, name: String) {
        switch self {
        case .shared: (1103, "ErrSharedParamInvalid")
        case .session: (1110, "ErrSessionParamInvalid")
        case .application: (1115, "ErrAppParamInvalid")
        case .gateway: (1105, "ErrGatewayParamInvalid")
        case .supplier: (1107, "ErrSupplierParamInvalid")
        case .service: (1115, "ErrServiceParamInvalid")
        case .proof: (1120, "ErrProofParamInvalid")
        case .tokenomics: (1112, "ErrTokenomicsParamInvalid")
        }
    }
}

extension ChainError {
    static func invalidParam(_ module: ParamsModule, _ message: String) -> ChainError {
        let (code, name) = module.error
        return ChainError(
            codespace: module.rawValue, code: code, name: name, status: .invalidArgument, message: message)
    }
}

extension Coin {
    /// Refuses what is not an amount of upokt of at least `minimum`.
    func validate(_ module: ParamsModule, _ name: String, atLeast minimum: Int64) throws(ChainError) {
        guard denom == Coin.upoktDenom else {
            throw .invalidParam(module, "\(name): expected an amount of \(Coin.upoktDenom), found \"\(self)\"")
        }
        guard amount >= minimum else {
            throw .invalidParam(module, "\(name): expected \(minimum)\(Coin.upoktDenom) or more, found \(self)")
        }
    }
}
