import Glibc

extension Sampler {
    static func exponential(_ value: Float) -> Float { expf(value) }

    /// log Σ exp(logits), summed in double.
    static func logSum(_ logits: UnsafeBufferPointer<Float>) -> Double {
        let greatest = Double(logits[best(logits)])
        var sum = 0.0
        for logit in logits { sum += exp(Double(logit) - greatest) }
        return greatest + log(sum)
    }

    /// The log-probabilities of the best tokens, best first.
    static func top(_ count: Int, of logits: UnsafeBufferPointer<Float>) -> [TokenLogprob] {
        let sum = logSum(logits)
        let order = logits.indices.sorted {
            logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1
        }
        return order.prefix(count).map { TokenLogprob(token: $0, logprob: Float(Double(logits[$0]) - sum)) }
    }
}
