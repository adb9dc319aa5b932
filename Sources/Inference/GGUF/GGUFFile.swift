import Glibc

/// A GGUF file mapped into memory: metadata and tensors, every size checked against the file before it is used.
///
/// The layout is that of GGUF versions 2 and 3, little-endian.
final class GGUFFile: @unchecked Sendable {
    let metadata: [String: GGUFValue]
    private let tensors: [String: GGUFTensor]
    private let map: UnsafeMutableRawPointer
    let byteCount: Int
    private static let magic: UInt32 = 0x4655_4747

    /// What a tensor's entry says, before its bytes are located.
    private struct Entry {
        let name: String
        let shape: [Int]
        let type: TensorType
        let elementCount: Int
        let offset: Int
    }

    init(path: String) throws(ModelError) {
        let (map, size) = try Self.map(path)
        do throws(ModelError) {
            let bytes = UnsafeRawBufferPointer(start: map, count: size)
            var reader = ByteReader(bytes)
            let (tensorCount, valueCount) = try Self.header(&reader)
            metadata = try Self.metadata(&reader, count: valueCount)
            var entries: [Entry] = []
            for _ in 0..<tensorCount { entries.append(try Self.entry(&reader)) }
            tensors = try Self.locate(entries, in: bytes, from: reader.place, metadata: metadata)
        } catch {
            munmap(map, size)
            throw error
        }
        self.map = map
        byteCount = size
    }

    deinit { munmap(map, byteCount) }

    func tensor(named name: String) -> GGUFTensor? { tensors[name] }
    var tensorNames: [String] { tensors.keys.sorted() }

    /// The whole file.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: map, count: byteCount) }

    private static func map(_ path: String) throws(ModelError) -> (UnsafeMutableRawPointer, Int) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .notFound(path: path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .notFound(path: path) }
        guard status.st_size >= 24 else {
            throw .malformed("expected a GGUF header of 24 bytes, found a file of \(status.st_size)")
        }
        let map = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, file, 0)
        guard let map, map != MAP_FAILED else { throw .malformed("expected a file that can be mapped") }
        return (map, Int(status.st_size))
    }

    private static func header(_ reader: inout ByteReader) throws(ModelError) -> (tensors: Int, values: Int) {
        let magic = try reader.integer(UInt32.self)
        guard magic == self.magic else { throw .malformed("expected the letters GGUF at its start, found others") }
        let version = try reader.integer(UInt32.self)
        guard version == 2 || version == 3 else { throw .malformed("expected version 2 or 3, found \(version)") }
        // A tensor's entry takes at least 24 bytes, a metadata entry at least 13.
        return (try reader.count(of: 24, "a tensor count"), try reader.count(of: 13, "a metadata count"))
    }

    private static func metadata(
        _ reader: inout ByteReader, count: Int
    ) throws(ModelError) -> [String: GGUFValue] {
        var values: [String: GGUFValue] = [:]
        for _ in 0..<count {
            let key = try reader.string()
            let type = try reader.integer(UInt32.self)
            guard values.updateValue(try GGUFValue(&reader, type: type), forKey: key) == nil else {
                throw .malformed("expected each metadata key once, found \(key) twice")
            }
        }
        return values
    }

    private static func entry(_ reader: inout ByteReader) throws(ModelError) -> Entry {
        let name = try reader.string()
        let dimensions = try reader.integer(UInt32.self)
        guard (1...4).contains(dimensions) else {
            throw .malformed("tensor \(name): expected 1 to 4 dimensions, found \(dimensions)")
        }
        var shape: [Int] = []
        var elements = 1
        for _ in 0..<dimensions {
            let size = try reader.integer(UInt64.self)
            let (product, overflow) = elements.multipliedReportingOverflow(by: Int(exactly: size) ?? 0)
            guard size > 0, size <= UInt64(Int32.max), !overflow else {
                throw .malformed("tensor \(name): expected a size of 1 to 2^31-1, found \(size)")
            }
            elements = product
            shape.append(Int(size))
        }
        let raw = try reader.integer(UInt32.self)
        guard let type = TensorType(rawValue: raw) else {
            throw .unsupportedTensorType(name: TensorType.name(of: raw), tensor: name)
        }
        let offset = try reader.integer(UInt64.self)
        guard let place = Int(exactly: offset) else {
            throw .malformed("tensor \(name): expected an offset inside the file, found \(offset)")
        }
        return Entry(name: name, shape: shape, type: type, elementCount: elements, offset: place)
    }

    private static func locate(
        _ entries: [Entry], in bytes: UnsafeRawBufferPointer, from end: Int, metadata: [String: GGUFValue]
    ) throws(ModelError) -> [String: GGUFTensor] {
        let alignment = Int(exactly: metadata["general.alignment"]?.integer ?? 32) ?? 0
        guard alignment > 0, alignment <= 1 << 20 else {
            throw .malformed("expected an alignment of 1 to 2^20, found \(alignment)")
        }
        let start = (end + alignment - 1) / alignment * alignment
        var tensors: [String: GGUFTensor] = [:]
        for entry in entries {
            guard let row = entry.shape.first, row % entry.type.blockCount == 0 else {
                throw .malformed("tensor \(entry.name): expected rows of whole blocks of \(entry.type.blockCount)")
            }
            let (size, overflow) = (entry.elementCount / entry.type.blockCount).multipliedReportingOverflow(
                by: entry.type.blockBytes)
            guard !overflow, start <= bytes.count, entry.offset <= bytes.count - start,
                size <= bytes.count - start - entry.offset
            else {
                throw .malformed(
                    "tensor \(entry.name): expected \(size) bytes at \(entry.offset), found the file's end before")
            }
            let first = start + entry.offset
            let tensor = GGUFTensor(
                name: entry.name, shape: entry.shape, type: entry.type, elementCount: entry.elementCount,
                bytes: UnsafeRawBufferPointer(rebasing: bytes[first..<first + size]))
            guard tensors.updateValue(tensor, forKey: entry.name) == nil else {
                throw .malformed("expected each tensor once, found \(entry.name) twice")
            }
        }
        return tensors
    }
}
