import Foundation

/// A Llama forward pass in 64-bit floats, one token at a time, with plain loops: what the real ones are compared with.
struct PlainForward {
    private let file: PlainGGUF
    private let width, layers, heads, keyValueHeads, headWidth, ropeWidth: Int
    private let ropeBase, epsilon: Double

    init(_ file: PlainGGUF) {
        self.file = file
        func number(_ key: String) -> Double { file.numbers["llama." + key]! }
        width = Int(number("embedding_length"))
        layers = Int(number("block_count"))
        heads = Int(number("attention.head_count"))
        keyValueHeads = Int(number("attention.head_count_kv"))
        headWidth = Int(number("attention.key_length"))
        ropeWidth = Int(number("rope.dimension_count"))
        ropeBase = number("rope.freq_base")
        epsilon = number("attention.layer_norm_rms_epsilon")
    }

    /// The log-probabilities of every next token after each of some tokens.
    func logprobs(_ tokens: [Int]) -> [[Double]] {
        var keys = [[[Double]]](repeating: [], count: layers)
        var values = keys
        return tokens.enumerated().map { position, token in
            var x = Array(tensor("token_embd")[token * width..<(token + 1) * width])
            for layer in 0..<layers {
                let block = "blk.\(layer)."
                let input = normalized(x, block + "attn_norm")
                let query = rotated(product(block + "attn_q", input), position)
                keys[layer].append(rotated(product(block + "attn_k", input), position))
                values[layer].append(product(block + "attn_v", input))
                x = sum(x, product(block + "attn_output", attention(query, keys[layer], values[layer])))
                let hidden = normalized(x, block + "ffn_norm")
                let (gate, up) = (product(block + "ffn_gate", hidden), product(block + "ffn_up", hidden))
                x = sum(x, product(block + "ffn_down", zip(gate, up).map { $0 / (1 + exp(-$0)) * $1 }))
            }
            let head = file.tensors["output.weight"] == nil ? "token_embd" : "output"
            return logSoftmax(product(head, normalized(x, "output_norm")))
        }
    }

    private func tensor(_ name: String) -> [Double] { file.tensors[name + ".weight"]!.values }

    private func product(_ name: String, _ input: [Double]) -> [Double] {
        let weights = tensor(name)
        return weights.withUnsafeBufferPointer { weights in
            input.withUnsafeBufferPointer { input in
                (0..<weights.count / input.count).map { row in
                    var sum = 0.0
                    for column in 0..<input.count { sum += weights[row * input.count + column] * input[column] }
                    return sum
                }
            }
        }
    }

    private func normalized(_ x: [Double], _ norm: String) -> [Double] {
        let scale = 1 / (x.reduce(0) { $0 + $1 * $1 } / Double(x.count) + epsilon).squareRoot()
        return zip(x, tensor(norm)).map { $0 * scale * $1 }
    }

    private func rotated(_ x: [Double], _ position: Int) -> [Double] {
        var rotated = x
        for head in 0..<x.count / headWidth {
            for pair in 0..<ropeWidth / 2 {
                let factor = file.tensors["rope_freqs.weight"]?.values[pair] ?? 1
                let angle = Double(position) * pow(ropeBase, -Double(2 * pair) / Double(ropeWidth)) / factor
                let (even, odd) = (head * headWidth + 2 * pair, head * headWidth + 2 * pair + 1)
                rotated[even] = x[even] * cos(angle) - x[odd] * sin(angle)
                rotated[odd] = x[even] * sin(angle) + x[odd] * cos(angle)
            }
        }
        return rotated
    }

    private func attention(_ query: [Double], _ keys: [[Double]], _ values: [[Double]]) -> [Double] {
        (0..<heads).flatMap { head in
            let (own, shared) = (head * headWidth, head / (heads / keyValueHeads) * headWidth)
            let scores = keys.map { key in
                (0..<headWidth).reduce(0) { $0 + query[own + $1] * key[shared + $1] } / Double(headWidth).squareRoot()
            }
            let weights = logSoftmax(scores).map { exp($0) }
            return (0..<headWidth).map { lane in
                zip(weights, values).reduce(0) { $0 + $1.0 * $1.1[shared + lane] }
            }
        }
    }

    private func logSoftmax(_ x: [Double]) -> [Double] {
        let greatest = x.max()!
        let total = greatest + log(x.reduce(0) { $0 + exp($1 - greatest) })
        return x.map { $0 - total }
    }

    private func sum(_ left: [Double], _ right: [Double]) -> [Double] { zip(left, right).map { $0 + $1 } }
}
