import CKernels
import Dispatch
import Synchronization

/// A model's weights as the file has them, in the kernels' order: one copy, and none in floats.
final class KernelWeights: PathWeights {
    /// One block's weights; matrices that share an input and stand in one array are one product.
    struct Layer: Sendable {
        let attentionNorm: FloatBuffer
        /// Query, key, value: [(queryWidth + 2 · keyValueWidth) × width]
        let queryKeyValue: [KernelMatrix]
        /// [width × queryWidth]
        let attentionOutput: [KernelMatrix]
        let feedForwardNorm: FloatBuffer
        /// [hidden × width]
        let gate: KernelMatrix
        /// [hidden × width]
        let up: KernelMatrix
        /// [width × hidden]
        let down: [KernelMatrix]
    }

    let shape: ModelShape
    let kernels: KernelSet
    let activations: Activations
    /// [vocabulary × width]
    let embedding: KernelMatrix
    let layers: [Layer]
    let outputNorm: FloatBuffer
    /// [vocabulary × width]; the embedding itself when the head is tied.
    let head: [KernelMatrix]
    private let arena: WeightArena

    /// Reads every tensor and moves it into place, several at a time.
    ///
    /// - Throws: `ModelError` when a tensor is missing, of another shape or of an unsupported type.
    init(
        file: GGUFFile, shape: ModelShape, activations: Activations, kernels: KernelSet
    ) throws(ModelError) {
        guard shape.headWidth <= CK_MOST_HEAD_WIDTH else {
            throw .malformed("expected heads of at most \(CK_MOST_HEAD_WIDTH), found \(shape.headWidth)")
        }
        self.shape = shape
        self.kernels = kernels
        self.activations = activations
        var loading = try KernelLoading(file: file)
        embedding = try loading.matrix("token_embd", shape.vocabulary, shape.width)
        outputNorm = try loading.vector("output_norm", shape.width)
        let isTied = file.tensor(named: "output.weight") == nil
        head = [isTied ? embedding : try loading.matrix("output", shape.vocabulary, shape.width)]
        var layers: [Layer] = []
        for index in 0..<shape.layers { layers.append(try Layer(&loading, index: index, shape: shape)) }
        self.layers = layers
        arena = loading.arena
        loading.run()
    }

    var name: String { "kernels-\(activations.rawValue)" }
    var byteCount: Int { arena.byteCount }

    /// 16-bit floats, heads filled up to whole vectors.
    var pageLayout: PageLayout {
        PageLayout(shape: shape, headWidth: (shape.headWidth + 15) / 16 * 16, bytesPerElement: 2)
    }

    func makePass(workers: WorkerTeam) -> any ForwardPass { KernelPass(weights: self, workers: workers) }
}

extension KernelWeights.Layer {
    fileprivate init(_ loading: inout KernelLoading, index: Int, shape: ModelShape) throws(ModelError) {
        func name(_ part: String) -> String { "blk.\(index).\(part)" }
        attentionNorm = try loading.vector(name("attn_norm"), shape.width)
        queryKeyValue = [
            try loading.matrix(name("attn_q"), shape.queryWidth, shape.width),
            try loading.matrix(name("attn_k"), shape.keyValueWidth, shape.width),
            try loading.matrix(name("attn_v"), shape.keyValueWidth, shape.width),
        ]
        attentionOutput = [try loading.matrix(name("attn_output"), shape.width, shape.queryWidth)]
        feedForwardNorm = try loading.vector(name("ffn_norm"), shape.width)
        gate = try loading.matrix(name("ffn_gate"), shape.hidden, shape.width)
        up = try loading.matrix(name("ffn_up"), shape.hidden, shape.width)
        down = [try loading.matrix(name("ffn_down"), shape.width, shape.hidden)]
    }
}

/// Tensors on their way into the arena: checked one by one, then moved side by side.
private struct KernelLoading {
    /// Some groups of one tensor.
    private struct Part: Sendable {
        let tensor: GGUFTensor
        let matrix: KernelMatrix
        let groups: Range<Int>
    }

    /// The numbers that one thread moves at a time.
    private static let partElements = 1 << 19

    let file: GGUFFile
    let arena: WeightArena
    private var parts: [Part] = []

    init(file: GGUFFile) throws(ModelError) {
        self.file = file
        var bytes = 0
        for name in file.tensorNames {
            guard let tensor = file.tensor(named: name), tensor.shape.count >= 2, let columns = tensor.shape.first,
                columns > 0
            else { continue }
            let packed = tensor.type.packedBytes(rows: tensor.elementCount / columns, columns: columns)
            bytes += packed.quants + packed.scales
        }
        arena = try WeightArena(capacity: bytes)
    }

    private func tensor(_ name: String, _ rows: Int, _ columns: Int) throws(ModelError) -> GGUFTensor {
        guard let tensor = file.tensor(named: name + ".weight") else {
            throw .malformed("expected a tensor \(name).weight, found none")
        }
        guard tensor.elementCount == rows * columns, tensor.shape.first == columns else {
            throw .malformed("tensor \(name).weight: expected \(columns) × \(rows), found \(tensor.shape)")
        }
        return tensor
    }

    /// A vector by name without `.weight`, as floats.
    func vector(_ name: String, _ count: Int) throws(ModelError) -> FloatBuffer {
        let tensor = try tensor(name, 1, count)
        let buffer = FloatBuffer(count: count)
        tensor.dequantize(into: UnsafeMutableBufferPointer(start: buffer.floats, count: count))
        return buffer
    }

    /// A matrix by name without `.weight`; its numbers come with `run()`.
    mutating func matrix(_ name: String, _ rows: Int, _ columns: Int) throws(ModelError) -> KernelMatrix {
        let tensor = try tensor(name, rows, columns)
        let bytes = tensor.type.packedBytes(rows: rows, columns: columns)
        let matrix = KernelMatrix(
            content: ck_matrix(
                rows: rows, columns: columns, quants: try arena.take(bytes.quants),
                scales: try arena.take(bytes.scales), layout: ck_layout_of(tensor.type.kernelType)))
        let groupsAtOnce = max(1, Self.partElements / (16 * columns))
        for first in stride(from: 0, to: matrix.groups, by: groupsAtOnce) {
            let groups = first..<min(matrix.groups, first + groupsAtOnce)
            parts.append(Part(tensor: tensor, matrix: matrix, groups: groups))
        }
        return matrix
    }

    /// Moves the numbers.
    func run() {
        let next = Atomic(0)
        let parts = parts
        DispatchQueue.concurrentPerform(iterations: WorkerTeam.defaultCount) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < parts.count else { return }
                let part = parts[index]
                guard let bytes = part.tensor.bytes.baseAddress else { continue }
                withUnsafePointer(to: part.matrix.content) {
                    ck_pack(part.tensor.type.kernelType, bytes, $0, part.groups.lowerBound, part.groups.count)
                }
            }
        }
    }
}
