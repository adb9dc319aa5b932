import Dispatch
import Synchronization

/// A model's weights as 32-bit floats, every matrix row-major as [outputs × inputs].
final class OpenBLASWeights: PathWeights {
    /// One block's weights.
    struct Layer: Sendable {
        let attentionNorm: FloatBuffer
        /// [(queryWidth + 2 · keyValueWidth) × width]: query, key and value one below the other, as one product.
        let queryKeyValue: FloatBuffer
        /// [width × queryWidth]
        let attentionOutput: FloatBuffer
        let feedForwardNorm: FloatBuffer
        /// [2·hidden × width]: gate and up one below the other, as one product.
        let gateUp: FloatBuffer
        /// [width × hidden]
        let down: FloatBuffer
    }

    let shape: ModelShape
    let name = "openblas"
    /// [vocabulary × width]
    let embedding: FloatBuffer
    let layers: [Layer]
    let outputNorm: FloatBuffer
    /// [vocabulary × width]; the embedding itself when the head is tied.
    let head: FloatBuffer
    let byteCount: Int

    /// Reads and dequantises every tensor, several at a time.
    ///
    /// - Throws: `ModelError` when a tensor is missing, of another shape or of an unsupported type.
    init(file: GGUFFile, shape: ModelShape) throws(ModelError) {
        self.shape = shape
        var loading = Loading(file: file)
        embedding = try loading.matrix(shape.vocabulary, shape.width, ["token_embd": shape.vocabulary])
        outputNorm = try loading.matrix(1, shape.width, ["output_norm": 1])
        let isTied = file.tensor(named: "output.weight") == nil
        head = isTied ? embedding : try loading.matrix(shape.vocabulary, shape.width, ["output": shape.vocabulary])
        var layers: [Layer] = []
        for index in 0..<shape.layers {
            layers.append(try Layer(&loading, index: index, shape: shape))
        }
        self.layers = layers
        byteCount = loading.byteCount
        loading.run()
    }

    /// Keys and values are floats too: a tile is [64 × headWidth], row-major.
    var pageLayout: PageLayout { PageLayout(shape: shape, bytesPerElement: MemoryLayout<Float>.size) }

    func makePass(workers: WorkerTeam) -> any ForwardPass { OpenBLASPass(weights: self, workers: workers) }
}

extension OpenBLASWeights.Layer {
    fileprivate init(_ loading: inout Loading, index: Int, shape: ModelShape) throws(ModelError) {
        func name(_ part: String) -> String { "blk.\(index).\(part)" }
        attentionNorm = try loading.matrix(1, shape.width, [name("attn_norm"): 1])
        queryKeyValue = try loading.matrix(
            shape.queryWidth + 2 * shape.keyValueWidth, shape.width,
            [
                name("attn_q"): shape.queryWidth, name("attn_k"): shape.keyValueWidth,
                name("attn_v"): shape.keyValueWidth,
            ])
        attentionOutput = try loading.matrix(shape.width, shape.queryWidth, [name("attn_output"): shape.width])
        feedForwardNorm = try loading.matrix(1, shape.width, [name("ffn_norm"): 1])
        gateUp = try loading.matrix(
            2 * shape.hidden, shape.width, [name("ffn_gate"): shape.hidden, name("ffn_up"): shape.hidden])
        down = try loading.matrix(shape.width, shape.hidden, [name("ffn_down"): shape.width])
    }
}

/// Tensors on their way into buffers: checked one by one, then dequantised side by side.
private struct Loading {
    private struct Part: Sendable {
        let tensor: GGUFTensor
        let buffer: FloatBuffer
        let offset: Int
    }

    let file: GGUFFile
    private var parts: [Part] = []

    /// The bytes of all buffers.
    var byteCount: Int { parts.reduce(0) { $0 + $1.tensor.elementCount * MemoryLayout<Float>.size } }

    init(file: GGUFFile) { self.file = file }

    /// A matrix of one or more tensors, one below the other, by name without `.weight` and number of rows.
    mutating func matrix(
        _ rows: Int, _ columns: Int, _ tensors: KeyValuePairs<String, Int>
    ) throws(ModelError) -> FloatBuffer {
        let buffer = FloatBuffer(count: rows * columns)
        var offset = 0
        for (name, rows) in tensors {
            guard let tensor = file.tensor(named: name + ".weight") else {
                throw .malformed("expected a tensor \(name).weight, found none")
            }
            guard tensor.elementCount == rows * columns, tensor.shape.first == columns else {
                throw .malformed("tensor \(name).weight: expected \(columns) × \(rows), found \(tensor.shape)")
            }
            parts.append(Part(tensor: tensor, buffer: buffer, offset: offset))
            offset += rows * columns
        }
        return buffer
    }

    /// Fills the buffers.
    func run() {
        let next = Atomic(0)
        let parts = parts
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < parts.count else { return }
                let part = parts[index]
                part.tensor.dequantize(
                    into: UnsafeMutableBufferPointer(
                        start: part.buffer.floats + part.offset, count: part.tensor.elementCount))
            }
        }
    }
}
