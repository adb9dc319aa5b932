import Foundation

/// What the process takes of the machine's memory.
enum Memory {
    /// Resident megabytes, as Linux tells them.
    static var resident: String {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return "–" }
        return "\(pages * 4096 / 1_000_000)"
    }
}
