public import Offchain
public import Shannon
public import World

/// What a scenario does to its network.
public enum Action: Hashable, Sendable {
    /// An application sends relays.
    case send(Send)
    /// An application asks as it does on its own: over its gateway or in turn, one question after the other if it chats.
    case ask(application: String, Workload)
    /// An account asks something of the chain, in a transaction that the moment's block carries.
    ///
    /// Signed by whoever the protocol asks to sign, or by the account that is named.
    case command(Command, from: String?)
    /// A fault, a misbehaviour or a cheat; always journaled.
    case intervene(Intervention)
    /// Governance changes parameters, by the protocol's timing rules.
    case params([ParamSetting], from: String)
    /// Governance gives every module its default parameters.
    case resetParams(from: String)
    /// Keeps a figure under a name, for expectations to count from.
    case remember(Measure, name: String)
    /// Asks the chain, for expectations about the output.
    case query(Query)
    /// Makes an application's last answer the output.
    case showAnswer(application: String)
    /// Keeps the whole network, time and messages under way included.
    case snapshot(String)
    /// Goes back to a snapshot, which stays.
    case revert(String)
    /// Makes a second network as this one is now; steps choose it by name.
    case fork(String)
}

/// Relays that an application sends at once.
public struct Send: Hashable, Sendable {
    /// How many relays may be sent at once.
    static let counts: ClosedRange<Int64> = 1...100_000

    /// The application's name.
    public var application: String
    /// Its own service when nil.
    public var service: String?
    /// How many.
    public var relays: Int
    /// What it asks.
    public var prompt: String
    /// A gateway by name, whether it delegates to it or not.
    public var gateway: String?
    /// A supplier by name, whether it is in the session or not.
    public var supplier: String?
    /// The number of the session to ask in; the current one when nil.
    public var session: Int64?
    /// A request of another API than chat completions.
    public var request: HTTPRequest?

    /// Relays of an application.
    public init(
        application: String, service: String? = nil, relays: Int = 1, prompt: String = "Once upon a time",
        gateway: String? = nil, supplier: String? = nil, session: Int64? = nil, request: HTTPRequest? = nil
    ) {
        self.application = application
        self.service = service
        self.relays = relays
        self.prompt = prompt
        self.gateway = gateway
        self.supplier = supplier
        self.session = session
        self.request = request
    }
}

/// A kind of staked actor.
public enum ActorKind: String, Hashable, Sendable, CaseIterable {
    case application, gateway, supplier
}

/// What an account asks of the chain, in names instead of addresses.
public enum Command: Hashable, Sendable {
    case pay(from: String, to: String, Coin)
    case stakeApplication(String, Coin?, service: String?, spendLimit: Coin?)
    case stakeGateway(String, Coin?)
    case stakeSupplier(SupplierStake)
    case unstake(ActorKind, String)
    case delegate(application: String, gateway: String)
    case undelegate(application: String, gateway: String)
    case transferApplication(String, to: String)
    /// An account bonds coins with a validator.
    case bond(from: String, validator: String, Coin)
    case setCard(gateway: String, card: String)
    /// A new service, or one whose name, weight or card changes; nil keeps the card.
    case addService(id: String, name: String?, computeUnits: UInt64?, owner: String, metadata: String?)
    case transferService(id: String, from: String, to: String)
}

/// A supplier's stake message.
public struct SupplierStake: Hashable, Sendable {
    /// The operator.
    public var name: String
    /// The operator when nil.
    public var owner: String?
    /// Nil keeps it.
    public var amount: Coin?
    /// Empty keeps them.
    public var services: [String]
    /// All to the owner when empty.
    public var shares: [RevenueShareSpec]

    /// A stake message with its fields as given.
    public init(
        name: String, owner: String? = nil, amount: Coin?, services: [String] = [], shares: [RevenueShareSpec] = []
    ) {
        self.name = name
        self.owner = owner
        self.amount = amount
        self.services = services
        self.shares = shares
    }
}

/// A parameter and its new value, by upstream's names.
public struct ParamSetting: Hashable, Sendable {
    /// For example `shared`.
    public var module: String
    /// For example `num_blocks_per_session`; a share of a distribution as `mint_allocation_percentages.dao`.
    public var name: String
    /// The value, of the parameter's type.
    public var value: MsgUpdateParam.Value

    /// A setting with its fields as given.
    public init(module: String, name: String, value: MsgUpdateParam.Value) {
        self.module = module
        self.name = name
        self.value = value
    }
}
