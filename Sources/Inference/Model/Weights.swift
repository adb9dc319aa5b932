import Dispatch
import Synchronization

/// The sizes of a Llama model.
public struct ModelShape: Hashable, Sendable {
    public let layers: Int
    /// Width of the residual stream.
    public let width: Int
    public let heads: Int
    /// Key/value heads; each serves `heads / keyValueHeads` query heads.
    public let keyValueHeads: Int
    public let headWidth: Int
    /// Width of the feed-forward layer.
    public let hidden: Int
    public let vocabulary: Int
    public let contextLength: Int
    public let ropeBase: Float
    /// How many dimensions of a head are rotated.
    public let ropeWidth: Int
    public let normEpsilon: Float

    /// Width of the keys, or values, of one position.
    var keyValueWidth: Int { keyValueHeads * headWidth }
    var queryWidth: Int { heads * headWidth }
}

/// A model's weights as 32-bit floats, every matrix row-major as [outputs × inputs].
final class Weights: Sendable {
    /// One block's weights.
    struct Layer: Sendable {
        let attentionNorm: FloatBuffer
        /// [queryWidth × width]
        let query: FloatBuffer
        /// [keyValueWidth × width]
        let key: FloatBuffer
        let value: FloatBuffer
        /// [width × queryWidth]
        let attentionOutput: FloatBuffer
        let feedForwardNorm: FloatBuffer
        /// [hidden × width]
        let gate: FloatBuffer
        let up: FloatBuffer
        /// [width × hidden]
        let down: FloatBuffer
    }

    /// [vocabulary × width]
    let embedding: FloatBuffer
    let layers: [Layer]
    let outputNorm: FloatBuffer
    /// [vocabulary × width]; the embedding itself when the head is tied.
    let head: FloatBuffer

    /// Reads and dequantises every tensor, several at a time.
    ///
    /// - Throws: `ModelError` when a tensor is missing, of another shape or of an unsupported type.
    init(file: GGUFFile, shape: ModelShape) throws(ModelError) {
        var wanted: [(name: String, rows: Int, columns: Int)] = [
            ("token_embd.weight", shape.vocabulary, shape.width), ("output_norm.weight", 1, shape.width),
        ]
        let isTied = file.tensor(named: "output.weight") == nil
        if !isTied { wanted.append(("output.weight", shape.vocabulary, shape.width)) }
        for index in 0..<shape.layers {
            for (name, rows, columns) in Weights.layerTensors(shape) {
                wanted.append(("blk.\(index).\(name).weight", rows, columns))
            }
        }
        let loaded = try Weights.load(wanted, from: file)
        embedding = loaded[0]
        outputNorm = loaded[1]
        head = isTied ? loaded[0] : loaded[2]
        let first = isTied ? 2 : 3
        layers = (0..<shape.layers).map { index in
            let base = first + index * 9
            return Layer(
                attentionNorm: loaded[base], query: loaded[base + 1], key: loaded[base + 2], value: loaded[base + 3],
                attentionOutput: loaded[base + 4], feedForwardNorm: loaded[base + 5], gate: loaded[base + 6],
                up: loaded[base + 7], down: loaded[base + 8])
        }
    }

    /// The tensors of one block, in the order of `Layer`'s fields.
    private static func layerTensors(_ shape: ModelShape) -> [(String, Int, Int)] {
        [
            ("attn_norm", 1, shape.width), ("attn_q", shape.queryWidth, shape.width),
            ("attn_k", shape.keyValueWidth, shape.width), ("attn_v", shape.keyValueWidth, shape.width),
            ("attn_output", shape.width, shape.queryWidth), ("ffn_norm", 1, shape.width),
            ("ffn_gate", shape.hidden, shape.width), ("ffn_up", shape.hidden, shape.width),
            ("ffn_down", shape.width, shape.hidden),
        ]
    }

    private static func load(
        _ wanted: [(name: String, rows: Int, columns: Int)], from file: GGUFFile
    ) throws(ModelError) -> [FloatBuffer] {
        var tensors: [GGUFTensor] = []
        for (name, rows, columns) in wanted {
            guard let tensor = file.tensor(named: name) else {
                throw .malformed("expected a tensor \(name), found none")
            }
            guard tensor.elementCount == rows * columns, tensor.shape.first == columns else {
                throw .malformed(
                    "tensor \(name): expected \(columns) × \(rows), found \(tensor.shape)")
            }
            tensors.append(tensor)
        }
        let buffers = wanted.map { FloatBuffer(count: $0.rows * $0.columns) }
        let next = Atomic(0)
        let sources = tensors
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < sources.count else { return }
                let buffer = buffers[index]
                sources[index].dequantize(
                    into: UnsafeMutableBufferPointer(start: buffer.floats, count: buffer.count))
            }
        }
        return buffers
    }
}
