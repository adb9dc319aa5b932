import NIOCore
import NIOHTTPTypes
import Synchronization

/// The open connections, and what is to be given up when one of them closes.
final class Connections: Sendable {
    private let open = Mutex<[ObjectIdentifier: (@Sendable () -> Void)?]>([:])
    let metrics: Metrics

    init(metrics: Metrics) { self.metrics = metrics }

    /// How many there are.
    var count: Int { open.withLock { $0.count } }

    func opened(_ channel: any Channel) {
        let isNew = open.withLock { open in
            guard open[ObjectIdentifier(channel)] == nil else { return false }
            open[ObjectIdentifier(channel)] = .some(nil)
            return true
        }
        if isNew { metrics.add(.connections, 1) }
    }

    /// The client has closed its side: nobody waits any more.
    func giveUp(_ channel: any Channel) {
        let action = open.withLock { open -> (@Sendable () -> Void)? in
            guard let entry = open[ObjectIdentifier(channel)] else { return nil }
            open[ObjectIdentifier(channel)] = .some(nil)
            return entry
        }
        action?()
    }

    func closed(_ channel: any Channel) {
        guard let entry = open.withLock({ $0.removeValue(forKey: ObjectIdentifier(channel)) }) else { return }
        metrics.add(.connections, -1)
        entry?()
    }

    /// Calls back when the connection closes before `unwatch`; at once when it is closed already.
    func watch(_ channel: any Channel, _ action: @escaping @Sendable () -> Void) {
        let isOpen = open.withLock { open in
            guard open[ObjectIdentifier(channel)] != nil else { return false }
            open[ObjectIdentifier(channel)] = .some(action)
            return true
        }
        if !isOpen { action() }
    }

    func unwatch(_ channel: any Channel) {
        open.withLock { open in
            if open[ObjectIdentifier(channel)] != nil { open[ObjectIdentifier(channel)] = .some(nil) }
        }
    }
}

/// Tells of a connection's beginning and end, and closes it when its client does not read what it asked for, or does not
/// ask: the head of a request has its time as a whole, so that one that comes byte by byte does not last for ever.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart

    private let connections: Connections
    private let patience: TimeAmount
    private let idleTimeout: TimeAmount
    private var stall: Scheduled<Void>?
    private var idleCheck: Scheduled<Void>?
    private var idleSince = NIODeadline.uptimeNanoseconds(0)
    /// Requests that have begun and whose answers have not ended.
    private var openRequests = 0

    /// - Parameters:
    ///   - patience: How long a client may leave its answer unread once the buffers are full.
    ///   - idleTimeout: How long it may take from a connection's beginning or the end of an answer to the next request.
    init(_ connections: Connections, patience: TimeAmount, idleTimeout: TimeAmount) {
        self.connections = connections
        self.patience = patience
        self.idleTimeout = idleTimeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard idleCheck == nil else { return }
        connections.opened(context.channel)
        idleSince = context.eventLoop.now
        checkIdleness(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { openRequests += 1 }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            openRequests = max(0, openRequests - 1)
            idleSince = context.eventLoop.now
        }
        context.write(data, promise: promise)
    }

    /// Closes the connection when it has been idle for so long, or looks again when it may have been.
    ///
    /// One timer a connection is enough: calling one off for each request would look through those of all others.
    private func checkIdleness(_ context: ChannelHandlerContext) {
        let now = context.eventLoop.now
        let end = openRequests > 0 ? now + idleTimeout : idleSince + idleTimeout
        guard end > now else { return context.close(promise: nil) }
        idleCheck = context.eventLoop.assumeIsolated().scheduleTask(in: end - now) { self.checkIdleness(context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The server allows half-closed connections; a client that sends no more listens no more either.
        if let event = event as? ChannelEvent, event == .inputClosed { connections.giveUp(context.channel) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stall?.cancel()
        idleCheck?.cancel()
        connections.closed(context.channel)
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stall?.cancel()
        stall = nil
        if !context.channel.isWritable {
            let channel = context.channel
            stall = context.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }
}
