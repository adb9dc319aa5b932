import Keys
import Offchain
import Onchain
import Shannon

/// Everything that a spec founds: the chain at height 0, the keys and the participants.
struct Founding {
    let keyring: Keyring
    let chain: Chain
    var applications = SortedMap<String, ApplicationClient>()
    var gateways = SortedMap<String, Gateway>()
    var suppliers = SortedMap<String, Supplier>()

    init(spec: NetworkSpec) throws(SpecError) {
        try spec.checkNames()
        keyring = try Keyring(spec: spec)
        let genesis = try Genesis(spec: spec, keyring: keyring)
        do throws(ChainError) {
            chain = try Chain(genesis: genesis)
        } catch {
            throw SpecError(field: "genesis", problem: error.message)
        }
        var inspection = Inspection()
        chain.inspect(&inspection)
        if let problem = inspection.problems.first { throw SpecError(field: "genesis", problem: problem) }
        try addParticipants(of: spec)
    }

    /// Every party draws its ids from a range of its own, so that exchanges and jobs are unique in the world.
    private static func idBase(_ place: Int) -> UInt64 { UInt64(place + 1) << 32 }

    private mutating func addParticipants(of spec: NetworkSpec) throws(SpecError) {
        var supplierNames = SortedMap<Address, String>()
        for supplier in spec.suppliers { supplierNames[try keyring.address(of: supplier.name)] = supplier.name }
        var place = 0
        var supplierSettings = Supplier.Settings()
        for gateway in spec.gateways {
            supplierSettings.simulationIdentities.append(try keyring.address(of: gateway.name))
        }
        for supplier in spec.suppliers {
            supplierSettings.enableOverServicing = supplier.enableOverServicing
            supplierSettings.enableEagerRelayRequestValidation = supplier.enableEagerRelayRequestValidation
            suppliers[supplier.name] = Supplier(
                name: supplier.name, key: try keyring.key(of: supplier.name), idBase: Self.idBase(place),
                genesisUnixSeconds: spec.genesisUnixSeconds,
                misbehaviours: supplier.misbehaviour.map { [$0] } ?? [], settings: supplierSettings)
            place += 1
        }
        let models = spec.services.map { service in
            Gateway.Model(
                id: service.model ?? service.id, serviceID: service.id, ownedBy: service.owner, api: service.api)
        }
        for gateway in spec.gateways {
            var inspection = Inspection()
            gateway.settings.inspect(&inspection)
            if let problem = inspection.problems.first {
                throw SpecError(field: "gateways.\(gateway.name)", problem: problem)
            }
            var served: [Address] = []
            for application in spec.applications where application.gateways.contains(gateway.name) {
                served.append(try keyring.address(of: application.name))
            }
            gateways[gateway.name] = Gateway(
                name: gateway.name, key: try keyring.key(of: gateway.name), idBase: Self.idBase(place),
                models: models, applications: served, supplierNames: supplierNames,
                genesisUnixSeconds: spec.genesisUnixSeconds, seed: spec.seed, settings: gateway.settings,
                keys: gateway.keys.map(\.command))
            place += 1
        }
        for application in spec.applications {
            let model = models.first { $0.serviceID == application.service }?.id ?? application.service
            applications[application.name] = ApplicationClient(
                name: application.name, kind: application.kind, key: try keyring.key(of: application.name),
                idBase: Self.idBase(place), serviceID: application.service, model: model,
                gateway: application.kind == .sovereign ? nil : application.gateways.first,
                supplierNames: supplierNames, workload: application.workload)
            place += 1
        }
    }
}

extension Genesis {
    /// The genesis of a spec: every named account with its key, every actor staked.
    init(spec: NetworkSpec, keyring: Keyring) throws(SpecError) {
        self.init(chainID: spec.chainID)
        params = spec.params
        if let governor = keyring["pnf"] { governanceKeys = [governor.publicKey] }
        for name in keyring.names {
            accounts.append(
                Account(key: try keyring.key(of: name).publicKey, balance: try spec.balance(of: name)))
        }
        for service in spec.services {
            services.append(
                Service(
                    id: service.id, name: service.name, computeUnitsPerRelay: service.computeUnitsPerRelay,
                    ownerAddress: try keyring.address(of: service.owner)))
        }
        // Who stakes nothing runs, but is not staked yet.
        for gateway in spec.gateways where gateway.stake > 0 {
            gateways.append(
                GatewayActor(address: try keyring.address(of: gateway.name), stake: .upokt(gateway.stake)))
        }
        for application in spec.applications where application.stake > 0 {
            var staked = Application(
                address: try keyring.address(of: application.name), stake: .upokt(application.stake),
                serviceIDs: [application.service])
            for gateway in application.gateways {
                staked.delegateeGateways.append(try keyring.address(of: gateway))
            }
            applications.append(staked)
        }
        for supplier in spec.suppliers where supplier.stake > 0 {
            suppliers.append(try Genesis.supplier(supplier, keyring: keyring))
        }
        for validator in spec.validators {
            let address = try keyring.address(of: validator.name)
            var delegations = SortedMap<Address, Int64>()
            delegations[address] = validator.bondedTokens
            validators.append(
                Validator(
                    accountAddress: address, bondedTokens: validator.bondedTokens,
                    commissionRate: validator.commissionRate, delegations: delegations))
        }
    }

    private static func supplier(_ spec: SupplierSpec, keyring: Keyring) throws(SpecError) -> Supplier {
        let owner = try keyring.address(of: spec.owner ?? spec.name)
        var shares: [RevenueShare] = []
        for share in spec.revenueShares {
            shares.append(
                RevenueShare(address: try keyring.address(of: share.account), percentage: share.percentage))
        }
        if shares.isEmpty { shares = [RevenueShare(address: owner, percentage: 100)] }
        let endpoint = SupplierEndpoint(url: "http://\(spec.name).localnet:8545", rpcType: .jsonRPC)
        return Supplier(
            ownerAddress: owner, operatorAddress: try keyring.address(of: spec.name), stake: .upokt(spec.stake),
            services: spec.services.map {
                SupplierServiceConfig(serviceID: $0, endpoints: [endpoint], revenueShares: shares)
            })
    }
}

extension Keyring {
    func key(of name: String) throws(SpecError) -> PrivateKey {
        guard let key = self[name] else { throw SpecError(field: name, problem: "there is no account of that name") }
        return key
    }

    func address(of name: String) throws(SpecError) -> Address { try key(of: name).address }
}
