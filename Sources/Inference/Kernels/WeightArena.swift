import Glibc

/// One piece of memory for all matrices, in huge pages where the system has them: a step reads all of it, and with
/// small pages it would wait for their addresses.
final class WeightArena: @unchecked Sendable {
    private static let hugePage = 2 << 20

    private let map: UnsafeMutableRawPointer
    private let mappedBytes: Int
    private let base: UnsafeMutableRawPointer
    private let capacity: Int
    /// What has been taken.
    private(set) var byteCount = 0

    /// - Throws: `ModelError.outOfMemory` when the system does not give so much.
    init(capacity: Int) throws(ModelError) {
        let bytes = capacity + Self.hugePage
        guard
            let map = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            map != MAP_FAILED
        else { throw .outOfMemory(bytes: bytes) }
        self.map = map
        self.capacity = capacity
        mappedBytes = bytes
        let misplaced = Int(bitPattern: map) % Self.hugePage
        base = misplaced == 0 ? map : map + (Self.hugePage - misplaced)
        madvise(base, capacity, Int32(MADV_HUGEPAGE))
    }

    deinit { munmap(map, mappedBytes) }

    /// The next bytes, zero at first; called by one thread, before the arena is shared.
    func take(_ bytes: Int) throws(ModelError) -> UnsafeMutableRawPointer {
        guard bytes <= capacity - byteCount else { throw .outOfMemory(bytes: byteCount + bytes) }
        defer { byteCount += bytes }
        return base + byteCount
    }
}
