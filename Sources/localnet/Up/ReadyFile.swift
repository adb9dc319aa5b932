import Foundation
import Narration
import Offchain
import Settings

/// A file that is there while everything answers: other programs wait for it instead of guessing.
struct ReadyFile {
    let path: String

    /// Where the ready file of a state directory is; commands look for the running network there.
    static func path(in state: StateSettings) -> String {
        (state.isMemory ? StateSettings().directory : state.directory) + "/ready.json"
    }

    /// What a ready file says: where the network answers, and its process. Nil when there is no such file.
    ///
    /// - Throws: `Failure`, exit code 69, when the file is there and does not say it.
    func read() throws -> (url: String, pid: Int32)? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.unavailable, "the ready file '\(path)' cannot be read")
        }
        guard let json = JSONValue(parsing: Array(data)) else { throw unusable("a JSON object", "no JSON") }
        guard let url = json["url"]?.text else { throw unusable("a text 'url'", json["url"]?.kind ?? "none") }
        guard let pid = json["pid"]?.whole.flatMap(Int32.init(exactly:)), pid > 0 else {
            throw unusable(
                "the number of a process, 'pid'", json["pid"].map { $0.whole.map { "\($0)" } ?? $0.kind } ?? "none")
        }
        return (url, pid)
    }

    private func unusable(_ expected: String, _ found: String) -> Failure {
        Failure(
            .unavailable, "the ready file '\(path)' is none of a running network: expected \(expected), found \(found)")
    }

    /// Takes away what a run that was killed has left.
    func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// Takes away what this run has written, unless another network has put its own there since.
    func removeOwn() {
        if let found = try? read(), found.pid == ProcessInfo.processInfo.processIdentifier { remove() }
    }

    /// Writes the file as a whole: whoever sees it can read all of it.
    func write(url: String) throws {
        let line = JSONLine([
            "v": .integer(1), "url": .text(url), "pid": .integer(Int64(ProcessInfo.processInfo.processIdentifier)),
        ])
        do {
            try Data((line.text + "\n").utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw Failure(.unavailable, "the ready file '\(path)' cannot be written: \(error.localizedDescription)")
        }
    }
}
