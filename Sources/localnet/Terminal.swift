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

    /// Writes a part of a line of data.
    static func put(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// Writes what stands before an input.
    static func ask(_ prompt: String) { write(prompt, to: STDERR_FILENO) }

    /// Colour only on a terminal, and not where `NO_COLOR` is set.
    static var style: Style { style(of: STDOUT_FILENO) }

    /// The same for talk.
    static var talkStyle: Style { style(of: STDERR_FILENO) }

    private static func style(of descriptor: Int32) -> Style {
        let environment = ProcessInfo.processInfo.environment
        let isWanted = environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        return Style(isColoured: isWanted && isatty(descriptor) == 1)
    }

    /// A text from elsewhere without what a terminal would obey; unchanged where stdout is no terminal.
    static func printable(_ text: String) -> String {
        guard isatty(STDOUT_FILENO) == 1 else { return text }
        let isPlain = { (scalar: Unicode.Scalar) in
            scalar == "\n" || scalar == "\t" || !(scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value))
        }
        var plain = String.UnicodeScalarView()
        plain.append(contentsOf: text.unicodeScalars.filter(isPlain))
        return String(plain)
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
