#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The lock of a state directory: one process, one network at a time.
///
/// The kernel lets go of it when the process ends, however it ends; the pid in the file is for the message only.
final class StateLock: Sendable {
    private let file: Int32

    /// Takes the lock of a directory, which exists.
    init(directory: String) throws(LiveError) {
        let path = directory + "/lock"
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else {
            throw .stateNotUsable(directory: directory, reason: "\(path): \(String(cString: strerror(errno)))")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            // What throws here is a whole object, so that `deinit` closes the file.
            throw .stateInUse(directory: directory, pid: Self.pid(in: file))
        }
        let text = Array("\(getpid())\n".utf8)
        // A pid that cannot be written only makes another process's message less helpful.
        if ftruncate(file, 0) == 0 { _ = pwrite(file, text, text.count, 0) }
    }

    deinit { close(file) }

    private static func pid(in file: Int32) -> Int32? {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = pread(file, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: buffer.prefix(count), as: UTF8.self).prefix { $0.isNumber })
    }
}
