import Glibc

/// Seconds of the monotonic clock, for the breakdown of a step; nothing computed depends on them.
struct Stopwatch {
    private var last = Stopwatch.now

    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Adds the seconds since the last call, or since the start, to a sum.
    mutating func lap(into sum: inout Double) {
        let now = Stopwatch.now
        sum += now - last
        last = now
    }
}
