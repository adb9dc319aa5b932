import Foundation

/// What a model takes of the machine's memory, in bytes.
public struct MemoryReport: Hashable, Sendable {
    /// The weights, as the path keeps them.
    public var weights = 0
    /// The most that keys and values may take.
    public var cacheBudget = 0
    /// What they have taken so far.
    public var cacheUsed = 0
    /// The working memory of the forward pass.
    public var buffers = 0
    /// What of this process is in memory now, and what was at most; nil where the system does not say.
    public var resident: Int?
    public var peakResident: Int?

    /// Nothing yet.
    public init() {}

    /// Asks the system about this process.
    mutating func readProcess() {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return }
        func bytes(_ name: String) -> Int? {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Int($0) }
                .map { $0 * 1024 }
        }
        resident = bytes("VmRSS")
        peakResident = bytes("VmHWM")
    }
}
