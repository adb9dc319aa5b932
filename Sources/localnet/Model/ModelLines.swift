import Inference
import Narration
import Serving

/// A model's report as a table and as JSON.
enum ModelLines {
    static func table(_ report: ModelReport, hash: String, _ memory: [MemoryNeed], _ style: Style) -> [String] {
        var table = TextTable([.text("property"), .text("value")])
        func add(_ name: String, _ value: String?) { if let value { table.append([name, value]) } }
        add("path", report.path)
        add(
            "file",
            "\(size(report.bytes)), GGUF \(report.version), \(Wording.counted(report.metadataCount, "metadata value"))")
        add("name", report.name)
        add("architecture", report.architecture)
        add("weights", Wording.count(report.weights) + (report.isTied ? ", output head tied to the embedding" : ""))
        if let shape = report.shape {
            add("blocks", "\(shape.layers), \(shape.width) wide, feed-forward \(Wording.count(shape.hidden))")
            let grouped = shape.heads == shape.keyValueHeads ? "" : ", \(shape.keyValueHeads) for keys and values"
            add("heads", "\(shape.heads)\(grouped), \(shape.headWidth) wide")
            add(
                "context",
                "\(Wording.count(shape.contextLength)) tokens, RoPE base \(Wording.count(Int(shape.ropeBase)))")
        }
        if let tokenizer = report.tokenizer {
            add(
                "tokenizer",
                "gpt2/\(tokenizer.preTokenizer), \(Wording.counted(tokenizer.tokens, "token")) of which "
                    + "\(Wording.count(tokenizer.specialTokens)) special, \(Wording.counted(tokenizer.merges, "merge"))"
            )
            add("begins with", tokenizer.begin)
            add("ends on", tokenizer.ends.joined(separator: " "))
        }
        add("chat template", report.chatTemplate.map(describe))
        for need in memory {
            add(
                "memory, \(need.path)",
                "\(size(need.weightBytes)) and \(size(need.positionBytes)) for each token of context")
        }
        add("SHA-256", hash)
        add("fingerprint", ServedModel.fingerprint(ofHash: hash))
        add("served", report.problem.map { "no: \($0)" } ?? "yes")
        var types = TextTable([.text("type"), .number("tensors"), .number("weights"), .number("bytes")])
        for type in report.types {
            types.append([type.type, "\(type.tensors)", Wording.count(type.weights), Wording.count(type.bytes)])
        }
        return table.lines(style) + [""] + types.lines(style)
    }

    static func json(_ report: ModelReport, hash: String, _ memory: [MemoryNeed]) -> JSONLine {
        var line = JSONLine(
            type: "model",
            [
                "path": .text(report.path), "bytes": .integer(Int64(report.bytes)),
                "gguf_version": .integer(Int64(report.version)), "metadata": .integer(Int64(report.metadataCount)),
                "name": .text(report.name), "architecture": .text(report.architecture),
                "weights": .integer(Int64(report.weights)), "tied_head": .flag(report.isTied),
                "sha256": .text(hash), "fingerprint": .text(ServedModel.fingerprint(ofHash: hash)),
                "problem": report.problem.map { .text($0.description) } ?? .null,
            ])
        if let shape = report.shape { line.append("shape", .object(json(shape))) }
        if let tokenizer = report.tokenizer {
            line.append(
                "tokenizer",
                .object(
                    JSONLine([
                        "model": .text("gpt2"), "pre": .text(tokenizer.preTokenizer),
                        "tokens": .integer(Int64(tokenizer.tokens)), "merges": .integer(Int64(tokenizer.merges)),
                        "special": .integer(Int64(tokenizer.specialTokens)),
                        "begin": tokenizer.begin.map { .text($0) } ?? .null,
                        "ends": .list(tokenizer.ends.map { .text($0) }),
                    ])))
        }
        line.append("chat_template", report.chatTemplate.map { .text($0.name) } ?? .null)
        line.append(
            "tensor_types",
            .list(
                report.types.map {
                    .object(
                        JSONLine([
                            "type": .text($0.type), "tensors": .integer(Int64($0.tensors)),
                            "weights": .integer(Int64($0.weights)), "bytes": .integer(Int64($0.bytes)),
                        ]))
                }))
        line.append(
            "memory",
            .list(
                memory.map {
                    .object(
                        JSONLine([
                            "path": .text($0.path), "weight_bytes": .integer(Int64($0.weightBytes)),
                            "bytes_per_position": .integer(Int64($0.positionBytes)),
                        ]))
                }))
        return line
    }

    private static func json(_ shape: ModelShape) -> JSONLine {
        JSONLine([
            "blocks": .integer(Int64(shape.layers)), "width": .integer(Int64(shape.width)),
            "heads": .integer(Int64(shape.heads)), "key_value_heads": .integer(Int64(shape.keyValueHeads)),
            "head_width": .integer(Int64(shape.headWidth)), "hidden": .integer(Int64(shape.hidden)),
            "vocabulary": .integer(Int64(shape.vocabulary)), "context": .integer(Int64(shape.contextLength)),
            "rope_base": .number(Double(shape.ropeBase)), "rope_width": .integer(Int64(shape.ropeWidth)),
        ])
    }

    private static func describe(_ template: ChatTemplate) -> String {
        guard case .chatML(let system?) = template else { return template.name }
        return "\(template.name), its own system message \(Wording.quoted(system, limit: 50))"
    }

    /// Bytes as people read them: `512 B`, `90 KiB`, `93.8 MiB`.
    private static func size(_ bytes: Int) -> String {
        guard bytes >= 1024 else { return "\(bytes) B" }
        let tenths = { (unit: Int) in (bytes * 10 + unit / 2) / unit }
        let (count, name) = bytes < 1 << 20 ? (tenths(1 << 10), "KiB") : (tenths(1 << 20), "MiB")
        return Wording.count(count / 10) + (count % 10 == 0 ? "" : ".\(count % 10)") + " \(name)"
    }
}
