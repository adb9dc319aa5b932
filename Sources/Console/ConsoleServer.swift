import HummingbirdCore
public import Live
public import Logging
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The HTTP server of a running network: OpenAI's API through a gateway, health, and the network's status.
///
/// `run` listens until `stop` is called or its task is cancelled.
public actor ConsoleServer {
    /// The most that the head of a request may have.
    private static let headLimits = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 16_384, maxHeaderListSize: 65_536, maxHeaderFieldCount: 128)

    private let settings: ConsoleSettings
    private let server: Server<HTTP1Channel>
    private let port = Announcement()
    private let connections: Connections
    private let stateFiles = StateFilePlaces()
    private var running: Task<Void, any Error>?
    private var isStopped = false

    /// - Parameter logger: Gets what the HTTP library says; silent when nil.
    public init(network: Localnet, settings: ConsoleSettings, logger: Logger? = nil) {
        self.settings = settings
        Self.raiseFileLimit()
        let metrics = Metrics()
        let connections = Connections(metrics: metrics)
        let responder = Responder(
            network: network, settings: settings, connections: connections, metrics: metrics,
            access: ControlAccess(settings), stateFiles: stateFiles)
        self.connections = connections
        let patience = TimeAmount(settings.clientPatience)
        let port = port
        server = Server(
            childChannelSetup: HTTP1Channel(
                responder: { request, writer, channel in try await responder.respond(to: request, writer, channel) },
                configuration: .init(
                    additionalChannelHandlers: [
                        ConnectionHandler(
                            connections, patience: patience, idleTimeout: TimeAmount(settings.idleTimeout)),
                        ProtocolErrorHandler(), TargetAuthority.Placing(),
                    ], httpDecoderConfiguration: Self.headLimits)),
            configuration: ServerConfiguration(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: MaximumAvailableConnections(settings.mostConnections)),
            onServerRunning: { channel in await port.announce(channel.localAddress?.port ?? settings.port) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger ?? Logger(label: "console", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// How many connections are open now.
    public nonisolated var connectionCount: Int { connections.count }
    /// How many state files are being taken in now.
    public nonisolated var uploadCount: Int { stateFiles.uploadCount }

    /// Lets this process have as many open files as it may: every connection is one.
    private static func raiseFileLimit() {
        var limit = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(resource, &limit)
    }

    /// Listens and answers until the server is stopped; then returns.
    ///
    /// - Parameter onListening: Called once with the real port, when requests are answered; may call `stop`. `run`
    ///   returns after it.
    /// - Throws: `ConsoleError` when the port cannot be had.
    public func run(onListening: @escaping @Sendable (Int) async -> Void = { _ in }) async throws {
        guard !isStopped, running == nil else { return }
        await port.onAnnouncement(onListening)
        let task = Task { [server] in try await server.run() }
        running = task
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        await port.untilHandled()
        do {
            try result.get()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw ConsoleError.portInUse(host: settings.host, port: settings.port)
        } catch is CancellationError {
            return
        } catch let error as IOError {
            throw ConsoleError.cannotListen(
                host: settings.host, port: settings.port, reason: String(cString: strerror(error.errnoCode)))
        } catch {
            throw ConsoleError.cannotListen(host: settings.host, port: settings.port, reason: "\(error)")
        }
    }

    /// Stops accepting, lets requests under way finish within the settings' patience, then closes what is left.
    public func stop() async {
        isStopped = true
        guard let running else { return }
        let patience = settings.stopPatience
        let limit = Task {
            try await Task.sleep(for: patience)
            running.cancel()
        }
        // Fails only when the server has ended already.
        try? await server.shutdownGracefully()
        _ = await running.result
        limit.cancel()
    }
}

/// A port that becomes known once. What is done with it runs beside the server, so that it may stop the server.
private actor Announcement {
    private var action: @Sendable (Int) async -> Void = { _ in }
    private var handling: Task<Void, Never>?

    func onAnnouncement(_ action: @escaping @Sendable (Int) async -> Void) { self.action = action }
    func announce(_ port: Int) { handling = Task { [action] in await action(port) } }
    func untilHandled() async { await handling?.value }
}
