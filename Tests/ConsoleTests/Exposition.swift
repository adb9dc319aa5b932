/// A text in Prometheus' exposition format, version 0.0.4, read strictly.
struct Exposition {
    struct Sample: Hashable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    struct Malformed: Error, CustomStringConvertible {
        let line: String
        var description: String { "expected a line of the exposition format, found '\(line)'" }
    }

    private(set) var types: [String: String] = [:]
    private(set) var samples: [Sample] = []

    init(_ text: String) throws {
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            if line.hasPrefix("# HELP ") { continue }
            if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                guard words.count == 4, types[String(words[2])] == nil else { throw Malformed(line: String(line)) }
                types[String(words[2])] = String(words[3])
                continue
            }
            samples.append(try Self.sample(line))
        }
    }

    /// `name{label="value",…} number`, where a value has `\\`, `\"` and `\n` for these signs.
    private static func sample(_ line: Substring) throws -> Sample {
        var rest = line
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" }
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest = rest.dropFirst()
            while rest.first != "}" {
                let label = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                rest = rest.dropFirst(label.count)
                guard !label.isEmpty, rest.hasPrefix("=\"") else { throw Malformed(line: String(line)) }
                rest = rest.dropFirst(2)
                var value = ""
                while let sign = rest.popFirst(), sign != "\"" {
                    guard sign == "\\" else {
                        value.append(sign)
                        continue
                    }
                    switch rest.popFirst() {
                    case "n": value.append("\n")
                    case let sign? where sign == "\\" || sign == "\"": value.append(sign)
                    default: throw Malformed(line: String(line))
                    }
                }
                guard labels.updateValue(value, forKey: String(label)) == nil else {
                    throw Malformed(line: String(line))
                }
                if rest.first == "," { rest = rest.dropFirst() }
            }
            rest = rest.dropFirst()
        }
        guard !name.isEmpty, rest.first == " ", let value = Double(rest.dropFirst()) else {
            throw Malformed(line: String(line))
        }
        return Sample(name: String(name), labels: labels, value: value)
    }

    /// The samples of a name whose labels include some.
    func samples(_ name: String, _ labels: [String: String] = [:]) -> [Sample] {
        samples.filter { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }
    }
}
