public import Offchain
public import Shannon

/// What a network consists of before its first block: everything that `localnet.toml` can say about it.
///
/// An empty spec is not valid; `NetworkSpec.standard` is the network of the demo. `World(spec:)` refuses a spec
/// whose names do not fit together (`SpecError`).
public struct NetworkSpec: Hashable, Codable, Sendable {
    /// The seed of every random stream and of every account that has no mnemonic.
    public var seed: UInt64 = 42
    /// What signs: real keys, everywhere but in the fuzzer.
    public var signatures = SignatureScheme.real
    public var chainID = "pocket"
    /// The Unix time of genesis; live mode sets it to the wall clock when it makes a new state.
    public var genesisUnixSeconds: Int64 = 1_767_225_600
    /// The time from block to block, when blocks follow the network's own clock.
    public var blockInterval = Span.seconds(2)
    /// The delay of every message between parties.
    public var latency = Span.microseconds(200)
    /// How many messages may be under way on one channel; more are bounced to their sender.
    public var channelCapacity = 1024
    /// Of how many relays of finished claims the world itself remembers the receipts; whoever runs it may keep them all.
    public var rememberedRelays: UInt64 = 10_000
    public var params = Params()
    public var services: [ServiceSpec] = []
    public var applications: [ApplicationSpec] = []
    public var gateways: [GatewaySpec] = []
    public var suppliers: [SupplierSpec] = []
    public var validators: [ValidatorSpec] = []
    /// Further accounts by name, with their balance in upokt.
    public var accounts: [AccountSpec] = []

    public init() {}
}

/// What signs in a network.
public enum SignatureScheme: String, Hashable, Codable, Sendable {
    /// ECDSA and ring signatures on secp256k1.
    case real
    /// Keyed hashes that anybody can make: quick, and only for the fuzzer. `World(spec:)` refuses them,
    /// `World(fuzzing:)` takes them.
    case standIn
}

/// A service at genesis.
public struct ServiceSpec: Hashable, Codable, Sendable {
    public var id: String
    public var name: String
    public var computeUnitsPerRelay: UInt64
    /// The name of the account that owns it: the Source.
    public var owner: String
    /// What it is asked for, also by the gateway's health checks.
    public var api: InferenceAPI
    /// The model id under which the gateway offers it; the service id when nil.
    public var model: String?
    /// The weights that answer, a GGUF file; the run's own when nil.
    public var weights: String?
    /// What every conversation begins with; the weights' own default when nil.
    public var systemPrompt: String?

    public init(
        id: String, name: String = "", computeUnitsPerRelay: UInt64, owner: String, api: InferenceAPI = .chat,
        model: String? = nil, systemPrompt: String? = nil
    ) {
        self.id = id
        self.api = api
        self.name = name
        self.computeUnitsPerRelay = computeUnitsPerRelay
        self.owner = owner
        self.model = model
        self.systemPrompt = systemPrompt
    }
}

/// An application at genesis, and the client that runs for it.
public struct ApplicationSpec: Hashable, Codable, Sendable {
    public var name: String
    public var service: String
    /// In upokt; 0 for one that is not staked at genesis.
    public var stake: Int64
    public var balance: Int64
    /// The gateways it delegates to, by name.
    public var gateways: [String]
    public var kind: ApplicationClient.Kind
    /// What it asks on its own; none when nil.
    public var workload: Workload?

    public init(
        name: String, service: String, stake: Int64, balance: Int64, gateways: [String],
        kind: ApplicationClient.Kind, workload: Workload? = nil
    ) {
        self.name = name
        self.service = service
        self.stake = stake
        self.balance = balance
        self.gateways = gateways
        self.kind = kind
        self.workload = workload
    }
}

/// A gateway at genesis, and the process that runs for it.
public struct GatewaySpec: Hashable, Codable, Sendable {
    public var name: String
    public var stake: Int64
    public var balance: Int64
    public var settings: Gateway.Settings
    /// Its clients' keys.
    public var keys: [GatewayKeySpec]

    public init(
        name: String, stake: Int64, balance: Int64, settings: Gateway.Settings = Gateway.Settings(),
        keys: [GatewayKeySpec] = []
    ) {
        self.name = name
        self.stake = stake
        self.balance = balance
        self.settings = settings
        self.keys = keys
    }
}

/// A key of a gateway's client: only its digest, so that the key itself is in no state and in no journal.
public struct GatewayKeySpec: Hashable, Codable, Sendable {
    /// What its usage is booked under.
    public var name: String
    public var digest: KeyDigest
    public var limits: KeyLimits

    public init(name: String, digest: KeyDigest, limits: KeyLimits = KeyLimits()) {
        self.name = name
        self.digest = digest
        self.limits = limits
    }

    /// The command that makes the key.
    public var command: KeyCommand { .allow(digest, name: name, limits: limits) }
}

/// A supplier at genesis, and the RelayMiner that runs for it.
public struct SupplierSpec: Hashable, Codable, Sendable {
    public var name: String
    public var stake: Int64
    public var balance: Int64
    public var services: [String]
    /// The name of the owner's account; the supplier itself when nil.
    public var owner: String?
    /// Percentages of the reward by account name, adding up to 100; all to the owner when empty.
    public var revenueShares: [RevenueShareSpec]
    /// How it breaks the rules from the start; an intervention changes that later.
    public var misbehaviour: Misbehaviour?
    /// Whether its RelayMiner serves beyond an application's share of a session, for nothing.
    public var enableOverServicing = false
    /// Whether its RelayMiner verifies each relay before it serves it; otherwise, as by upstream's default, it serves the
    /// first ones of a session first.
    public var enableEagerRelayRequestValidation = true

    public init(
        name: String, stake: Int64, balance: Int64, services: [String], owner: String? = nil,
        revenueShares: [RevenueShareSpec] = [], misbehaviour: Misbehaviour? = nil
    ) {
        self.name = name
        self.stake = stake
        self.balance = balance
        self.services = services
        self.owner = owner
        self.revenueShares = revenueShares
        self.misbehaviour = misbehaviour
    }
}

/// A shareholder's percentage, by account name.
public struct RevenueShareSpec: Hashable, Codable, Sendable {
    public var account: String
    public var percentage: UInt64

    public init(account: String, percentage: UInt64) {
        self.account = account
        self.percentage = percentage
    }
}

/// A validator at genesis, bonded with its own tokens.
public struct ValidatorSpec: Hashable, Codable, Sendable {
    public var name: String
    public var bondedTokens: Int64
    /// A decimal text, for example `0.1`.
    public var commissionRate: String
    public var balance: Int64

    public init(name: String, bondedTokens: Int64, commissionRate: String = "0.1", balance: Int64 = 0) {
        self.name = name
        self.bondedTokens = bondedTokens
        self.commissionRate = commissionRate
        self.balance = balance
    }
}

/// An account at genesis.
public struct AccountSpec: Hashable, Codable, Sendable {
    public var name: String
    public var balance: Int64
    /// A BIP-39 mnemonic; derived from the seed and the name when nil.
    public var mnemonic: String?

    public init(name: String, balance: Int64, mnemonic: String? = nil) {
        self.name = name
        self.balance = balance
        self.mnemonic = mnemonic
    }
}
