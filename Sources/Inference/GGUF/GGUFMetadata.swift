/// The metadata of a GGUF file by key; a value of another kind than asked for is an error, never a missing value.
struct GGUFMetadata: Sendable {
    private var values: [String: GGUFValue] = [:]
    /// More entries than this are refused.
    private static let limit = 1 << 16
    private static let longestKey = 1 << 16

    init(_ reader: inout ByteReader, count: Int) throws(ModelError) {
        guard count <= Self.limit else {
            throw .malformed("expected at most \(Self.limit) metadata entries, found \(count)")
        }
        try reader.reserve(count)
        for _ in 0..<count {
            let key = try reader.string()
            guard !key.isEmpty, key.utf8.count < Self.longestKey else {
                throw .malformed("expected metadata keys of 1 to 65535 bytes, found one of \(key.utf8.count)")
            }
            let type = try reader.integer(UInt32.self)
            guard values.updateValue(try GGUFValue(&reader, type: type), forKey: key) == nil else {
                throw .malformed("expected each metadata key once, found \(Self.shown(key)) twice")
            }
        }
    }

    /// How many entries there are.
    var count: Int { values.count }

    func string(_ key: String) throws(ModelError) -> String? {
        switch values[key] {
        case nil: nil
        case .string(let value): value
        case let other?: throw Self.wrong(key, "a text", other)
        }
    }

    func flag(_ key: String) throws(ModelError) -> Bool? {
        switch values[key] {
        case nil: nil
        case .flag(let value): value
        case let other?: throw Self.wrong(key, "a flag", other)
        }
    }

    func integer(_ key: String) throws(ModelError) -> Int? {
        switch values[key] {
        case nil: nil
        case .integer(let value): Int(value)
        case let other?: throw Self.wrong(key, "an integer", other)
        }
    }

    /// A finite number.
    func number(_ key: String) throws(ModelError) -> Double? {
        let found: Double? =
            switch values[key] {
            case nil: nil
            case .float(let value): value
            case .integer(let value): Double(value)
            case let other?: throw Self.wrong(key, "a number", other)
            }
        if let found, !found.isFinite { throw .malformed("\(key): expected a finite number, found \(found)") }
        return found
    }

    func strings(_ key: String) throws(ModelError) -> [String]? {
        guard let array = try array(key, "texts") else { return nil }
        var texts: [String] = []
        texts.reserveCapacity(array.count)
        for value in array {
            guard case .string(let text) = value else { throw Self.wrong(key, "an array of texts", value) }
            texts.append(text)
        }
        return texts
    }

    func integers(_ key: String) throws(ModelError) -> [Int]? {
        guard let array = try array(key, "integers") else { return nil }
        var integers: [Int] = []
        integers.reserveCapacity(array.count)
        for value in array {
            guard case .integer(let integer) = value else { throw Self.wrong(key, "an array of integers", value) }
            integers.append(Int(integer))
        }
        return integers
    }

    private func array(_ key: String, _ of: String) throws(ModelError) -> [GGUFValue]? {
        switch values[key] {
        case nil: nil
        case .array(let array): array
        case let other?: throw Self.wrong(key, "an array of \(of)", other)
        }
    }

    private static func wrong(_ key: String, _ expected: String, _ found: GGUFValue) -> ModelError {
        .malformed("\(key): expected \(expected), found \(found.kind)")
    }

    /// A name out of a file, cut to what an error message can bear and without what a terminal would obey.
    static func shown(_ text: some StringProtocol) -> String {
        let clean = text.unicodeScalars.prefix(60).map {
            $0.value < 0x20 || (0x7f..<0xa0).contains($0.value) ? "\u{fffd}" : $0
        }
        var shown = String.UnicodeScalarView()
        shown.append(contentsOf: clean)
        return text.unicodeScalars.count > 60 ? String(shown) + "…" : String(shown)
    }
}
