import Inference
import Settings

extension InferenceSettings {
    /// How the model is loaded and run.
    var modelOptions: ModelOptions {
        let path: ComputePath =
            switch path {
            case .auto: .auto
            case .openblas: .openblas
            case .kernels: .kernels
            }
        return ModelOptions(path: path, activations: activations == .exact ? .exact : .fast)
    }

    /// What bounds the requests.
    var limits: BatchScheduler.Limits {
        var limits = BatchScheduler.Limits()
        limits.cacheBudget = cacheBudget
        return limits
    }
}
