/// Reads little-endian values from the front of a file, never beyond its end nor beyond what a head may take.
struct ByteReader {
    /// The most bytes that metadata and tensor entries may take: several times what the largest vocabularies need.
    static let headLimit = 1 << 26
    /// The most values in all the metadata together; each takes 24 bytes of memory and more.
    private static let valueLimit = 1 << 22
    private static let windowBytes = 1 << 16

    private let source: ByteSource
    /// A part of the file; `windowStart` is its place.
    private var window: [UInt8] = []
    private var windowStart = 0
    private(set) var place = 0
    private var values = 0

    init(_ source: ByteSource) { self.source = source }

    /// The file's size.
    var end: Int { source.count }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(ModelError) -> Value {
        let size = MemoryLayout<Value>.size
        let start = try advance(size)
        return window.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: Value.self)) }
    }

    mutating func float() throws(ModelError) -> Float { Float(bitPattern: try integer(UInt32.self)) }
    mutating func double() throws(ModelError) -> Double { Double(bitPattern: try integer(UInt64.self)) }

    /// A count of things that take at least some bytes each, so that it cannot be beyond the file.
    mutating func count(of size: Int, _ what: String) throws(ModelError) -> Int {
        let value = try integer(UInt64.self)
        guard let count = Int(exactly: value), count <= (source.count - place) / max(1, size) else {
            throw .malformed("expected \(what) within the file's \(source.count) bytes, found \(value)")
        }
        return count
    }

    mutating func string() throws(ModelError) -> String {
        let count = try count(of: 1, "a text's length")
        let from = place
        let start = try advance(count)
        guard let string = String(validating: window[start..<start + count], as: UTF8.self) else {
            throw .malformed("expected UTF-8 at byte \(from), found other bytes")
        }
        return string
    }

    /// Counts values that are about to be kept.
    mutating func reserve(_ count: Int) throws(ModelError) {
        guard count <= Self.valueLimit - values else {
            throw .malformed("expected at most \(Self.valueLimit) values of metadata, found more at byte \(place)")
        }
        values += count
    }

    /// Passes some bytes and returns where they begin in the window.
    private mutating func advance(_ size: Int) throws(ModelError) -> Int {
        guard size <= source.count - place else {
            throw .malformed("expected \(size) bytes at byte \(place), found the end at \(source.count)")
        }
        guard size <= Self.headLimit - place else {
            throw .malformed("expected a head of at most \(Self.headLimit) bytes, found a longer one")
        }
        if place + size > windowStart + window.count { try refill(size) }
        defer { place += size }
        return place - windowStart
    }

    private mutating func refill(_ size: Int) throws(ModelError) {
        var bytes = [UInt8](repeating: 0, count: min(max(size, Self.windowBytes), source.count - place))
        // `withUnsafeMutableBytes` does not pass a typed error on.
        let problem = bytes.withUnsafeMutableBytes { buffer -> ModelError? in
            do throws(ModelError) { try source.read(at: place, into: buffer) } catch { return error }
            return nil
        }
        if let problem { throw problem }
        window = bytes
        windowStart = place
    }
}
