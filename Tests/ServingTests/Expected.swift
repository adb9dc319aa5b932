import Foundation
import Inference

/// What the tests hold answers against.
enum BatchScoring {
    /// The log-probabilities of the tokens after the first.
    static func scores(of tokens: [Int], _ model: Model) throws -> [Float] {
        let scheduler = BatchScheduler(model: model)
        defer { scheduler.stop() }
        return try scheduler.score(ScoringRequest(tokens: tokens)).map(\.logprob)
    }
}

/// Little-endian floats in Base64.
enum Base64Floats {
    static func decode(_ text: String) -> [Float] {
        let bytes = Array(Data(base64Encoded: text) ?? Data())
        return stride(from: 0, to: bytes.count - 3, by: 4).map { place in
            Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) })
        }
    }
}
