/// Reads little-endian values from the front of a file, never beyond its end.
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var place = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(ModelError) -> Value {
        let size = MemoryLayout<Value>.size
        guard size <= bytes.count - place else {
            throw .malformed("expected \(size) bytes at byte \(place), found the end at \(bytes.count)")
        }
        defer { place += size }
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Value.self))
    }

    mutating func float() throws(ModelError) -> Float { Float(bitPattern: try integer(UInt32.self)) }
    mutating func double() throws(ModelError) -> Double { Double(bitPattern: try integer(UInt64.self)) }

    /// A count of things that take at least some bytes each, so that it cannot be beyond the file.
    mutating func count(of size: Int, _ what: String) throws(ModelError) -> Int {
        let value = try integer(UInt64.self)
        guard let count = Int(exactly: value), count <= (bytes.count - place) / max(1, size) else {
            throw .malformed("expected \(what) within the file's \(bytes.count) bytes, found \(value)")
        }
        return count
    }

    mutating func string() throws(ModelError) -> String {
        let count = try count(of: 1, "a text's length")
        defer { place += count }
        let text = UnsafeRawBufferPointer(rebasing: bytes[place..<place + count])
        guard let string = String(validating: text, as: UTF8.self) else {
            throw .malformed("expected UTF-8 at byte \(place), found other bytes")
        }
        return string
    }
}
