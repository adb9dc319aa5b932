extension ModelShape {
    /// Checks that a file has every tensor of a model of this shape, and no other.
    ///
    /// One that would be passed over, such as a bias, is refused: without it the model would answer something else.
    func checkTensors(_ file: GGUFFile) throws(ModelError) {
        var known: Set<String> = []
        func check(_ name: String, _ rows: Int, _ columns: Int) throws(ModelError) {
            _ = try file.matrix(name, rows: rows, columns: columns)
            known.insert(name)
        }
        func check(_ name: String, _ count: Int) throws(ModelError) {
            _ = try file.vector(name, count: count)
            known.insert(name)
        }
        if !ropeFactors.isEmpty { try check("rope_freqs.weight", ropeWidth / 2) }
        try check("token_embd.weight", vocabulary, width)
        try check("output_norm.weight", width)
        if file.tensor(named: "output.weight") != nil { try check("output.weight", vocabulary, width) }
        for layer in 0..<layers {
            let block = "blk.\(layer)."
            try check(block + "attn_norm.weight", width)
            try check(block + "attn_q.weight", queryWidth, width)
            try check(block + "attn_k.weight", keyValueWidth, width)
            try check(block + "attn_v.weight", keyValueWidth, width)
            try check(block + "attn_output.weight", width, queryWidth)
            try check(block + "ffn_norm.weight", width)
            try check(block + "ffn_gate.weight", hidden, width)
            try check(block + "ffn_up.weight", hidden, width)
            try check(block + "ffn_down.weight", width, hidden)
        }
        if let other = file.tensors.map(\.name).first(where: { !known.contains($0) }) {
            throw .malformed("expected the tensors of a Llama model, found \(GGUFMetadata.shown(other)) as well")
        }
    }
}
