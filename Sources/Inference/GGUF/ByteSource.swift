import Glibc

/// The bytes of a model file, read where they are asked for.
///
/// A file is read and never mapped: one that shrinks meanwhile gives an error then, where a map would end the process.
final class ByteSource: Sendable {
    private enum Place {
        /// A descriptor, closed with its owner.
        case file(Int32)
        case memory([UInt8])
    }

    private let place: Place
    let count: Int

    /// Opens a regular file.
    ///
    /// - Throws: `ModelError.notFound` where nothing is, `ModelError.unreadable` for what is no readable file.
    init(path: String) throws(ModelError) {
        // Without O_NONBLOCK a pipe would keep us waiting for its writer.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            let code = errno
            if code == ENOENT || code == ENOTDIR { throw .notFound(path: path) }
            throw .unreadable(path: path, reason: String(cString: strerror(code)))
        }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw .unreadable(path: path, reason: "expected a file, found something else")
        }
        place = .file(file)
        count = Int(status.st_size)
    }

    /// Bytes that are in memory already.
    init(_ bytes: [UInt8]) {
        place = .memory(bytes)
        count = bytes.count
    }

    deinit { if case .file(let file) = place { close(file) } }

    /// Fills a buffer with the bytes from an offset on.
    ///
    /// - Throws: `ModelError.malformed` where they end before.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ModelError) {
        guard offset >= 0, offset <= count, buffer.count <= count - offset else {
            throw .malformed("expected \(buffer.count) bytes at byte \(offset), found the end at \(count)")
        }
        switch place {
        case .memory(let bytes):
            bytes.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset...].prefix(buffer.count)))
            }
        case .file(let file):
            var done = 0
            while done < buffer.count {
                let found = pread(file, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
                if found < 0 && errno == EINTR { continue }
                guard found > 0 else {
                    throw .malformed(
                        "expected \(buffer.count) bytes at byte \(offset), found only \(done): the file has changed")
                }
                done += found
            }
        }
    }

    /// Reads some bytes and gives them to a body, which must not keep them.
    ///
    /// - Throws: `ModelError.malformed` where they end before.
    func withBytes<Result>(
        at offset: Int, count: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(ModelError) -> Result {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        defer { buffer.deallocate() }
        try read(at: offset, into: buffer)
        return body(UnsafeRawBufferPointer(buffer))
    }
}
