import ArgumentParser
import Console
import Foundation
import Live
import Narration

/// `localnet state`: the running network's world as a file.
struct StateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Write the running network's state to a file, or go over to the state of one.",
        discussion: """
            The file holds the whole world, with time, randomness and relays in flight, but not its snapshots. A network \
            with the same settings and seed can load it, also on another machine, and goes on at the time of the dump.

            Exit codes: 0 done; 11 an invariant does not hold in it; 65 the file is damaged, cut off, or of another \
            network or version; 66 no such file; 69 no network runs, or the file cannot be written.
            """,
        subcommands: [Dump.self, Load.self])

    struct Dump: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the state to a file, which is there as a whole or not at all.")
        @OptionGroup var network: RunningNetwork
        @Flag(help: "Write JSON Lines.") var json = false
        @Argument(help: "The file to write.", completion: .file()) var file: String

        func validate() throws {
            guard !file.isEmpty else { throw ValidationError("expected the file to write, found an empty text") }
        }

        func run() async throws {
            try await network.with { client in
                let count = try await StateDownload(path: file).run(client)
                let line = JSONLine(type: "state_dumped", ["file": .text(file), "bytes": .integer(Int64(count))])
                Terminal.say(json ? line.text : "wrote \(Wording.count(count)) bytes to \(file)")
            }
        }
    }

    struct Load: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Go over to the state of a file; what the network did before is left.")
        @OptionGroup var network: RunningNetwork
        @Flag(help: "Write JSON Lines.") var json = false
        @Argument(help: "The file to read.", completion: .file()) var file: String

        func validate() throws {
            guard !file.isEmpty else { throw ValidationError("expected the file to read, found an empty text") }
        }

        func run() async throws {
            try await network.with { client in
                var isDirectory: ObjCBool = false
                if FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory), isDirectory.boolValue {
                    throw Failure(.notFound, "'\(file)' is a directory; name a state file")
                }
                guard let handle = FileHandle(forReadingAtPath: file), let count = try? handle.seekToEnd(),
                    (try? handle.seek(toOffset: 0)) != nil
                else { throw Failure(.notFound, "there is no readable file '\(file)'") }
                defer { try? handle.close() }
                guard count > 0 else { throw Failure(.badInputFile, "'\(file)' is empty") }
                let pieces = AnySequence {
                    AnyIterator {
                        (try? handle.read(upToCount: 1 << 18)).flatMap { $0.isEmpty ? nil : [UInt8]($0)[...] }
                    }
                }
                let answer = try await client.send("PUT", "/pokt/state", count: Int(count), pieces: pieces)
                Standing(status: answer).say("loaded '\(file)'", isJSON: json, type: "state_loaded")
            }
        }
    }
}

/// A state file that is being fetched: under another name until it is complete and checked.
private struct StateDownload {
    let path: String

    /// Fetches the file; returns how many bytes it has.
    func run(_ client: ControlClient) async throws -> Int {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
            throw Failure(.unavailable, "'\(path)' is a directory; name the file to write")
        }
        let partial = PartialPath(of: path)
        guard FileManager.default.createFile(atPath: partial.path, contents: nil),
            let handle = FileHandle(forWritingAtPath: partial.path)
        else { throw Failure(.unavailable, "'\(path)' cannot be written there") }
        defer { partial.discard() }
        var check = StateFileReader(keepsWorld: false)
        var count = 0
        try await client.get("/pokt/state") { piece in
            try check.take(piece)
            do { try handle.write(contentsOf: piece) } catch { throw unwritten(error) }
            count += piece.count
        }
        do {
            try check.check()
            try handle.synchronize()
            try handle.close()
            try partial.complete()
        } catch {
            throw unwritten(error)
        }
        return count
    }

    private func unwritten(_ error: any Error) -> Failure {
        let reason =
            switch error {
            case let error as POSIXError: String(cString: strerror(error.code.rawValue))
            case let error as StateFileError: "\(error)"
            default: error.localizedDescription
            }
        return Failure(.unavailable, "'\(path)' was not written: \(reason)")
    }
}
