public import Keys
public import Shannon

/// What anybody may ask of the chain, at the block in the making or the last finished one.
extension Chain {
    /// The spendable upokt of an account; nothing is ever locked.
    public func balance(of address: Address) -> Int64 { bank.balance(of: address) }

    /// How many transactions an account has sent.
    public func sequence(of address: Address) -> UInt64 { auth.accounts[address]?.sequence ?? 0 }

    /// The key of an account, once it has signed or genesis named it.
    public func publicKey(of address: Address) -> PublicKey? { auth.accounts[address]?.publicKey }

    /// A staked application.
    public func application(_ address: Address) -> Application? { application.applications[address] }

    /// A staked gateway.
    public func gateway(_ address: Address) -> GatewayActor? { gateway.gateways[address] }

    /// A staked supplier with its service configs.
    public func supplier(_ operatorAddress: Address) -> SupplierActor? { supplier.suppliers[operatorAddress] }

    /// A service.
    public func service(_ id: String) -> Service? { service.services[id] }

    /// A claim that has not been settled.
    public func claim(sessionEndHeight: Height, sessionID: String, supplier: Address) -> Claim? {
        proof.claims[
            ProofState.ClaimKey(sessionEndHeight: sessionEndHeight, sessionID: sessionID, supplier: supplier)]
    }

    /// The header hash of a block; empty for heights up to 0 and for blocks that have not ended
    /// (`x/session/keeper/block_hash.go`).
    public func blockHash(at height: Height) -> Bytes { height > 0 ? session.blockHashes[height] ?? [] : [] }

    /// Shared parameters in force at a height (`x/shared/keeper/params.go`).
    public func sharedParams(at height: Height) -> SharedParams {
        shared.history.newest(upTo: height) ?? params.shared
    }

    /// Session parameters in force at a height; the live ones before the first recorded change
    /// (`x/session/keeper/params.go`).
    public func sessionParams(at height: Height) -> SessionParams {
        session.history.newest(upTo: height) ?? params.session
    }

    /// The weight of one relay of a service at a height; nil when neither history nor service is known
    /// (`x/service/keeper/service_compute_units_history.go`).
    public func computeUnitsPerRelay(of serviceID: String, at height: Height) -> UInt64? {
        service.computeUnitsHistory[serviceID]?.newest(upTo: height)
            ?? service.services[serviceID]?.computeUnitsPerRelay
    }

    /// The mining difficulty of a service at a height; the initial one before its first update
    /// (`x/service/keeper/relay_mining_difficulty.go`).
    public func difficulty(of serviceID: String, at height: Height) -> RelayMiningDifficulty {
        service.difficultyHistory[serviceID]?.newest(upTo: height)
            ?? Difficulty.initial(serviceID: serviceID, targetNumRelays: params.service.targetNumRelays)
    }

    /// The end of the session that the current block lies in, under live parameters, as events name it.
    var currentSessionEnd: Height { params.shared.sessionEnd(at: height) }
}

extension SortedMap where Key == Height {
    /// The value of the greatest height that is not above the given one.
    func newest(upTo height: Height) -> Value? {
        let place = height == .max ? count : insertionPoint(of: height + 1)
        return place > 0 ? values[place - 1] : nil
    }
}
