import Foundation
import Testing
import VectorSupport

@testable import Inference

/// The small model of the fixtures, loaded once for each path.
enum FixtureModel {
    static let path = VectorFile.fixtures.appendingPathComponent("models/tiny.gguf").path

    /// Every path and mode that there is.
    static let options = [
        ModelOptions(path: .openblas), ModelOptions(path: .kernels),
        ModelOptions(path: .kernels, activations: .fast),
    ]

    private static let models = options.map { options in Result { try Model(path: path, options: options) } }

    static func model(_ options: ModelOptions = ModelOptions(path: .openblas)) throws -> Model {
        try #require(zip(Self.options, models).first { $0.0 == options }?.1).get()
    }
}

/// Numbers without a pattern from a seed.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64
    private var count = 0
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        count += 1
        return UInt64(Sampler.unit(seed: state, position: count) * 0x1p53) &* 0x9e37_79b9_7f4a_7c15
    }
}
