import Glibc

/// The angles of RoPE: cosine and sine of position · base^(-2i / ropeWidth) for each rotated pair i.
///
/// Computed in double precision, once for each position that some sequence reaches.
final class RotaryTable {
    /// [positions × pairs]
    let cosines: FloatBuffer
    /// [positions × pairs]
    let sines: FloatBuffer
    /// How many pairs of a head are rotated.
    let pairs: Int
    private let frequencies: [Double]
    private let contextLength: Int
    private var filled = 0

    init(shape: ModelShape) {
        pairs = shape.ropeWidth / 2
        contextLength = shape.contextLength
        cosines = FloatBuffer(count: shape.contextLength * pairs)
        sines = FloatBuffer(count: shape.contextLength * pairs)
        frequencies = (0..<pairs).map { pair in
            let frequency = pow(Double(shape.ropeBase), -2 * Double(pair) / Double(shape.ropeWidth))
            return frequency / Double(shape.ropeFactors.isEmpty ? 1 : shape.ropeFactors[pair])
        }
    }

    /// The bytes written so far.
    var byteCount: Int { 2 * filled * pairs * MemoryLayout<Float>.size }

    /// Makes sure of the angles of positions 0 ..< some number.
    func reach(_ positions: Int) {
        guard positions > filled else { return }
        // Some more than asked for, so that single steps seldom have to compute.
        let end = min(contextLength, max(positions, filled + PageLayout.positions))
        for position in filled..<end {
            for (pair, frequency) in frequencies.enumerated() {
                let angle = Double(position) * frequency
                cosines.floats[position * pairs + pair] = Float(cos(angle))
                sines.floats[position * pairs + pair] = Float(sin(angle))
            }
        }
        filled = end
    }
}
