import Foundation

/// The name under which a file or a directory is made, so that it is there under its own as a whole or not at all.
///
/// It ends with the number of the process that makes it. What a process left that ended in the middle is removed by the
/// next one that makes the same.
public struct PartialPath: Sendable {
    /// Where to write.
    public let path: String
    private let target: String

    /// - Parameter target: The name that it will have.
    public init(of target: String) {
        self.target = target
        path = target + Self.mark + "\(ProcessInfo.processInfo.processIdentifier)"
        let url = URL(fileURLWithPath: target)
        let folder = url.deletingLastPathComponent().path
        let prefix = url.lastPathComponent + Self.mark
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix(prefix) {
            guard let process = Int32(name.dropFirst(prefix.count)), process > 0, Self.hasEnded(process) else {
                continue
            }
            // Who may not remove it leaves it: what is made now has another name.
            try? FileManager.default.removeItem(atPath: folder + "/" + name)
        }
    }

    private static let mark = ".part-"

    private static func hasEnded(_ process: Int32) -> Bool { kill(process, 0) != 0 && errno == ESRCH }

    /// Gives it its own name, in place of what was there.
    ///
    /// - Throws: `POSIXError`.
    public func complete() throws {
        guard rename(path, target) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    /// Removes it, unless it is complete.
    public func discard() { try? FileManager.default.removeItem(atPath: path) }
}
