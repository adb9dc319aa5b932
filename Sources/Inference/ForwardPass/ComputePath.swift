/// How a model's products are computed.
public enum ComputePath: String, Hashable, Sendable, CaseIterable {
    /// The fastest that this machine can.
    case auto
    /// 32-bit floats, every product by `cblas_sgemm`: portable, and the reference of the tests.
    case openblas
    /// The file's own weights and integer products, by the processor's own instructions.
    case kernels
}

/// How exactly a path with integer products takes the activations; the others know 32-bit floats only.
public enum Activations: String, Hashable, Sendable, CaseIterable {
    /// As exact as the floats of the reference.
    case exact
    /// Eight bits: quicker, and up to a percent of perplexity off.
    case fast
}

/// How to load and run a model.
public struct ModelOptions: Hashable, Sendable {
    public var path = ComputePath.auto
    public var activations = Activations.exact

    /// The fastest path, exact.
    public init() {}

    /// Options by name.
    public init(path: ComputePath, activations: Activations = .exact) {
        self.path = path
        self.activations = activations
    }
}

extension ModelOptions {
    /// The paths that this machine can run, the best first.
    public static var availablePaths: [ComputePath] {
        // Without vector instructions for integers OpenBLAS is the faster one.
        let isQuick = (try? KernelSet.choose())?.name != KernelSet.portable
        return isQuick ? [.kernels, .openblas] : [.openblas, .kernels]
    }

    /// Loads a file's weights for the path.
    ///
    /// - Throws: `ModelError` when a tensor is missing, of another shape or of an unsupported type.
    func loadWeights(_ file: GGUFFile, shape: ModelShape) throws(ModelError) -> any PathWeights {
        switch path == .auto ? Self.availablePaths.first ?? .openblas : path {
        case .auto, .openblas: try OpenBLASWeights(file: file, shape: shape)
        case .kernels:
            try KernelWeights(
                file: file, shape: shape, activations: activations, kernels: try KernelSet.choose())
        }
    }
}
