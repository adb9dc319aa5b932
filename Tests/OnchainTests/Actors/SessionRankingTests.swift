import Keys
import Shannon
import Testing

@testable import Onchain

@Suite("What session queries remember")
struct SessionRankingTests {
    private func network() throws -> ActorsChain {
        var params = Params()
        params.session.numSuppliersPerSession = 3
        return try ActorsChain(params: params) { genesis in
            genesis.applications = [Application(address: address("app"), stake: .upokt(1_000_000), serviceIDs: ["svc"])]
            genesis.suppliers = (0..<5).map { index in
                Genesis.Supplier(
                    ownerAddress: address("owner"), operatorAddress: address("supplier\(index)"),
                    stake: .upokt(1_000_000), services: [config("svc")])
            }
        }
    }

    /// The suppliers of a session by the chain, which remembers, and straight from the ranking.
    private func both(_ chain: Chain, at height: Height) throws -> ([Address], [Address]) {
        let session = try chain.session(application: address("app"), serviceID: "svc", height: height)
        let preimage = SessionID.preimage(
            blockHash: chain.blockHash(at: session.header.sessionStartBlockHeight), serviceID: "svc",
            application: address("app"), startHeight: session.header.sessionStartBlockHeight)
        let ranked = SupplierSelection.select(
            from: chain.supplier.serviceIndex["svc"] ?? [], at: height,
            count: chain.sessionParams(at: height).numSuppliersPerSession, preimage: preimage)
        return (session.suppliers.map(\.operatorAddress), ranked.map(\.operatorAddress))
    }

    @Test("Stakes, ends of services and parameters change what is remembered, at every height")
    func followsChanges() throws {
        var network = try network()
        let unstake = MsgUnstakeSupplier(signer: address("operator"), operatorAddress: address("operator"))
        for height in Height(1)...60 {
            switch height {
            case 3, 35: try network.send(stakeSupplier(.upokt(1_000_000), [config("svc")]), by: "operator", at: height)
            case 14: try network.send(.unstakeSupplier(unstake), by: "operator", at: height)
            case 33: try network.govern("session", "num_suppliers_per_session", .integer(2), at: height)
            default: network.advance(to: height)
            }
            for asked in max(1, height - 12)...height {
                let (found, expected) = try both(network.chain, at: asked)
                #expect(found == expected, "asked at \(height) for \(asked)")
            }
        }
    }

    @Test("A copy that goes its own way does not mislead the other")
    func copies() throws {
        var network = try network()
        network.advance(to: 2)
        let first = try both(network.chain, at: 2)
        var copy = network.chain
        copy.supplier.remove(address("supplier0"))
        copy.supplier.remove(address("supplier1"))
        copy.supplier.remove(address("supplier2"))
        for _ in 0..<2 {
            let (here, there) = (try both(network.chain, at: 2), try both(copy, at: 2))
            #expect(here == first && here.0 == here.1)
            #expect(there.0 == there.1 && there.0.count == 2)
        }
    }

    @Test("Remembering is no part of the state: equal, hashed and encoded alike")
    func noState() throws {
        var network = try network()
        network.advance(to: 2)
        let fresh = try BinaryDecoder.decode(Chain.self, from: BinaryEncoder.encode(network.chain))
        _ = try both(network.chain, at: 2)
        #expect(fresh == network.chain)
        #expect(BinaryEncoder.encode(fresh) == BinaryEncoder.encode(network.chain))
        #expect(fresh.hashValue == network.chain.hashValue)
    }
}
