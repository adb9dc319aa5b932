#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The only place that reads the time of day.
enum WallClock {
    /// Nanoseconds since the Unix epoch.
    static var unixNanoseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
