import Keys
import Shannon
import Testing
import VectorSupport

@testable import Onchain

/// A chain with one application, one supplier with shareholders, a service and a validator, to settle claims on.
struct TokenomicsChain {
    static let app = name("app"), source = name("source"), dao = name("dao"), validator = name("validator")
    static let supplier = name("supplier"), owner = name("owner")
    static let shareholders = [name("first"), name("second"), name("third")]

    var chain: Chain

    static func name(_ name: String) -> Address { PrivateKey.derived(seed: 11, name: name).address }

    init(
        appStake: Int64 = 2_000_000, limit: Int64? = nil, shares: [UInt64] = [12, 38, 50], suppliers: Int = 1,
        supplierStake: Int64 = 2_000_000, _ edit: (inout Params) -> Void = { _ in }
    ) throws {
        var genesis = Genesis()
        genesis.params.tokenomics.daoRewardAddress = Self.dao
        genesis.params.proof.proofRequestProbability = 0
        genesis.params.proof.proofRequirementThreshold = .upokt(.max)
        genesis.params.shared.computeUnitsToTokensMultiplier = 1_000_000
        edit(&genesis.params)
        genesis.services = ["svc", "svc0", "svc1", "svc2"].map {
            Service(id: $0, computeUnitsPerRelay: 1, ownerAddress: Self.source)
        }
        var app = Application(address: Self.app, stake: .upokt(appStake), serviceIDs: ["svc"])
        app.perSessionSpendLimit = limit.map { .upokt($0) }
        genesis.applications = [app]
        genesis.suppliers = (0..<suppliers).map { place in
            Genesis.Supplier(
                ownerAddress: Self.owner, operatorAddress: Self.supplier(place), stake: .upokt(supplierStake),
                services: [
                    SupplierServiceConfig(
                        serviceID: "svc", endpoints: [SupplierEndpoint(url: "http://localhost:1", rpcType: .jsonRPC)],
                        revenueShares: zip(Self.shareholders, shares).map { RevenueShare(address: $0, percentage: $1) })
                ])
        }
        var delegations = SortedMap<Address, Int64>()
        delegations[Self.validator] = 900_000_000
        genesis.validators = [
            Validator(accountAddress: Self.validator, bondedTokens: 900_000_000, delegations: delegations)
        ]
        chain = try Chain(genesis: genesis)
    }

    static func supplier(_ place: Int) -> Address { place == 0 ? supplier : name("supplier\(place)") }

    /// Stores a claim of compute units for the session up to height 10.
    mutating func claim(
        _ units: UInt64, by place: Int = 0, service: String = "svc",
        status: ProofValidationStatus = .pending, count: UInt64? = nil
    ) {
        let claim = Self.claim(units, by: place, service: service, status: status, count: count)
        chain.proof.store(claim)
    }

    static func claim(
        _ units: UInt64, by place: Int = 0, service: String = "svc",
        status: ProofValidationStatus = .pending, count: UInt64? = nil
    ) -> Claim {
        let header = SessionHeader(
            applicationAddress: app, serviceID: service, sessionID: "session-\(service)", sessionStartBlockHeight: 1,
            sessionEndBlockHeight: 10)
        return Claim(
            supplierOperatorAddress: supplier(place), sessionHeader: header,
            rootHash: Bytes(repeating: 7, count: 32) + bigEndian(units) + bigEndian(count ?? units),
            proofValidationStatus: status)
    }

    static func bigEndian(_ value: UInt64) -> Bytes {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }
    }

    /// Makes the block in which claims of the session up to height 10 settle, and checks every invariant after it.
    @discardableResult
    mutating func settle() throws -> Block {
        let height = chain.sharedParams(at: 10).settlementHeight(at: 10)
        while chain.height < height - 1 { makeBlock() }
        let before = chain
        let block = makeBlock()
        let violations =
            chain.violations(after: block, before: before) + chain.violationsOfT1(block: block, before: before)
            + chain.violationsOfT2(block: block, before: before) + chain.violationsOfT3(block: block, before: before)
            + chain.violationsOfT4(block: block, before: before) + chain.violationsOfC4(block: block, before: before)
        for violation in violations { Issue.record("\(violation)") }
        return block
    }

    @discardableResult
    mutating func makeBlock() -> Block {
        chain.makeBlock(time: chain.time.advanced(by: .seconds(2)), transactions: [])
    }

    var appStake: Int64? { chain.application(Self.app)?.stake.amount }
    var shareholderBalances: [Int64] { Self.shareholders.map { chain.balance(of: $0) } }
}

extension Block {
    func named(_ name: String) -> [Event] { events.filter { $0.name == name } }
}
