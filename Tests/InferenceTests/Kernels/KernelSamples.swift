import CKernels
import Foundation

@testable import Inference

/// Numbers without a pattern, the same in every run.
struct KernelSamples {
    private var place = 0
    let salt: UInt64

    init(salt: UInt64) { self.salt = salt }

    /// A number of -1 ..< 1.
    mutating func next() -> Float {
        place += 1
        return Float(Sampler.unit(seed: salt, position: place) * 2 - 1)
    }

    mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }

    mutating func byte() -> UInt8 {
        place += 1
        return UInt8(Sampler.unit(seed: salt, position: place) * 256)
    }

    /// A 16-bit float of a size that weights' scales have, of either sign.
    mutating func half() -> [UInt8] {
        let bits = Float16(next() * 0.05).bitPattern
        return [UInt8(bits & 255), UInt8(bits >> 8)]
    }

    /// The bytes of a tensor of a type, as a file has them; all numbers are finite.
    mutating func tensor(_ type: TensorType, elements: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<elements / type.blockCount {
            switch type {
            case .f32: bytes += withUnsafeBytes(of: next().bitPattern.littleEndian, Array.init)
            case .f16: bytes += half()
            case .bf16: bytes += withUnsafeBytes(of: UInt16(next().bitPattern >> 16).littleEndian, Array.init)
            case .q8_0: bytes += half() + numbers(32)
            case .q4_0: bytes += half() + numbers(16)
            case .q4_1: bytes += half() + half() + numbers(16)
            case .q4_K: bytes += half() + half() + numbers(140)
            case .q6_K: bytes += numbers(208) + half()
            }
        }
        return bytes
    }

    private mutating func numbers(_ count: Int) -> [UInt8] { (0..<count).map { _ in byte() } }
}

extension TensorType {
    static let all: [TensorType] = [.f32, .f16, .bf16, .q4_0, .q4_1, .q8_0, .q4_K, .q6_K]
}

/// A matrix of a type: packed for the kernels, and as plain floats.
final class SampleMatrix {
    let type: TensorType
    let matrix: KernelMatrix
    /// [rows × columns], dequantised as the file's format says.
    let floats: [Float]
    private let memory: UnsafeMutableRawPointer

    init(_ type: TensorType, rows: Int, columns: Int, salt: UInt64 = 1) {
        var samples = KernelSamples(salt: salt)
        let bytes = samples.tensor(type, elements: rows * columns)
        self.type = type
        let size = type.packedBytes(rows: rows, columns: columns)
        memory = .allocate(byteCount: size.quants + size.scales + 64, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: size.quants + size.scales + 64)
        var content = ck_matrix(
            rows: rows, columns: columns, quants: memory, scales: memory + size.quants,
            layout: ck_layout_of(type.kernelType))
        floats = bytes.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress {
                // In two parts, as loading does.
                let groups = KernelMatrix.groups(of: rows)
                ck_pack(type.kernelType, start, &content, 0, groups / 2)
                ck_pack(type.kernelType, start, &content, groups / 2, groups - groups / 2)
            }
            let tensor = GGUFTensor(
                name: "sample", shape: [columns, rows], type: type, elementCount: rows * columns, bytes: bytes)
            return [Float](unsafeUninitializedCapacity: rows * columns) { output, count in
                tensor.dequantize(into: output)
                count = rows * columns
            }
        }
        matrix = KernelMatrix(content: content)
    }

    deinit { memory.deallocate() }

    /// The product of a batch with the first groups, or all, by a set of kernels.
    func multiply(
        _ kernels: KernelSet, _ input: [Float], exact: Bool = true, addingTo start: [Float]? = nil
    ) -> [Float] {
        let columns = matrix.content.columns
        let count = input.count / columns
        let rows = KernelInput(rows: count, width: columns)
        let activations = exact ? Activations.exact : .fast
        for (place, value) in input.enumerated() { rows.floats.floats[place] = value }
        for row in 0..<count { rows.quantize(row: row, columns: 0..<columns, kernels, activations) }
        var output = start ?? [Float](repeating: .nan, count: count * matrix.rows)
        guard var batch = rows.batch(count, activations) else { return [] }
        withUnsafePointer(to: matrix.content) {
            kernels.functions.pointee.multiply(
                $0, 0, matrix.groups, &batch, &output, matrix.rows, start != nil)
        }
        return output
    }
}
