import Foundation
import Narration

/// A file that is there while everything answers: other programs wait for it instead of guessing.
struct ReadyFile {
    let path: String

    /// Takes away what a run that was killed has left.
    func remove() { try? FileManager.default.removeItem(atPath: path) }

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
