import Keys
import SMST
import Shannon
import Testing

@testable import Onchain

/// A chain on which an application really signs relays, a supplier really answers them, and claims and proofs travel
/// in signed transactions; every invariant is checked after every block.
///
/// Application `app`, supplier `operator` of `owner`, service `svc` of `source`; sessions of 10 blocks.
struct ProvingChain {
    var chain: Chain
    /// The session tree of the first session.
    var trie = SparseMerkleSumTrie()

    /// A chain whose first session has begun: the first block is made.
    init(
        computeUnits: UInt64 = 100, appStake: Int64 = 100_000_000, supplierStake: Int64 = 2_000_000,
        shares: [(String, UInt64)] = [("owner", 100)], proofsRequired: Bool = true,
        _ edit: (inout Genesis) -> Void = { _ in }
    ) throws {
        var genesis = Genesis()
        genesis.params.proof.proofRequestProbability = proofsRequired ? 1 : 0
        genesis.params.proof.proofRequirementThreshold = .upokt(.max)
        genesis.params.tokenomics.daoRewardAddress = address("dao")
        genesis.governanceKeys = [key("pnf").publicKey]
        genesis.accounts = ActorsChain.names.map { Genesis.Account(key: key($0).publicKey, balance: 1_000_000_000) }
        genesis.services = [Service(id: "svc", computeUnitsPerRelay: computeUnits, ownerAddress: address("source"))]
        genesis.applications = [Application(address: address("app"), stake: .upokt(appStake), serviceIDs: ["svc"])]
        genesis.suppliers = [
            Genesis.Supplier(
                ownerAddress: address("owner"), operatorAddress: address("operator"), stake: .upokt(supplierStake),
                services: [config("svc", shares: shares)])
        ]
        genesis.validators = [
            Validator(accountAddress: address("validator"), bondedTokens: 900_000_000, delegations: SortedMap())
        ]
        edit(&genesis)
        chain = try Chain(genesis: genesis)
        makeBlock()
    }

    /// Makes a block of signed transactions, one for each message, and records every broken invariant.
    @discardableResult
    mutating func makeBlock(_ messages: [(Message, String)] = []) -> Block {
        var sequences: [String: UInt64] = [:]
        let transactions = messages.map { message, name in
            let sequence = sequences[name] ?? chain.sequence(of: address(name))
            sequences[name] = sequence + 1
            return Transaction(messages: [message], publicKey: key(name).publicKey, sequence: sequence)
                .signed(with: key(name), chainID: chain.chainID)
        }
        let before = chain
        let block = chain.makeBlock(time: chain.time.advanced(by: .seconds(2)), transactions: transactions)
        for violation in chain.violations(after: block, before: before) { Issue.record("\(violation)") }
        return block
    }

    /// Makes empty blocks up to a height.
    mutating func advance(to height: Height) {
        while chain.height < height { makeBlock() }
    }

    /// Makes empty blocks up to that of a height, which must not be made yet, and returns it.
    mutating func block(at height: Height) -> Block {
        advance(to: height - 1)
        return makeBlock()
    }

    /// Sends a message in the block of a height, and returns the block; throws what the chain refuses it for.
    @discardableResult
    mutating func send(_ message: Message, by name: String = "operator", at height: Height) throws -> Block {
        advance(to: height - 1)
        let block = makeBlock([(message, name)])
        if let error = block.transactions.first?.error { throw error }
        return block
    }

    /// The name of the error that a message is refused with in the block of a height, nil when it succeeds.
    mutating func refusal(of message: Message, by name: String = "operator", at height: Height) -> String? {
        do {
            try send(message, by: name, at: height)
            return nil
        } catch {
            return (error as? ChainError)?.name ?? "\(error)"
        }
    }

    /// The session of an application that a height lies in.
    func session(at height: Height = 1) throws -> Session {
        try chain.session(application: address("app"), serviceID: "svc", height: height)
    }

    /// A relay of the first session, signed by both sides, as it is mined.
    func relay(
        _ number: Int, signer: String = "app", supplier: String = "operator", ring members: [String]? = nil,
        _ edit: (inout Relay) -> Void = { _ in }
    ) throws -> Relay {
        let header = try session().header
        let ring =
            try members?.map { key($0).publicKey }
            ?? chain.ringMembers(of: address("app"), sessionEndHeight: header.sessionEndBlockHeight)
        let request = RelayRequest(
            meta: RelayRequest.Metadata(sessionHeader: header, supplierOperatorAddress: address("operator")),
            payload: Bytes("question \(number)".utf8))
        let response = RelayResponse(
            meta: RelayResponse.Metadata(sessionHeader: header), payload: Bytes("answer \(number)".utf8))
        var relay = Relay(request: request, response: response)
        edit(&relay)
        relay.request.meta.signature = try RingSignature.sign(
            message: relay.request.signableHash, ring: signer == "app" ? ring : ring + [key(signer).publicKey],
            signer: key(signer)
        ).bytes
        try relay.response.updatePayloadHash()
        relay.response.meta.supplierOperatorSignature = key(supplier).sign(relay.response.signableHash)
        return relay.mined
    }

    /// Puts relays into the session tree.
    mutating func mine(_ relays: [Relay], computeUnits: UInt64 = 100) throws {
        for relay in relays {
            let (bytes, hash) = relay.minedBytesAndHash()
            try trie.update(key: hash, value: bytes, weight: computeUnits)
        }
        _ = trie.commit()
    }

    /// The claim of the session tree.
    func claim() throws -> Message { try claim(root: trie.root.bytes) }

    /// A claim of a root, about the first session unless its header is changed.
    func claim(
        root: Bytes, by name: String = "operator", _ edit: (inout SessionHeader) -> Void = { _ in }
    ) throws -> Message {
        var header = try session().header
        edit(&header)
        return .createClaim(
            MsgCreateClaim(supplierOperatorAddress: address(name), sessionHeader: header, rootHash: root))
    }

    /// The proof that the chain asks for, once the block before the proof window is made, or that of another path.
    mutating func proof(
        path other: Bytes? = nil, _ edit: (inout SessionHeader) -> Void = { _ in }
    ) throws -> Message {
        var header = try session().header
        let open = chain.sharedParams(at: header.sessionEndBlockHeight).proofWindowOpen(
            at: header.sessionEndBlockHeight)
        advance(to: open - 1)
        let path = ProofPath.path(blockHash: chain.blockHash(at: open - 1), sessionID: header.sessionID)
        let closest = try trie.proveClosest(path: other ?? path)
        edit(&header)
        return .submitProof(
            MsgSubmitProof(
                supplierOperatorAddress: address("operator"), sessionHeader: header,
                proof: try closest.compacted().encodeGob()))
    }

    /// The only claim in the store.
    var storedClaim: Claim? { chain.proof.claims.values.first }
}

/// A root with any hash and the given sum and count.
func root(sum: UInt64, count: UInt64) -> Bytes {
    func bytes(_ value: UInt64) -> Bytes { (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) } }
    return Bytes(repeating: 7, count: 32) + bytes(sum) + bytes(count)
}

extension Block {
    /// The events of a name, of transactions and blockers.
    func all(_ name: String) -> [Event] { allEvents.filter { $0.name == name } }
}
