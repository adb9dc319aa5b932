import ArgumentParser
import Config
import Console
import Foundation
import Offchain
import Settings

/// How a command finds the network that runs.
struct RunningNetwork: ParsableArguments {
    @Option(help: "The network's address; found by LOCALNET_URL or the ready file without it.")
    var url: String?

    @Option(help: "The ready file of the network; the one in its state directory without it.", completion: .file())
    var readyFile: String?

    /// What to do when there is none, as the end of an error.
    private static let remedy =
        "Start one with 'localnet up', or name one with --url, LOCALNET_URL or --ready-file."

    /// A client of the network: of `--url`, else of `LOCALNET_URL`, else of the ready file, else of the address that the
    /// settings give a network.
    ///
    /// - Throws: `Failure`, exit code 69, when no network runs.
    func client() throws -> ControlClient {
        let environment = ProcessInfo.processInfo.environment
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let token = variable("LOCALNET_CONTROL_TOKEN")
        do throws(ControlError) {
            if let url { return try ControlClient(url: url, token: token) }
            if readyFile == nil, let url = variable("LOCALNET_URL") {
                return try ControlClient(url: url, token: token)
            }
        } catch {
            throw Failure(.usage, "\(error)")
        }
        let settings = try Self.settings(environment)
        let file = ReadyFile(path: readyFile ?? ReadyFile.path(in: settings.state))
        if let found = try file.read() {
            guard Self.isAlive(found.pid) else {
                throw Failure(
                    .unavailable,
                    "the network of '\(file.path)' ended without a stop (process \(found.pid)). \(Self.remedy)")
            }
            return try client(found.url, token)
        }
        guard readyFile == nil else {
            throw Failure(.unavailable, "there is no ready file '\(file.path)', so no network runs. \(Self.remedy)")
        }
        // A network that keeps no state has no directory for a ready file.
        return try client("http://\(settings.gateway.host):\(settings.gateway.port)", token)
    }

    private func client(_ url: String, _ token: String?) throws -> ControlClient {
        do throws(ControlError) { return try ControlClient(url: url, token: token) } catch {
            throw Failure(.unavailable, "\(error)")
        }
    }

    private static func settings(_ environment: [String: String]) throws -> Settings {
        do throws(ConfigurationError) {
            var settings = try Settings(file: environment["LOCALNET_CONFIG"].flatMap { $0.isEmpty ? nil : $0 })
            try settings.apply(environment: environment)
            return settings
        } catch {
            throw Failure(.badSettings, "\(error)")
        }
    }

    /// Whether a process runs; one of another user does as well.
    private static func isAlive(_ pid: Int32) -> Bool { kill(pid, 0) == 0 || errno == EPERM }

    /// Does something with the network; what it refuses becomes a failure with the exit code that it has.
    func with(_ work: (ControlClient) async throws -> Void) async throws {
        try await reporting {
            let client = try client()
            do { try await work(client) } catch let error as ControlError { throw Self.failure(error) }
        }
    }

    private static func failure(_ error: ControlError) -> Failure {
        switch error {
        case .badURL: Failure(.usage, "\(error)")
        case .unreachable: Failure(.unavailable, "\(error). \(remedy)")
        case .noLocalnet, .cutOff: Failure(.unavailable, "\(error)")
        case .refused(let status, let code, let message):
            Failure(
                Self.code(of: code, status: status),
                status == 401 ? message + " Set LOCALNET_CONTROL_TOKEN to it." : message)
        }
    }

    private static func code(of code: String, status: Int) -> Failure.Code {
        switch code {
        case ControlError.momentUnreadable, ControlError.snapshotRefused: .usage
        case ControlError.momentNotReached: .momentNotReached
        case ControlError.invariantBroken: .invariantBroken
        case ControlError.snapshotNotFound: .notFound
        case ControlError.stateFileRefused: .badInputFile
        default: status == 400 ? .usage : .unavailable
        }
    }
}
