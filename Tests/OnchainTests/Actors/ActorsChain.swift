import Keys
import Shannon
import VectorSupport

@testable import Onchain

/// A chain with named accounts, for tests of actors: every name has a key and plenty of upokt.
struct ActorsChain {
    static let names = ["app", "app2", "gateway", "gateway2", "owner", "operator", "other", "pnf", "source"]
    static let balance: Int64 = 100_000_000_000

    var chain: Chain

    /// A chain with service `svc`, and what else the closure adds to its genesis.
    init(params: Params = Params(), _ edit: (inout Genesis) throws -> Void = { _ in }) throws {
        var genesis = Genesis()
        genesis.params = params
        genesis.governanceKeys = [key("pnf").publicKey]
        genesis.accounts = Self.names.map { Genesis.Account(key: key($0).publicKey, balance: Self.balance) }
        genesis.services = [service("svc")]
        try edit(&genesis)
        chain = try Chain(genesis: genesis)
    }

    /// Makes empty blocks up to a height and returns the events of their blockers.
    @discardableResult
    mutating func advance(to height: Height) -> [Event] {
        var events: [Event] = []
        while chain.height < height { events += makeBlock([]).events }
        return events
    }

    /// Sends messages, each in its own transaction, in the block of a height.
    @discardableResult
    mutating func send(_ messages: [(Message, String)], at height: Height) -> [TransactionResult] {
        advance(to: height - 1)
        var sequences: [String: UInt64] = [:]
        let transactions = messages.map { message, name in
            let sequence = sequences[name] ?? chain.sequence(of: address(name))
            sequences[name] = sequence + 1
            return Transaction(messages: [message], publicKey: key(name).publicKey, sequence: sequence)
                .signed(with: key(name), chainID: chain.chainID)
        }
        return makeBlock(transactions).transactions
    }

    /// Sends one message in the next block, or that of a height; throws what the chain refuses it for.
    @discardableResult
    mutating func send(_ message: Message, by name: String, at height: Height? = nil) throws -> [Event] {
        let result = send([(message, name)], at: height ?? chain.height + 1)[0]
        if let error = result.error { throw error }
        return result.events
    }

    /// The name of the error that a message is refused with, nil when it succeeds.
    mutating func refusal(of message: Message, by name: String, at height: Height? = nil) -> String? {
        send([(message, name)], at: height ?? chain.height + 1)[0].error?.name
    }

    /// Changes a parameter as governance does.
    mutating func govern(_ module: String, _ name: String, _ value: MsgUpdateParam.Value, at height: Height) throws {
        try send(parameter(module, name, value), by: "pnf", at: height)
    }

    private mutating func makeBlock(_ transactions: [Transaction]) -> Block {
        chain.makeBlock(time: Instant(nanoseconds: chain.time.nanoseconds + 2_000_000_000), transactions: transactions)
    }
}

func key(_ name: String) -> PrivateKey { PrivateKey.derived(seed: 7, name: name) }

func address(_ name: String) -> Address { key(name).address }

func service(_ id: String) -> Service { Service(id: id, computeUnitsPerRelay: 100, ownerAddress: address("source")) }

func parameter(_ module: String, _ name: String, _ value: MsgUpdateParam.Value) -> Message {
    .updateParam(
        MsgUpdateParam(authority: ModuleAccount.gov.address, module: module, name: name, value: value))
}

func config(
    _ service: String, url: String = "http://localhost:8080", rpcType: RPCType = .jsonRPC,
    shares: [(String, UInt64)] = [("owner", 100)]
) -> SupplierServiceConfig {
    SupplierServiceConfig(
        serviceID: service, endpoints: [SupplierEndpoint(url: url, rpcType: rpcType)],
        revenueShares: shares.map { RevenueShare(address: address($0.0), percentage: $0.1) })
}

func stakeApp(
    _ name: String, _ stake: Coin?, _ services: [String] = ["svc"], limit: Coin? = nil
) -> Message {
    .stakeApplication(
        MsgStakeApplication(address: address(name), stake: stake, serviceIDs: services, perSessionSpendLimit: limit))
}

func stakeGateway(_ name: String, _ stake: Coin?) -> Message {
    .stakeGateway(MsgStakeGateway(address: address(name), stake: stake))
}

func stakeSupplier(
    _ stake: Coin?, _ services: [SupplierServiceConfig] = [], by signer: String = "operator", owner: String = "owner"
) -> Message {
    .stakeSupplier(
        MsgStakeSupplier(
            signer: address(signer), ownerAddress: address(owner), operatorAddress: address("operator"),
            stake: stake, services: services))
}

func delegate(_ app: String, _ gateway: String) -> Message {
    .delegateToGateway(
        MsgDelegateToGateway(applicationAddress: address(app), gatewayAddress: address(gateway)))
}

func undelegate(_ app: String, _ gateway: String) -> Message {
    .undelegateFromGateway(
        MsgUndelegateFromGateway(applicationAddress: address(app), gatewayAddress: address(gateway)))
}

func transfer(_ app: String, _ destination: String) -> Message {
    .transferApplication(
        MsgTransferApplication(sourceAddress: address(app), destinationAddress: address(destination)))
}

extension JSONValue {
    /// A coin as cases write it: a text such as `5upokt`, or a number of upokt; nil for null.
    var coin: Coin? {
        if case .string(let text) = self { return Coin(parsing: text) }
        return (try? int64).map { Coin.upokt($0) }
    }
}

extension Event {
    static func names(_ events: [Event]) -> [String] { events.map(\.name) }
}
