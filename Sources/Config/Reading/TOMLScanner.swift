/// Finds where each key and value of a TOML document stands, because the parser keeps positions only of errors.
///
/// It reads documents that the parser has accepted. On anything else it stops early, and the positions found so far
/// remain.
struct TOMLScanner {
    /// The positions of keys, headers included, and of values.
    private(set) var keys: [ConfigPath: SourcePosition] = [:]
    private(set) var values: [ConfigPath: SourcePosition] = [:]

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var column = 1
    /// How many tables each array of tables has so far.
    private var tableCounts: [ConfigPath: Int] = [:]

    init(_ text: String) {
        bytes = Array(text.utf8)
        scanDocument()
    }

    private mutating func scanDocument() {
        var section = ConfigPath.root
        skipBlank(newlines: true)
        while let byte = peek() {
            let start = index
            if byte == UInt8(ascii: "[") { section = scanHeader() } else { scanPair(in: section) }
            skipBlank(newlines: true)
            guard index > start else { return }
        }
    }

    /// `[a.b]` or `[[a.b]]`; returns the path that the following keys belong to.
    private mutating func scanHeader() -> ConfigPath {
        advance()
        let isArray = peek() == UInt8(ascii: "[")
        if isArray { advance() }
        var path = ConfigPath.root
        let parts = scanKey()
        for (number, part) in parts.enumerated() {
            path = path.key(part.name)
            keys[path] = keys[path] ?? part.position
            if number == parts.count - 1, isArray {
                let count = tableCounts[path, default: 0]
                tableCounts[path] = count + 1
                path = path.item(count)
                keys[path] = part.position
            } else if let count = tableCounts[path] {
                path = path.item(count - 1)
            }
        }
        while peek() == UInt8(ascii: "]") { advance() }
        return path
    }

    private mutating func scanPair(in section: ConfigPath) {
        var path = section
        for part in scanKey() {
            path = path.key(part.name)
            keys[path] = keys[path] ?? part.position
        }
        guard peek() == UInt8(ascii: "=") else { return }
        advance()
        skipBlank()
        scanValue(at: path)
    }

    /// A dotted key, up to the character that ends it.
    private mutating func scanKey() -> [(name: String, position: SourcePosition)] {
        var parts: [(name: String, position: SourcePosition)] = []
        while true {
            skipBlank()
            let position = position
            let start = index
            var name: ArraySlice<UInt8>
            if let quote = peek(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                skipString()
                name = bytes[start..<index].dropFirst().dropLast()
            } else {
                while let byte = peek(), !" \t.=]\r\n".utf8.contains(byte) { advance() }
                name = bytes[start..<index]
            }
            parts.append((String(decoding: name, as: UTF8.self), position))
            skipBlank()
            guard peek() == UInt8(ascii: ".") else { return parts }
            advance()
        }
    }

    private mutating func scanValue(at path: ConfigPath) {
        values[path] = position
        switch peek() {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString()
        case UInt8(ascii: "["):
            scanList(closing: UInt8(ascii: "]")) { scanner, number in scanner.scanValue(at: path.item(number)) }
        case UInt8(ascii: "{"):
            scanList(closing: UInt8(ascii: "}")) { scanner, _ in scanner.scanPair(in: path) }
        default:
            while let byte = peek(), !",]}#\r\n".utf8.contains(byte) { advance() }
        }
    }

    /// Items between commas, until the closing character.
    private mutating func scanList(closing: UInt8, item: (inout TOMLScanner, Int) -> Void) {
        advance()
        skipBlank(newlines: true)
        var number = 0
        while let byte = peek(), byte != closing {
            let start = index
            item(&self, number)
            number += 1
            skipBlank(newlines: true)
            if peek() == UInt8(ascii: ",") { advance() }
            skipBlank(newlines: true)
            guard index > start else { return }
        }
        advance()
    }
}

extension TOMLScanner {
    private var position: SourcePosition { SourcePosition(line: line, column: column) }

    private func peek(_ distance: Int = 0) -> UInt8? {
        index + distance < bytes.count ? bytes[index + distance] : nil
    }

    private mutating func advance() {
        guard let byte = peek() else { return }
        index += 1
        if byte == UInt8(ascii: "\n") {
            line += 1
            column = 1
        } else if byte & 0xc0 != 0x80 {
            // Bytes that continue a character do not count.
            column += 1
        }
    }

    /// Skips spaces, and line ends and comments where they may stand.
    private mutating func skipBlank(newlines: Bool = false) {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): advance()
            case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                guard newlines else { return }
                advance()
            case UInt8(ascii: "#"):
                guard newlines else { return }
                while let other = peek(), other != UInt8(ascii: "\n") { advance() }
            default: return
            }
        }
    }

    /// Skips a string of any of TOML's four kinds.
    private mutating func skipString() {
        guard let quote = peek() else { return }
        let isLong = peek(1) == quote && peek(2) == quote
        let length = isLong ? 3 : 1
        for _ in 0..<length { advance() }
        while let byte = peek() {
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                advance()
                advance()
            } else if byte == quote, !isLong || (peek(1) == quote && peek(2) == quote) {
                for _ in 0..<length { advance() }
                // A long string may end in one or two quotes of its own.
                while isLong, peek() == quote { advance() }
                return
            } else {
                advance()
            }
        }
    }
}
