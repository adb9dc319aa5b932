import Glibc

/// The working memory of one forward pass.
final class Buffers {
    /// [rows × width]
    let residual: FloatBuffer
    let normalized: FloatBuffer
    /// [rows × (heads + 2·keyValueHeads)·headWidth]: each row's query, key and value.
    let queryKeyValue: FloatBuffer
    /// [rows × heads·headWidth]
    let mixed: FloatBuffer
    /// [rows × hidden]
    let gate: FloatBuffer
    let up: FloatBuffer
    /// Rotation angles by position, for the positions of this pass.
    private var rotations: [Int: [(cos: Float, sin: Float)]] = [:]

    init(shape: ModelShape, count: Int) {
        residual = FloatBuffer(count: count * shape.width)
        normalized = FloatBuffer(count: count * shape.width)
        queryKeyValue = FloatBuffer(count: count * (shape.queryWidth + 2 * shape.keyValueWidth))
        mixed = FloatBuffer(count: count * shape.queryWidth)
        gate = FloatBuffer(count: count * shape.hidden)
        up = FloatBuffer(count: count * shape.hidden)
    }

    /// cos and sin of position · base^(-2i / ropeWidth) for each pair i.
    func angles(of position: Int, _ shape: ModelShape) -> [(cos: Float, sin: Float)] {
        if let known = rotations[position] { return known }
        let angles = (0..<shape.ropeWidth / 2).map { pair in
            let frequency = pow(Double(shape.ropeBase), -2 * Double(pair) / Double(shape.ropeWidth))
            let angle = Double(position) * frequency
            return (cos: Float(Glibc.cos(angle)), sin: Float(Glibc.sin(angle)))
        }
        rotations[position] = angles
        return angles
    }
}
