import Keys
public import Shannon

extension Chain {
    /// Builds the state before the first block.
    ///
    /// Minimum stakes are not enforced, as upstream's genesis has suppliers at any stake.
    ///
    /// - Throws: the first problem: invalid parameters, an address that is none, the same key twice, an amount that
    ///   is negative or of another denomination, a service that nobody added.
    public init(genesis: Genesis) throws(ChainError) {
        try genesis.params.validate()
        self.init(chainID: genesis.chainID, governanceKeys: genesis.governanceKeys, params: genesis.params)
        for account in genesis.accounts { try add(account) }
        for service in genesis.services { try add(service) }
        for gateway in genesis.gateways { try add(gateway) }
        for application in genesis.applications { try add(application) }
        for supplier in genesis.suppliers { try add(supplier) }
        supplier.rebuildServiceIndex()
        for validator in genesis.validators { try add(validator) }
    }

    private mutating func add(_ account: Genesis.Account) throws(ChainError) {
        try requireAddress(account.address, "an account")
        try requireNew(auth.accounts.contains(account.address), "account \(account.address)")
        if let key = account.publicKey, key.address != account.address {
            throw .sdk(.invalidPubKey, "account \(account.address): expected its own key, found that of \(key.address)")
        }
        auth.accounts[account.address] = AuthState.Account(publicKey: account.publicKey, sequence: 0)
        try bank.fund(account.address, with: account.balance)
    }

    private mutating func add(_ new: Service) throws(ChainError) {
        try new.validate()
        try requireNew(service.services.contains(new.id), "service \(new.id)")
        service.services[new.id] = new
    }

    private mutating func add(_ new: GatewayActor) throws(ChainError) {
        try requireAddress(new.address, "a gateway")
        try requireNew(gateway.gateways.contains(new.address), "gateway \(new.address)")
        try escrow(new.stake, in: .gateway, of: new.address)
        gateway.gateways[new.address] = new
    }

    private mutating func add(_ new: Application) throws(ChainError) {
        try requireAddress(new.address, "an application")
        try requireNew(application.applications.contains(new.address), "application \(new.address)")
        for id in new.serviceIDs { try requireService(id, of: new.address) }
        for address in new.delegateeGateways where !gateway.gateways.contains(address) {
            throw .application(
                .gatewayNotFound, "application \(new.address): expected \(address) to be a gateway, found none there")
        }
        try escrow(new.stake, in: .application, of: new.address)
        application.applications[new.address] = new
    }

    private mutating func add(_ new: Genesis.Supplier) throws(ChainError) {
        try requireAddress(new.operatorAddress, "a supplier's operator")
        try requireAddress(new.ownerAddress, "a supplier's owner")
        try requireNew(supplier.suppliers.contains(new.operatorAddress), "supplier \(new.operatorAddress)")
        if !new.services.isEmpty { try SupplierServiceConfig.validate(new.services) }
        for config in new.services { try requireService(config.serviceID, of: new.operatorAddress) }
        try escrow(new.stake, in: .supplier, of: new.operatorAddress)
        var actor = SupplierActor(
            ownerAddress: new.ownerAddress, operatorAddress: new.operatorAddress, stake: new.stake)
        actor.serviceConfigHistory = new.services.map { config in
            ServiceConfigUpdate(operatorAddress: new.operatorAddress, service: config, activationHeight: 1)
        }
        supplier.suppliers[new.operatorAddress] = actor
    }

    private mutating func add(_ validator: Validator) throws(ChainError) {
        try validator.validate()
        let address = validator.accountAddress
        try requireNew(staking.validators.contains(address), "validator \(address)")
        try bank.fund(validator.pool.address, with: validator.bondedTokens)
        staking.validators[address] = validator
    }

    private mutating func escrow(_ stake: Coin, in module: ModuleAccount, of address: Address) throws(ChainError) {
        guard stake.denom == Coin.upoktDenom else {
            throw .sdk(.invalidCoins, "stake of \(address): expected \(Coin.upoktDenom), found \(stake)")
        }
        try bank.fund(module.address, with: stake.amount)
    }

    private func requireAddress(_ address: Address, _ what: String) throws(ChainError) {
        guard address.isValid else {
            throw .sdk(.invalidAddress, "expected the bech32 address of \(what), found \"\(address)\"")
        }
    }

    private func requireNew(_ exists: Bool, _ what: String) throws(ChainError) {
        guard !exists else { throw .sdk(.invalidRequest, "expected \(what) once in the genesis, found it twice") }
    }

    private func requireService(_ id: String, of address: Address) throws(ChainError) {
        guard service.services.contains(id) else {
            throw .sdk(.invalidRequest, "\(address): expected a service of the genesis, found \"\(id)\"")
        }
    }
}
