public import Shannon

/// What is wrong with a channel; the default is nothing.
///
/// Messages of one channel arrive in the order in which they were sent, jitter or not, unless `reorder` strikes.
public struct ChannelFault: Hashable, Codable, Sendable {
    /// How long a message takes; nil leaves the network's latency.
    public var latency: Span?
    /// Up to this much more for each message, drawn evenly.
    public var jitter = Span.zero
    /// The chance that a message is lost.
    public var loss = Chance.never
    /// The chance that a message arrives twice.
    public var duplicate = Chance.never
    /// The chance that a message is held back by four times its delay, so that later ones overtake it.
    public var reorder = Chance.never
    /// Whether nothing gets through at all.
    public var isPartitioned = false

    /// Nothing is wrong.
    public init() {}

    /// A slower channel.
    public init(latency: Span, jitter: Span = .zero) {
        self.latency = latency
        self.jitter = jitter
    }

    /// Nothing gets through.
    public static let partition = {
        var fault = ChannelFault()
        fault.isPartitioned = true
        return fault
    }()

    /// How many times its delay a reordered message is held back beyond it.
    static let reorderFactor: Int64 = 4
}
