import Keys
import Onchain
import Shannon
import Testing
import World

@testable import Offchain

/// One supplier, and the application whose relays it gets, in the session of blocks 1 to 10.
struct RelayMinerParty {
    var chain: Chain
    var supplier: Supplier
    let header: SessionHeader
    private static let (app, operatorKey, source) = (
        PrivateKey.derived(seed: 3, name: "app"), PrivateKey.derived(seed: 3, name: "operator"),
        PrivateKey.derived(seed: 3, name: "source")
    )

    init(
        height: Height = 1, settings: Supplier.Settings = Supplier.Settings(),
        _ edit: (inout Genesis) -> Void = { _ in }
    ) throws {
        chain = try Self.chain(height: height, edit)
        header = try chain.session(application: Self.app.address, serviceID: "svc", height: 1).header
        supplier = Supplier(
            name: "supplier", key: Self.operatorKey, idBase: 1_000, genesisUnixSeconds: 0,
            settings: settings)
    }

    static func chain(
        isStaked: Bool = true, height: Height, _ edit: (inout Genesis) -> Void = { _ in }
    ) throws -> Chain {
        var genesis = Genesis()
        genesis.accounts = [app, operatorKey, source].map { Genesis.Account(key: $0.publicKey, balance: 1_000_000) }
        genesis.services = [Service(id: "svc", computeUnitsPerRelay: 100, ownerAddress: source.address)]
        if isStaked {
            genesis.applications = [
                Application(address: app.address, stake: .upokt(100_000_000), serviceIDs: ["svc"])
            ]
        }
        let config = SupplierServiceConfig(
            serviceID: "svc", endpoints: [SupplierEndpoint(url: "http://localhost:8080", rpcType: .jsonRPC)],
            revenueShares: [RevenueShare(address: operatorKey.address, percentage: 100)])
        genesis.suppliers = [
            Genesis.Supplier(
                ownerAddress: operatorKey.address, operatorAddress: operatorKey.address, stake: .upokt(2_000_000),
                services: [config])
        ]
        edit(&genesis)
        var chain = try Chain(genesis: genesis)
        while chain.height < height {
            _ = chain.makeBlock(time: chain.time.advanced(by: .seconds(2)), transactions: [])
        }
        return chain
    }

    /// A relay request as the application signs it.
    func request() throws -> RelayRequest {
        var request = RelayRequest(
            meta: .init(sessionHeader: header, supplierOperatorAddress: supplier.address),
            payload: HTTPRequest(method: "POST", url: "/v1/chat/completions").wireBytes)
        try sign(&request)
        return request
    }

    func sign(_ request: inout RelayRequest) throws {
        let ring = try chain.ringMembers(
            of: header.applicationAddress, sessionEndHeight: header.sessionEndBlockHeight)
        request.meta.signature = try RingSignature.sign(message: request.signableHash, ring: ring, signer: Self.app)
            .bytes
    }

    /// What the supplier does on a message of the application.
    mutating func receive(_ message: PartyMessage) -> [Effect] {
        supplier.receive(message, from: .application("app"), now: chain.time, chain: chain)
    }

    /// Sends bytes to the supplier, and returns what it refuses them for; nil when it serves them.
    mutating func send(_ wire: Bytes, exchange: UInt64) -> RelayMinerError? {
        for case .report(.relayRefused(_, _, let error)) in receive(.relayRequest(exchange: exchange, wire: wire)) {
            return error
        }
        return nil
    }

    /// Sends a request that is served, and ends its backend's work with a status; returns what the supplier does then.
    mutating func serve(_ request: RelayRequest, exchange: UInt64, status: UInt32 = 200) throws -> [Effect] {
        let effects = receive(.relayRequest(exchange: exchange, wire: request.wireBytes))
        let jobs = effects.compactMap { effect in if case .infer(let job) = effect { job } else { nil } }
        let job = try #require(jobs.first)
        let response = HTTPResponse.json(status: status, body: Bytes("{}".utf8))
        return receive(.inferenceEnded(InferenceOutcome(jobID: job.id, response: response, duration: .zero)))
    }
}
