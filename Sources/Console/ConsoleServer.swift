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
    /// How many connections may be open at once; more wait in the system's queue.
    private static let mostConnections = 512
    /// A connection without a request is closed after this long.
    private static let idleTimeout = TimeAmount.seconds(120)

    private let settings: ConsoleSettings
    private let server: Server<HTTP1Channel>
    private let port = Announcement()
    private var running: Task<Void, any Error>?
    private var isStopped = false

    /// - Parameter logger: Gets what the HTTP library says; silent when nil.
    public init(network: Localnet, settings: ConsoleSettings, logger: Logger? = nil) {
        self.settings = settings
        let responder = Responder(network: network, settings: settings)
        let port = port
        server = Server(
            childChannelSetup: HTTP1Channel(
                responder: { request, writer, _ in try await responder.respond(to: request, writer) },
                configuration: .init(
                    additionalChannelHandlers: [ProtocolErrorHandler()], idleTimeout: Self.idleTimeout)),
            configuration: ServerConfiguration(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections)),
            onServerRunning: { channel in await port.announce(channel.localAddress?.port ?? settings.port) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger ?? Logger(label: "console", factory: { _ in SwiftLogNoOpLogHandler() }))
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
