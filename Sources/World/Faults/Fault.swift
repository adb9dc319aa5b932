public import Offchain
import Shannon

/// Something that goes wrong in the network, or is put right again.
public enum Fault: Hashable, Codable, Sendable {
    /// The channels of a scope are at fault from now on, until they heal; replaces an earlier fault of the same scope.
    case channel(Channel.Scope, ChannelFault)
    /// The fault of exactly this scope ends.
    case heal(Channel.Scope)
    /// A participant's process ends: it loses what it holds in memory, its connections break, nothing reaches it.
    case crash(Party)
    /// A crashed participant starts again with what its disk holds.
    case restart(Party)
    /// A supplier's backend takes this many times as long; 1 is as fast as ever.
    case slow(supplier: String, factor: UInt32)
    /// Every channel heals, everybody who crashed starts again, nobody is slow.
    case healAll
}

extension Channel {
    /// Which channels a fault is about; nil stands for every party.
    ///
    /// Where several faults fit a channel, only the one with the narrowest scope counts: both ends named, then the
    /// sender, then the receiver, then none.
    public struct Scope: Hashable, Comparable, Codable, Sendable {
        public var from: Party?
        public var to: Party?

        /// The channels from one party to another; every channel when neither is named.
        public init(from: Party? = nil, to: Party? = nil) {
            self.from = from
            self.to = to
        }

        /// Every channel.
        public static let all = Scope()

        public static func < (left: Scope, right: Scope) -> Bool {
            left.from != right.from ? precedes(left.from, right.from) : precedes(left.to, right.to)
        }

        private static func precedes(_ left: Party?, _ right: Party?) -> Bool {
            guard let right else { return false }
            return left.map { $0 < right } ?? true
        }
    }
}

extension Channel.Scope: CustomStringConvertible {
    public var description: String { "\(from?.description ?? "*") → \(to?.description ?? "*")" }
}

/// Everything that is at fault now, and the stream of randomness that faults draw from.
struct FaultState: Hashable, Codable, Sendable {
    var channels = SortedMap<Channel.Scope, ChannelFault>()
    /// Who has crashed and not started again, ascending.
    var down: [Party] = []
    /// How many times as long a supplier's backend takes.
    var slowness = SortedMap<String, UInt32>()
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed, purpose: "faults") }

    /// The fault of a channel: the narrowest that fits; nil when it is sound.
    func fault(on ends: Channel.Ends) -> ChannelFault? {
        guard !channels.isEmpty else { return nil }
        return channels[Channel.Scope(from: ends.from, to: ends.to)] ?? channels[Channel.Scope(from: ends.from)]
            ?? channels[Channel.Scope(to: ends.to)] ?? channels[.all]
    }

    func isDown(_ party: Party) -> Bool { !down.isEmpty && down.contains(party) }

    /// When a message arrives; each copy of it once, none when it is lost.
    mutating func arrivals(
        of fault: ChannelFault, after latency: Span, now: Instant, channel: inout Channel
    ) -> [Instant] {
        guard !fault.isPartitioned, !fault.loss.occurs(&random) else {
            channel.lost += 1
            return []
        }
        var copies = 1
        if fault.duplicate.occurs(&random) {
            copies = 2
            channel.duplicated += 1
        }
        return (0..<copies).map { _ in
            var delay = fault.latency ?? latency
            if fault.jitter > .zero {
                delay = delay + Span(nanoseconds: Int64(random.next(upperBound: UInt64(fault.jitter.nanoseconds) + 1)))
            }
            if fault.reorder.occurs(&random) {
                channel.reordered += 1
                let (held, overflow) = delay.nanoseconds.multipliedReportingOverflow(
                    by: 1 + ChannelFault.reorderFactor)
                return now.advanced(by: overflow ? delay : Span(nanoseconds: held))
            }
            return channel.inOrder(now.advanced(by: delay))
        }
    }
}
