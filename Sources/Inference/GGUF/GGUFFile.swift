/// A GGUF file: metadata, and where its tensors are; every size is checked against the file before it is used.
///
/// The layout is that of GGUF versions 2 and 3, little-endian. Tensors may be stored in any order, but not one over
/// the other.
final class GGUFFile: Sendable {
    let version: Int
    let metadata: GGUFMetadata
    let source: ByteSource
    private let byName: [String: GGUFTensor]
    private static let magic: UInt32 = 0x4655_4747
    private static let tensorLimit = 1 << 16
    private static let longestName = 1 << 10

    /// What a tensor's entry says, before its bytes are located.
    private struct Entry {
        let name: String
        let shape: [Int]
        let type: TensorType
        let elementCount: Int
        let offset: Int
    }

    init(_ source: ByteSource) throws(ModelError) {
        var reader = ByteReader(source)
        let head = try Self.header(&reader)
        version = head.version
        metadata = try GGUFMetadata(&reader, count: head.values)
        var entries: [Entry] = []
        for _ in 0..<head.tensors { entries.append(try Self.entry(&reader)) }
        byName = try Self.locate(entries, in: source, from: reader.place, metadata: metadata)
        self.source = source
    }

    convenience init(path: String) throws(ModelError) { try self.init(ByteSource(path: path)) }

    func tensor(named name: String) -> GGUFTensor? { byName[name] }
    /// Every tensor, by name.
    var tensors: [GGUFTensor] { byName.values.sorted { $0.name < $1.name } }
    /// How many numbers all tensors have together.
    var parameterCount: Int { byName.values.reduce(0) { $0 + $1.elementCount } }

    /// A matrix of a known shape.
    ///
    /// - Throws: `ModelError.malformed` when there is none, or it has another shape.
    func matrix(_ name: String, rows: Int, columns: Int) throws(ModelError) -> GGUFTensor {
        try tensor(name, [columns, rows])
    }

    /// A vector of a known length.
    ///
    /// - Throws: `ModelError.malformed` when there is none, or it has another shape.
    func vector(_ name: String, count: Int) throws(ModelError) -> GGUFTensor { try tensor(name, [count]) }

    private func tensor(_ name: String, _ shape: [Int]) throws(ModelError) -> GGUFTensor {
        guard let tensor = byName[name] else { throw .malformed("expected a tensor \(name), found none") }
        guard tensor.shape == shape else {
            throw .malformed("tensor \(name): expected \(shape), found \(tensor.shape)")
        }
        return tensor
    }

    private static func header(
        _ reader: inout ByteReader
    ) throws(ModelError) -> (version: Int, tensors: Int, values: Int) {
        let magic = try reader.integer(UInt32.self)
        guard magic == self.magic else { throw .malformed("expected the letters GGUF at its start, found others") }
        let version = try reader.integer(UInt32.self)
        guard version == 2 || version == 3 else {
            let isSwapped = version.byteSwapped == 2 || version.byteSwapped == 3
            throw .malformed(
                "expected version 2 or 3, found \(isSwapped ? "a big-endian file" : String(version))")
        }
        // A tensor's entry takes at least 24 bytes, a metadata entry at least 13.
        let tensors = try reader.count(of: 24, "a tensor count")
        guard tensors <= tensorLimit else {
            throw .malformed("expected at most \(tensorLimit) tensors, found \(tensors)")
        }
        return (Int(version), tensors, try reader.count(of: 13, "a metadata count"))
    }

    private static func entry(_ reader: inout ByteReader) throws(ModelError) -> Entry {
        let text = try reader.string()
        let name = GGUFMetadata.shown(text)
        guard !text.isEmpty, text.utf8.count <= longestName else {
            throw .malformed("expected names of tensors of 1 to \(longestName) bytes, found \(text.utf8.count)")
        }
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
                throw .malformed(
                    "tensor \(name): expected sizes of 1 to 2^31-1, found \(shape + [Int(clamping: size)])")
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
        return Entry(name: text, shape: shape, type: type, elementCount: elements, offset: place)
    }

    private static func locate(
        _ entries: [Entry], in source: ByteSource, from end: Int, metadata: GGUFMetadata
    ) throws(ModelError) -> [String: GGUFTensor] {
        let alignment = try metadata.integer("general.alignment") ?? 32
        guard (1...1 << 20).contains(alignment), alignment & (alignment - 1) == 0 else {
            throw .malformed("general.alignment: expected a power of two up to 2^20, found \(alignment)")
        }
        let start = (end + alignment - 1) / alignment * alignment
        var tensors = [String: GGUFTensor](minimumCapacity: entries.count)
        for entry in entries {
            let name = GGUFMetadata.shown(entry.name)
            guard let row = entry.shape.first, row % entry.type.blockCount == 0 else {
                throw .malformed(
                    "tensor \(name): expected rows of whole blocks of \(entry.type.blockCount), found \(entry.shape)")
            }
            guard entry.offset % alignment == 0 else {
                throw .malformed(
                    "tensor \(name): expected an offset of whole \(alignment) bytes, found \(entry.offset)")
            }
            let (size, overflow) = (entry.elementCount / entry.type.blockCount).multipliedReportingOverflow(
                by: entry.type.blockBytes)
            guard !overflow, start <= source.count, entry.offset <= source.count - start,
                size <= source.count - start - entry.offset
            else {
                throw .malformed(
                    "tensor \(name): expected its \(overflow ? Int.max : size) bytes at \(entry.offset), "
                        + "found the file's end before theirs")
            }
            let tensor = GGUFTensor(
                name: entry.name, shape: entry.shape, type: entry.type, elementCount: entry.elementCount,
                source: source, offset: start + entry.offset)
            guard tensors.updateValue(tensor, forKey: entry.name) == nil else {
                throw .malformed("expected each tensor once, found \(name) twice")
            }
        }
        try refuseOverlaps(tensors)
        return tensors
    }

    private static func refuseOverlaps(_ tensors: [String: GGUFTensor]) throws(ModelError) {
        let sorted = tensors.values.sorted { ($0.offset, $0.name) < ($1.offset, $1.name) }
        for (tensor, next) in zip(sorted, sorted.dropFirst()) where tensor.offset + tensor.byteCount > next.offset {
            throw .malformed(
                "expected tensors side by side, found \(GGUFMetadata.shown(next.name)) within "
                    + GGUFMetadata.shown(tensor.name))
        }
    }
}
