import Keys

/// A value whose bytes are written and read without a container, because maps hold thousands of them.
///
/// The bytes are exactly those that its `Codable` conformance gives.
protocol DirectlyCoded {
    func write(to sink: ByteSink)
    static func read(from source: ByteSource) throws -> Self
}

extension String: DirectlyCoded {
    func write(to sink: ByteSink) { sink.write(text: self) }
    static func read(from source: ByteSource) throws -> String { try source.text() }
}

extension Address: DirectlyCoded {
    func write(to sink: ByteSink) { sink.write(text: rawValue) }
    static func read(from source: ByteSource) throws -> Address { Address(rawValue: try source.text()) }
}

extension Int64: DirectlyCoded {
    func write(to sink: ByteSink) { sink.write(signed: self) }
    static func read(from source: ByteSource) throws -> Int64 { try source.signed() }
}

extension UInt64: DirectlyCoded {
    func write(to sink: ByteSink) { sink.write(varint: self) }
    static func read(from source: ByteSource) throws -> UInt64 { try source.varint() }
}

extension Array: DirectlyCoded where Element == UInt8 {
    func write(to sink: ByteSink) { sink.write(blob: self) }
    static func read(from source: ByteSource) throws -> [UInt8] { try source.blob() }
}

extension ValueEncoder {
    /// Writes a list as its unkeyed container would: its count, then its elements.
    func write<Element: Encodable>(list: [Element]) throws {
        // A list of bytes is a blob.
        guard Element.self != UInt8.self else { return try write(list) }
        sink.write(count32: list.count)
        if let type = Element.self as? any DirectlyCoded.Type {
            write(list, as: type)
        } else {
            for element in list { try write(element) }
        }
    }

    private func write<Element, Direct: DirectlyCoded>(_ list: [Element], as type: Direct.Type) {
        // Both are the same type, so this changes nothing but what the compiler knows of it.
        for element in list as? [Direct] ?? [] { element.write(to: sink) }
    }
}

extension ValueDecoder {
    /// Reads what `ValueEncoder.write(list:)` wrote.
    func read<Element: Decodable>(listOf type: Element.Type) throws -> [Element] {
        guard type != UInt8.self else { return try read([Element].self) }
        let count = try source.count32()
        if let direct = type as? any DirectlyCoded.Type { return try read(count, as: direct) }
        var list: [Element] = []
        list.reserveCapacity(min(count, Self.reserve))
        for _ in 0..<count { list.append(try read(type)) }
        return list
    }

    /// A count may be damage, so no more than this many elements get memory before they are there.
    private static let reserve = 4_096

    private func read<Element, Direct: DirectlyCoded>(_ count: Int, as type: Direct.Type) throws -> [Element] {
        var list: [Direct] = []
        list.reserveCapacity(min(count, Self.reserve))
        for _ in 0..<count { list.append(try Direct.read(from: source)) }
        return list as? [Element] ?? []
    }
}
