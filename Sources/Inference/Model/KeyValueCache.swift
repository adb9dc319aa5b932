/// The keys and values of one sequence: for each layer and position one row of `keyValueWidth` floats.
final class KeyValueCache: @unchecked Sendable {
    private let shape: ModelShape
    /// Positions that fit before the rows must move.
    private var capacity: Int
    private var keys: [FloatBuffer]
    private var values: [FloatBuffer]
    /// How many positions are filled.
    private(set) var count = 0

    init(shape: ModelShape, capacity: Int) {
        self.shape = shape
        self.capacity = max(1, capacity)
        let floats = self.capacity * shape.keyValueWidth
        keys = (0..<shape.layers).map { _ in FloatBuffer(count: floats) }
        values = (0..<shape.layers).map { _ in FloatBuffer(count: floats) }
    }

    /// How many bytes a position costs, all layers together.
    static func bytesPerPosition(_ shape: ModelShape) -> Int {
        2 * shape.layers * shape.keyValueWidth * MemoryLayout<Float>.size
    }

    func key(layer: Int, position: Int) -> UnsafeMutablePointer<Float> {
        keys[layer].floats + position * shape.keyValueWidth
    }

    func value(layer: Int, position: Int) -> UnsafeMutablePointer<Float> {
        values[layer].floats + position * shape.keyValueWidth
    }

    /// Makes room for further positions.
    func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        let grown = max(count + more, capacity * 2)
        let filled = count * shape.keyValueWidth
        for layer in 0..<shape.layers {
            keys[layer] = Self.copy(keys[layer], filled: filled, floats: grown * shape.keyValueWidth)
            values[layer] = Self.copy(values[layer], filled: filled, floats: grown * shape.keyValueWidth)
        }
        capacity = grown
    }

    /// Says that positions were filled in every layer.
    func advance(_ more: Int) { count += more }

    private static func copy(_ old: FloatBuffer, filled: Int, floats: Int) -> FloatBuffer {
        let new = FloatBuffer(count: floats)
        new.floats.update(from: old.floats, count: filled)
        return new
    }
}
