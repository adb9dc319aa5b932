/// Floats on the heap with a stable address, freed with their owner.
final class FloatBuffer: @unchecked Sendable {
    let floats: UnsafeMutablePointer<Float>
    let count: Int

    init(count: Int) {
        floats = .allocate(capacity: max(1, count))
        floats.initialize(repeating: 0, count: max(1, count))
        self.count = count
    }

    deinit { floats.deallocate() }
}
