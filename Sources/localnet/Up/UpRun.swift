import Console
import Foundation
import Live
import Narration
import Offchain
import Onchain
import Settings
import Shannon
import World

/// One run of `localnet up`, from the first line to the last.
struct UpRun {
    let settings: Settings
    let isJSON: Bool
    let hasTraffic: Bool
    let readyFile: String?
    /// What control routes ask for where the gateway listens to more than this machine.
    private let controlToken: String
    /// Whether nobody knows the token yet.
    private let isTokenNew: Bool

    init(settings: Settings, isJSON: Bool, hasTraffic: Bool, readyFile: String?) {
        self.settings = settings
        self.isJSON = isJSON
        self.hasTraffic = hasTraffic
        self.readyFile = readyFile
        let given = ProcessInfo.processInfo.environment["LOCALNET_CONTROL_TOKEN"] ?? ""
        controlToken = given.isEmpty ? Self.randomToken() : given
        isTokenNew = given.isEmpty
    }

    private static func randomToken() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in String(UInt8.random(in: 0...15, using: &generator), radix: 16) }.joined()
    }

    func run() async throws {
        var ready = readyFile.map { [ReadyFile(path: $0)] } ?? []
        for file in ready { file.remove() }
        let signals = StopSignals()
        if !isJSON { Terminal.say(Terminal.style.bold("localnet up") + " · starting") }
        let (backend, description) = try Backends.open(settings)
        let network = try await open(backend)
        // Another process may run on the state until here, and the file be its own.
        if !settings.state.isMemory { ready.append(ReadyFile(path: ReadyFile.path(in: settings.state))) }
        let files = ready
        for file in files { file.remove() }
        let printer = EventPrinter(
            network: network, world: await network.snapshot(), isJSON: isJSON,
            traffic: hasTraffic ? Traffic(settings.network) : nil)
        let events = await network.events()
        let server = ConsoleServer(network: network, settings: consoleSettings)
        defer { for file in files { file.removeOwn() } }
        try await serve(network, server, signals) { port in
            let url = "http://\(settings.gateway.host):\(port)"
            try await network.start(configuring: settings.network.gateways)
            await announce(network, url: url, backend: description)
            // The one that was asked for comes last: whoever has waited for it finds the network by the other as well.
            for file in files.reversed() { try file.write(url: url) }
            return Task { await printer.print(events) }
        }
        if await printer.violationCount > 0 { throw Failure(.invariantBroken, "an invariant broke, see above") }
        if !isJSON { Terminal.tell("localnet: stopped") }
    }

    /// The network as the state has it, or a new one.
    private func open(_ backend: any InferenceBackend) async throws -> Localnet {
        var spec = settings.network
        // Traffic is asked for from outside, so that it does not make another network.
        for place in spec.applications.indices { spec.applications[place].workload = nil }
        // Neither is what a gateway does with it, which may change from one start to the next.
        for place in spec.gateways.indices {
            spec.gateways[place].settings = Gateway.Settings()
            spec.gateways[place].keys = []
        }
        // What answers is no part of the network either: a file may move, a card be reworded.
        for place in spec.services.indices {
            spec.services[place].weights = nil
            spec.services[place].systemPrompt = nil
        }
        do {
            let store: any Store =
                settings.state.isMemory ? MemoryStore() : try SQLiteStore(directory: settings.state.directory)
            return try Localnet(spec: spec, backend: backend, store: store, pace: pace)
        } catch let error as LiveError {
            throw Failure(code(of: error), "\(error)")
        } catch let error as SpecError {
            throw Failure(.badSettings, "the settings: \(error)")
        }
    }

    private var pace: Pace {
        switch settings.pace {
        case .clock: .interval(settings.network.blockInterval)
        case .fast: .fast
        case .manual: .manual
        }
    }

    private func code(of error: LiveError) -> Failure.Code {
        switch error {
        case .stateInUse, .stateNotUsable, .notDurable, .notRunning, .unknownApplication: .unavailable
        case .historyDiffers: .journalDiffers
        case .otherVersion, .otherNetwork, .unreadable: .badInputFile
        }
    }

    private var consoleSettings: ConsoleSettings {
        var console = ConsoleSettings()
        console.host = settings.gateway.host
        console.port = settings.gateway.port
        console.maxBody = settings.gateway.maxBody
        console.services = settings.network.services.map { $0.model ?? $0.id }
        for service in settings.network.services { console.serviceIDs[service.model ?? service.id] = service.id }
        console.controlToken = controlToken
        if let gateway = settings.network.gateways.first { console.gateway = gateway.name }
        return console
    }

    /// Runs until a signal, or until network or server fail; whatever happens, both have stopped at the end.
    private func serve(
        _ network: Localnet, _ server: ConsoleServer, _ signals: StopSignals,
        _ begin: @escaping @Sendable (Int) async throws -> Task<Void, Never>
    ) async throws {
        let beginning = Beginning()
        let failed = await withTaskGroup(of: (any Error)?.self) { group in
            group.addTask {
                await caught {
                    try await server.run { port in
                        do { await beginning.succeed(try await begin(port)) } catch {
                            await beginning.fail(error)
                            await server.stop()
                        }
                    }
                }
            }
            group.addTask { await caught { try await network.ended() } }
            group.addTask {
                await signals.first()
                return nil
            }
            // Whichever ends first, the others end too; the first error is the one to tell.
            var failed = await group.next() ?? nil
            await server.stop()
            await network.stop()
            group.cancelAll()
            while let next = await group.next() { failed = failed ?? next }
            return failed
        }
        await beginning.printing?.value
        if let error = await beginning.error ?? failed { throw failure(error) }
    }

    private func failure(_ error: any Error) -> any Error {
        switch error {
        case let error as ConsoleError: Failure(.unavailable, "\(error)")
        case let error as LiveError: Failure(code(of: error), "\(error)")
        default: error
        }
    }

    private func announce(_ network: Localnet, url: String, backend: String) async {
        let world = await network.snapshot()
        // One that was given stays with who gave it.
        if !consoleSettings.isLocal {
            Terminal.tell(
                "localnet: the control token is \(isTokenNew ? controlToken : "that of LOCALNET_CONTROL_TOKEN")")
        }
        guard !isJSON else { return Terminal.say(Announcement(world, url: url, backend: backend).line.text) }
        let state = settings.state.isMemory ? "memory, gone at the end" : settings.state.directory
        let needsKey = settings.network.gateways.first?.settings.requiresKey ?? false
        let lines = Banner(world, style: Terminal.style).lines([
            "gateway": url + "/v1" + (needsKey ? " (for clients with a key)" : ""), "answers": backend, "state": state,
            "pace": pace.description,
            "seed": "\(world.spec.seed)",
            "block": world.chain.height > 1 ? "continues after block \(world.chain.height)" : "begins",
        ])
        Terminal.say(lines + [""])
    }
}

/// How the beginning of a run went.
private actor Beginning {
    private(set) var printing: Task<Void, Never>?
    private(set) var error: (any Error)?

    func succeed(_ task: Task<Void, Never>) { printing = task }
    func fail(_ error: any Error) { self.error = error }
}

/// What some work throws; nil when it does not.
private func caught(_ work: () async throws -> Void) async -> (any Error)? {
    do {
        try await work()
        return nil
    } catch { return error }
}
