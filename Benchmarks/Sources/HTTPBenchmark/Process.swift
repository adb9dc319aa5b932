import Foundation

/// What the process takes of the machine.
enum Process {
    /// Resident megabytes, as Linux tells them.
    static var residentMegabytes: String {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return "–" }
        return "\(pages * 4096 / 1_000_000)"
    }

    /// Seconds of CPU time so far, of all threads.
    static var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
