public import Offchain
public import Shannon

/// What whoever holds the world may do to it beyond what its parties can; always journaled.
public enum Intervention: Hashable, Codable, Sendable {
    /// Something goes wrong, or is put right.
    case fault(Fault)
    /// A participant breaks the rules in these ways from now on, and in no other; none makes it honest again.
    case misbehave(Party, Misbehaviours)
    /// A state is changed behind the protocol's back.
    case cheat(Cheat)
    /// A named account signs and sends a transaction; `pnf` speaks for governance.
    ///
    /// It is signed when it is delivered, with the sequence number that counts what waits in the mempool already.
    case transact(account: String, [Message])
}

/// A change that no message could make.
public enum Cheat: Hashable, Codable, Sendable {
    /// A named account has so many upokt from now on; what it takes is minted or burned, with `cheat` as the reason.
    case setBalance(account: String, upokt: Int64)
    /// A staked actor of a name has so many upokt staked from now on.
    case setStake(account: String, upokt: Int64)
}

/// An intervention that cannot be made: what was expected, what was found.
public struct InterventionError: Error, Hashable, Codable, Sendable, CustomStringConvertible {
    public let problem: String

    init(_ problem: String) { self.problem = problem }

    public var description: String { problem }
}

extension Intervention: CustomStringConvertible {
    public var description: String {
        switch self {
        case .fault(let fault): "\(fault)"
        case .misbehave(let party, let some): "\(party) is \(some.isEmpty ? "" : "dishonest: ")\(some)"
        case .cheat(.setBalance(let account, let amount)): "balance of \(account) set to \(amount) upokt"
        case .cheat(.setStake(let account, let amount)): "stake of \(account) set to \(amount) upokt"
        case .transact(let account, let messages):
            "\(account) sends \(messages.map(Self.name(of:)).joined(separator: ", "))"
        }
    }

    /// A message's case, for example `stakeSupplier`.
    private static func name(of message: Message) -> String {
        Mirror(reflecting: message).children.first?.label ?? "a message"
    }
}

extension Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .channel(let scope, let fault): "channel \(scope): \(fault)"
        case .heal(let scope): "channel \(scope) heals"
        case .crash(let party): "\(party) crashes"
        case .restart(let party): "\(party) starts again"
        case .slow(let supplier, let factor): "\(supplier) takes \(factor) times as long"
        case .healAll: "all faults end"
        }
    }
}

extension ChannelFault: CustomStringConvertible {
    public var description: String {
        var parts: [String] = []
        if isPartitioned { parts.append("partition") }
        if let latency { parts.append("latency \(latency.nanoseconds) ns") }
        if jitter > .zero { parts.append("jitter \(jitter.nanoseconds) ns") }
        for (name, chance) in [("loss", loss), ("duplicate", duplicate), ("reorder", reorder)]
        where chance != .never {
            parts.append("\(name) \(chance.millionths) millionths")
        }
        return parts.isEmpty ? "sound" : parts.joined(separator: ", ")
    }
}
