import Foundation
import Narration

/// The two streams: stdout for data, stderr for talk.
enum Terminal {
    /// Writes a line of data.
    static func say(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

    /// Writes lines of data at once.
    static func say(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        write(lines.joined(separator: "\n") + "\n", to: STDOUT_FILENO)
    }

    /// Writes a line of talk.
    static func tell(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    /// Colour only on a terminal, and not where `NO_COLOR` is set.
    static var style: Style {
        let environment = ProcessInfo.processInfo.environment
        let isWanted = environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        return Style(isColoured: isWanted && isatty(STDOUT_FILENO) == 1)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            // A reader that is gone wants no more.
            guard written > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(0, written))
        }
    }
}
