public import Shannon
public import World

/// What a scenario expects of its network.
public enum Expectation: Hashable, Sendable {
    /// Such events happened so many times.
    case event(EventPattern, Count, since: Reference)
    /// An amount, or by how much it changed.
    case amount(Measure, AmountCheck)
    /// A live parameter has a value.
    case param(module: String, name: String, MsgUpdateParam.Value)
    /// What the session of an application and a service is now.
    case session(SessionCheck)
    /// How many claims wait for settlement.
    case openClaims(supplier: String?, application: String?, Count)
    /// Everything has gone well in a session that is over: every question answered, every honest claim paid.
    case wentWell(session: Int64)
    /// Whether an actor is staked, unbonding, or being transferred.
    case actor(ActorKind, String, ActorState)
    /// Transactions of the scenario failed so many times with an error whose name, code or message has this text.
    case failure(String, Count)
    /// The last command succeeded, or the last query's answer has this text.
    case output(containing: String)
    /// The claim window of the last session that ended has not opened.
    case beforeClaimWindow
    /// The card of a gateway, or of a service, contains a text.
    case card(CardOwner, containing: String)
    /// The history of a service's compute units per relay has a value.
    case computeUnitsHistory(service: String, UInt64)
    /// A service has a weight now.
    case computeUnits(service: String, UInt64)
    /// An application is staked for a service.
    case stakedFor(ActorKind, String, service: String)
    /// Every one of the parameters that the scenario last set in a module has its value.
    case paramsAsSet(module: String)
    /// A module's live parameters, or one of them, are upstream's defaults.
    case defaultParams(module: String, name: String?)
    /// Whether an application delegates to a gateway, or to any at all.
    case delegates(application: String, gateway: String?, Bool)
}

/// Whose card it is.
public enum CardOwner: Hashable, Sendable {
    case gateway(String)
    case service(String)
}

/// The state of a staked actor.
public enum ActorState: Hashable, Sendable {
    case staked
    case notStaked
    case unbonding
    case transferring
}

/// How many.
public enum Count: Hashable, Sendable {
    case exactly(Int)
    case atLeast(Int)
    case atMost(Int)
    case between(Int, Int)

    func admits(_ number: Int) -> Bool {
        switch self {
        case .exactly(let expected): number == expected
        case .atLeast(let least): number >= least
        case .atMost(let most): number <= most
        case .between(let least, let most): (least...max(least, most)).contains(number)
        }
    }
}

/// What a change is counted from.
public enum Reference: Hashable, Sendable {
    /// Genesis.
    case start
    /// After the block of an earlier moment.
    case moment(Moment)
    /// A figure that was remembered.
    case remembered(String)
}

/// An amount of upokt that can be looked up at any height.
public enum Measure: Hashable, Sendable {
    case balance(String)
    case stake(ActorKind?, String)
    case supply
    case moduleBalance(String)
    case dao
    case serviceOwner(String)
    case validators
}

/// What an amount must be.
public enum AmountCheck: Hashable, Sendable {
    case change(Int64, since: Reference)
    /// As upstream measures it with transaction fees: what the account has sent since may have cost it gas there.
    case changeWithGas(Int64, since: Reference)
    /// Which way it went.
    case moved(Direction, since: Reference)
    case equals(Int64)
    case moreThan(Int64)
    /// A stake that its module's minimum allows.
    case atLeastMinimum
}

/// Which way an amount goes.
public enum Direction: String, Hashable, Sendable {
    case more, less, equal
}

/// What a session must be like.
public struct SessionCheck: Hashable, Sendable {
    public var application: String
    public var service: String
    /// Nil where it does not matter.
    public var number: Int64?
    public var supplierCount: Int?
    public var contains: [String]
    public var lacks: [String]
    /// Part of the error with which the chain must refuse to build it.
    public var error: String?

    /// A check of a session.
    public init(
        application: String, service: String, number: Int64? = nil, supplierCount: Int? = nil,
        contains: [String] = [], lacks: [String] = [], error: String? = nil
    ) {
        self.application = application
        self.service = service
        self.number = number
        self.supplierCount = supplierCount
        self.contains = contains
        self.lacks = lacks
        self.error = error
    }
}
