import Keys
import Onchain
import Shannon

/// A chain on which every supplier serves five services in turn and every application uses one.
struct LargeChain {
    let chain: Chain
    private let suppliers: [PrivateKey]
    private let applications: [PrivateKey]
    private let services: Int

    init(suppliers: Int, applications: Int, services: Int) throws {
        self.services = services
        self.suppliers = (0..<suppliers).map { PrivateKey.derived(seed: 1, name: "supplier\($0)") }
        self.applications = (0..<applications).map { PrivateKey.derived(seed: 1, name: "app\($0)") }
        let source = PrivateKey.derived(seed: 1, name: "source").publicKey.address
        var genesis = Genesis()
        genesis.params.proof.proofRequestProbability = 0
        genesis.params.proof.proofRequirementThreshold = .upokt(.max)
        genesis.accounts = (self.suppliers + self.applications).map {
            Genesis.Account(key: $0.publicKey, balance: 1_000_000)
        }
        genesis.services = (0..<services).map { Service(id: "svc\($0)", computeUnitsPerRelay: 1, ownerAddress: source) }
        genesis.applications = self.applications.enumerated().map { place, key in
            Application(
                address: key.publicKey.address, stake: .upokt(1_000_000_000), serviceIDs: ["svc\(place % services)"])
        }
        genesis.suppliers = self.suppliers.enumerated().map { place, key in
            let address = key.publicKey.address
            return Genesis.Supplier(
                ownerAddress: address, operatorAddress: address, stake: .upokt(2_000_000),
                services: (0..<min(5, services)).map { offset in
                    SupplierServiceConfig(
                        serviceID: "svc\((place + offset) % services)",
                        endpoints: [SupplierEndpoint(url: "http://localhost:1", rpcType: .jsonRPC)],
                        revenueShares: [RevenueShare(address: address, percentage: 100)])
                })
        }
        genesis.validators = [Validator(accountAddress: source, bondedTokens: 1_000_000, delegations: SortedMap())]
        chain = try Chain(genesis: genesis)
    }

    /// The medians of asking for each application's session the first time and once more, in microseconds.
    func timeQueries(of chain: Chain) throws -> (first: Double, again: Double) {
        let clock = ContinuousClock()
        let rounds = try (0..<2).map { _ in
            try applications.indices.map { place in
                try clock.measure { _ = try session(of: place, on: chain, at: 11) }.milliseconds * 1e3
            }
        }
        return (rounds[0].median, rounds[1].median)
    }

    /// A claim of each supplier of each application's first session, in signed transactions.
    func claims(on chain: Chain) throws -> [Transaction] {
        var keys: [Address: PrivateKey] = [:]
        for key in suppliers { keys[key.publicKey.address] = key }
        var sequences: [Address: UInt64] = [:]
        return try applications.indices.flatMap { place in
            let session = try session(of: place, on: chain, at: 1)
            return session.suppliers.compactMap { supplier -> Transaction? in
                guard let key = keys[supplier.operatorAddress] else { return nil }
                let sequence = sequences[supplier.operatorAddress, default: 0]
                sequences[supplier.operatorAddress] = sequence + 1
                let root = Bytes(repeating: 7, count: 32) + [0, 0, 0, 0, 0, 0, 0, 9] + [0, 0, 0, 0, 0, 0, 0, 9]
                let claim = MsgCreateClaim(
                    supplierOperatorAddress: supplier.operatorAddress, sessionHeader: session.header, rootHash: root)
                return Transaction(messages: [.createClaim(claim)], publicKey: key.publicKey, sequence: sequence)
                    .signed(with: key, chainID: chain.chainID)
            }
        }
    }

    private func session(of place: Int, on chain: Chain, at height: Height) throws -> Session {
        try chain.session(
            application: applications[place].publicKey.address, serviceID: "svc\(place % services)", height: height)
    }
}
