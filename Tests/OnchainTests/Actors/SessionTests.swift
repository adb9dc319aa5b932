import Keys
import Shannon
import Testing
import VectorSupport

@testable import Onchain

@Suite("Sessions on chain")
struct SessionTests {
    /// A chain with one application and some suppliers of `svc`, all from genesis.
    private func network(params: Params = Params(), suppliers: Int = 1) throws -> ActorsChain {
        try ActorsChain(params: params) { genesis in
            genesis.applications = [Application(address: address("app"), stake: .upokt(1_000_000), serviceIDs: ["svc"])]
            genesis.suppliers = (0..<suppliers).map { index in
                Genesis.Supplier(
                    ownerAddress: address("owner"), operatorAddress: address("supplier\(index)"),
                    stake: .upokt(1_000_068), services: [config("svc")])
            }
        }
    }

    private func refusal(_ chain: Chain, _ app: Address, _ service: String, _ height: Height) -> String? {
        do throws(ChainError) {
            _ = try chain.session(application: app, serviceID: service, height: height)
            return nil
        } catch {
            return error.name
        }
    }

    @Test("Every case of session queries holds")
    func queryCases() throws {
        try everyCase(ofArea: "session-query") { vector in
            var network = try network()
            network.advance(to: 5)
            let input = vector["input"]
            let text = try input["app"].string
            let app = text.hasPrefix("<") ? address("other") : Address(text)
            try vector.expect(
                refusal: refusal(network.chain, app, input["serviceId"].string, input["blockHeight"].int64))
        }
    }

    @Test("Every case of session hydration holds")
    func hydrationCases() throws {
        try everyCase(ofArea: "session-hydration") { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            var params = Params()
            params.shared.numBlocksPerSession = try input["numBlocksPerSession"].uint64
            params.shared.supplierUnbondingPeriodSessions = 10
            params.shared.applicationUnbondingPeriodSessions = 10
            var network = try network(params: params)
            try network.advance(to: input["contextHeight"].int64)
            let height = try input["blockHeight"].int64
            if expected["error"].optional != nil {
                return try vector.expect(refusal: refusal(network.chain, address("app"), "svc", height))
            }
            let session = try network.chain.session(application: address("app"), serviceID: "svc", height: height)
            try vector.expect(session.number, is: expected["sessionNumber"].int64, "number")
            try vector.expect(session.header.sessionStartBlockHeight, is: expected["start"].int64, "start")
            try vector.expect(session.header.sessionEndBlockHeight, is: expected["end"].int64, "end")
        }
    }

    @Test("A session's id comes from the hash of its first block, which is known once that block has ended")
    func sessionID() throws {
        var network = try network()
        network.advance(to: 11)
        let session = try network.chain.session(application: address("app"), serviceID: "svc", height: 0)
        let preimage = SessionID.preimage(
            blockHash: network.chain.blockHash(at: 11), serviceID: "svc", application: address("app"), startHeight: 11)
        #expect(network.chain.blockHash(at: 11) == network.chain.lastBlockHash)
        #expect(session.id == SessionID.id(ofPreimage: preimage))
        // From inside a transaction of block 11 the same query would see no hash yet.
        network.chain.session.blockHashes[11] = nil
        let early = try network.chain.session(application: address("app"), serviceID: "svc", height: 11)
        let empty = SessionID.preimage(
            blockHash: [], serviceID: "svc", application: address("app"), startHeight: 11)
        #expect(early.id == SessionID.id(ofPreimage: empty))
    }

    @Test("Hydration refuses in upstream's order")
    func order() throws {
        var network = try network()
        network.advance(to: 3)
        let app = address("app")
        #expect(refusal(network.chain, app, "other-svc", 2) == "ErrSessionAppNotStakedForService")
        #expect(refusal(network.chain, app, "svc", 4) == "ErrSessionHydration")
        try network.send(.unstakeApplication(MsgUnstakeApplication(address: app)), by: "app", at: 4)
        #expect(refusal(network.chain, app, "svc", 4) == nil)
        network.advance(to: 11)
        #expect(refusal(network.chain, app, "svc", 10) == nil)
        #expect(refusal(network.chain, app, "svc", 11) == "ErrSessionAppNotActive")
        #expect(refusal(network.chain, app, "other-svc", 11) == "ErrSessionAppNotActive")
    }

    @Test("A service without active suppliers gives no session")
    func noSuppliers() throws {
        var network = try network(suppliers: 0)
        network.advance(to: 1)
        #expect(refusal(network.chain, address("app"), "svc", 1) == "ErrSessionSuppliersNotFound")
    }

    @Test("Quirk: fewer suppliers than the parameter all serve, in the order of the store")
    func allInStoreOrder() throws {
        var network = try network(suppliers: 3)
        network.advance(to: 1)
        let session = try network.chain.session(application: address("app"), serviceID: "svc", height: 1)
        #expect(session.suppliers.map(\.operatorAddress) == (0..<3).map { address("supplier\($0)") }.sorted())
    }

    @Test("As many suppliers as the parameter all serve, in the order of their weights as signed numbers")
    func allByWeight() throws {
        var params = Params()
        params.session.numSuppliersPerSession = 6
        var network = try network(params: params, suppliers: 6)
        network.advance(to: 1)
        let session = try network.chain.session(application: address("app"), serviceID: "svc", height: 1)
        let preimage = SessionID.preimage(
            blockHash: network.chain.blockHash(at: 1), serviceID: "svc", application: address("app"), startHeight: 1)
        let weights = session.suppliers.map {
            SupplierSelection.weight(preimage: preimage, operatorAddress: $0.operatorAddress)
        }
        #expect(weights == weights.sorted() && weights.count == 6)
        #expect(weights[0] < 0 && weights[5] > 0)
    }

    @Test("Of more suppliers the parameter's number serves, the same for each height of the session")
    func selection() throws {
        var params = Params()
        params.session.numSuppliersPerSession = 4
        var network = try network(params: params, suppliers: 12)
        network.advance(to: 20)
        let sets = try (11...20).map { height in
            try network.chain.session(application: address("app"), serviceID: "svc", height: height).suppliers
        }
        #expect(Set(sets).count == 1 && sets[0].count == 4)
        let earlier = try network.chain.session(application: address("app"), serviceID: "svc", height: 3).suppliers
        #expect(earlier != sets[0])
        #expect(sets[0].allSatisfy { $0.serviceConfigHistory.map(\.service.serviceID) == ["svc"] })
    }

    @Test("A supplier serves from the session after it staked to the one in which it left")
    func activeSuppliers() throws {
        var network = try network(suppliers: 1)
        func serves(_ height: Height) throws -> Bool {
            try network.chain.session(application: address("app"), serviceID: "svc", height: height)
                .suppliers.map(\.operatorAddress).contains(address("operator"))
        }
        try network.send(stakeSupplier(.upokt(1_000_000), [config("svc")]), by: "operator", at: 5)
        network.advance(to: 11)
        #expect(try [serves(10), serves(11)] == [false, true])
        let unstake = MsgUnstakeSupplier(signer: address("owner"), operatorAddress: address("operator"))
        try network.send(.unstakeSupplier(unstake), by: "owner", at: 14)
        network.advance(to: 21)
        #expect(try [serves(20), serves(21)] == [true, false])
    }
}
