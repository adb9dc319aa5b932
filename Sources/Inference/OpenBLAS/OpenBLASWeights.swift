import Dispatch
import Synchronization

/// A model's weights as 32-bit floats; every matrix is [outputs × inputs].
final class OpenBLASWeights: PathWeights {
    /// One block's weights.
    struct Layer: Sendable {
        let attentionNorm: FloatBuffer
        /// [(queryWidth + 2 · keyValueWidth) × width]: query, key and value one below the other, as one product.
        let queryKeyValue: WeightMatrix
        /// [width × queryWidth]
        let attentionOutput: WeightMatrix
        let feedForwardNorm: FloatBuffer
        /// [2·hidden × width]: gate and up one below the other, as one product.
        let gateUp: WeightMatrix
        /// [width × hidden]
        let down: WeightMatrix
    }

    let shape: ModelShape
    let name = "openblas"
    /// [vocabulary × width]
    let embedding: WeightMatrix
    let layers: [Layer]
    let outputNorm: FloatBuffer
    /// [vocabulary × width]; the embedding itself when the head is tied.
    let head: WeightMatrix
    let byteCount: Int

    /// Reads and dequantises every tensor, several at a time.
    ///
    /// - Throws: `ModelError` when a tensor is missing, of another shape or of an unsupported type.
    init(file: GGUFFile, shape: ModelShape) throws(ModelError) {
        self.shape = shape
        var loading = Loading(file: file)
        embedding = try loading.matrix(shape.width, ["token_embd": shape.vocabulary])
        outputNorm = try loading.vector("output_norm", shape.width)
        let isTied = file.tensor(named: "output.weight") == nil
        head = isTied ? embedding : try loading.matrix(shape.width, ["output": shape.vocabulary])
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
        attentionNorm = try loading.vector(name("attn_norm"), shape.width)
        queryKeyValue = try loading.matrix(
            shape.width,
            [
                name("attn_q"): shape.queryWidth, name("attn_k"): shape.keyValueWidth,
                name("attn_v"): shape.keyValueWidth,
            ])
        attentionOutput = try loading.matrix(shape.queryWidth, [name("attn_output"): shape.width])
        feedForwardNorm = try loading.vector(name("ffn_norm"), shape.width)
        gateUp = try loading.matrix(shape.width, [name("ffn_gate"): shape.hidden, name("ffn_up"): shape.hidden])
        down = try loading.matrix(shape.hidden, [name("ffn_down"): shape.width])
    }
}

/// Tensors on their way into buffers: checked one by one, then dequantised side by side.
private struct Loading {
    fileprivate enum Destination: Sendable {
        case vector(FloatBuffer)
        case rows(WeightMatrix, first: Int)
    }
    fileprivate struct Part: Sendable {
        let tensor: GGUFTensor
        let destination: Destination
    }

    let file: GGUFFile
    private var parts: [Part] = []
    /// The bytes of all buffers.
    private(set) var byteCount = 0

    init(file: GGUFFile) { self.file = file }

    /// A vector by its tensor's name without `.weight`.
    mutating func vector(_ name: String, _ count: Int) throws(ModelError) -> FloatBuffer {
        let buffer = FloatBuffer(count: count)
        byteCount += buffer.byteCount
        parts.append(Part(tensor: try tensor(name, rows: 1, columns: count), destination: .vector(buffer)))
        return buffer
    }

    /// A matrix of one or more tensors, one below the other, by name without `.weight` and number of rows.
    mutating func matrix(_ columns: Int, _ tensors: KeyValuePairs<String, Int>) throws(ModelError) -> WeightMatrix {
        // All are checked before memory is taken for what the file's numbers say.
        var found: [(tensor: GGUFTensor, rows: Int)] = []
        for (name, rows) in tensors { found.append((try tensor(name, rows: rows, columns: columns), rows)) }
        let matrix = WeightMatrix(rows: found.reduce(0) { $0 + $1.rows }, columns: columns)
        byteCount += matrix.byteCount
        var first = 0
        for (tensor, rows) in found {
            parts.append(Part(tensor: tensor, destination: .rows(matrix, first: first)))
            first += rows
        }
        return matrix
    }

    private func tensor(_ name: String, rows: Int, columns: Int) throws(ModelError) -> GGUFTensor {
        guard let tensor = file.tensor(named: name + ".weight") else {
            throw .malformed("expected a tensor \(name).weight, found none")
        }
        guard tensor.elementCount == rows * columns, tensor.shape.first == columns else {
            throw .malformed("tensor \(name).weight: expected \(columns) × \(rows), found \(tensor.shape)")
        }
        return tensor
    }

    /// Fills the buffers.
    func run() {
        let next = Atomic(0)
        let parts = parts
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < parts.count else { return }
                parts[index].fill()
            }
        }
    }
}

extension Loading.Part {
    fileprivate func fill() {
        let count = tensor.elementCount
        switch destination {
        case .vector(let buffer):
            tensor.dequantize(into: UnsafeMutableBufferPointer(start: buffer.floats, count: count))
        case .rows(let matrix, let first):
            let values = FloatBuffer(count: count)
            tensor.dequantize(into: UnsafeMutableBufferPointer(start: values.floats, count: count))
            matrix.set(values.floats, rows: first..<first + count / matrix.columns)
        }
    }
}
