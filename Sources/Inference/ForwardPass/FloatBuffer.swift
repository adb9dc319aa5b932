import Glibc

/// Floats with a stable address, zero at first, freed with their owner.
///
/// Large buffers take memory only where they are written.
final class FloatBuffer: @unchecked Sendable {
    let floats: UnsafeMutablePointer<Float>
    let count: Int
    /// The bytes of the mapping; nil when the floats are on the heap.
    private let mapped: Int?

    /// Where a mapping of its own costs less than clearing memory of the heap.
    private static let largeBytes = 1 << 20

    init(count: Int) {
        self.count = count
        let bytes = max(1, count) * MemoryLayout<Float>.stride
        if bytes >= Self.largeBytes,
            let map = mmap(
                nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            map != MAP_FAILED
        {
            // Fewer and larger pages, where the system has them: weights are read from end to end at every step.
            madvise(map, bytes, Int32(MADV_HUGEPAGE))
            floats = map.bindMemory(to: Float.self, capacity: max(1, count))
            mapped = bytes
        } else {
            floats = .allocate(capacity: max(1, count))
            floats.initialize(repeating: 0, count: max(1, count))
            mapped = nil
        }
    }

    var byteCount: Int { count * MemoryLayout<Float>.stride }

    deinit {
        if let mapped { munmap(floats, mapped) } else { floats.deallocate() }
    }
}
