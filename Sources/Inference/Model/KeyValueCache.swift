/// The keys and values of one sequence.
///
/// For each layer and key/value head the keys of all positions stand together, then their values, so that a block of
/// positions is one matrix. Positions beyond the filled ones are zero and take no memory before they are written.
final class KeyValueCache: @unchecked Sendable {
    /// Positions are attended to in whole blocks.
    static let blockPositions = 64

    private let shape: ModelShape
    /// Positions that fit: whole blocks.
    private let capacity: Int
    /// [layers × keyValueHeads × 2 × capacity × headWidth]
    private let storage: FloatBuffer
    /// How many positions are filled.
    private(set) var count = 0

    init(shape: ModelShape, capacity: Int) {
        self.shape = shape
        self.capacity = (max(1, capacity) + Self.blockPositions - 1) / Self.blockPositions * Self.blockPositions
        storage = FloatBuffer(count: 2 * shape.layers * shape.keyValueHeads * self.capacity * shape.headWidth)
    }

    /// How many bytes a position costs, all layers together.
    static func bytesPerPosition(_ shape: ModelShape) -> Int {
        2 * shape.layers * shape.keyValueWidth * MemoryLayout<Float>.size
    }

    /// [capacity × headWidth]
    func keys(layer: Int, head: Int) -> UnsafeMutablePointer<Float> {
        storage.floats + 2 * (layer * shape.keyValueHeads + head) * capacity * shape.headWidth
    }

    /// [capacity × headWidth]
    func values(layer: Int, head: Int) -> UnsafeMutablePointer<Float> {
        keys(layer: layer, head: head) + capacity * shape.headWidth
    }

    /// Says that positions were filled in every layer.
    func advance(_ more: Int) { count += more }
}
