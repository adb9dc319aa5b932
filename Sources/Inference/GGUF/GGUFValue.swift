/// A value of a GGUF file's metadata.
enum GGUFValue: Sendable {
    case integer(Int64)
    case float(Double)
    case flag(Bool)
    case string(String)
    case array([GGUFValue])

    /// The deepest nesting of arrays that is read; the format's own files never nest.
    private static let deepest = 2

    init(_ reader: inout ByteReader, type: UInt32, depth: Int = 0) throws(ModelError) {
        switch type {
        case 0: self = .integer(Int64(try reader.integer(UInt8.self)))
        case 1: self = .integer(Int64(try reader.integer(Int8.self)))
        case 2: self = .integer(Int64(try reader.integer(UInt16.self)))
        case 3: self = .integer(Int64(try reader.integer(Int16.self)))
        case 4: self = .integer(Int64(try reader.integer(UInt32.self)))
        case 5: self = .integer(Int64(try reader.integer(Int32.self)))
        case 6: self = .float(Double(try reader.float()))
        case 7:
            let byte = try reader.integer(UInt8.self)
            guard byte <= 1 else { throw .malformed("expected a flag of 0 or 1, found \(byte)") }
            self = .flag(byte == 1)
        case 8: self = .string(try reader.string())
        case 9:
            guard depth < Self.deepest else {
                throw .malformed("expected arrays of depth \(Self.deepest) at most, found deeper ones")
            }
            let element = try reader.integer(UInt32.self)
            let count = try reader.count(of: Self.smallestSize(of: element), "an array's length")
            try reader.reserve(count)
            var values: [GGUFValue] = []
            values.reserveCapacity(count)
            for _ in 0..<count { values.append(try GGUFValue(&reader, type: element, depth: depth + 1)) }
            self = .array(values)
        case 10: self = .integer(Int64(clamping: try reader.integer(UInt64.self)))
        case 11: self = .integer(try reader.integer(Int64.self))
        case 12: self = .float(try reader.double())
        default: throw .malformed("expected a metadata type of 0 to 12, found \(type)")
        }
    }

    private static func smallestSize(of type: UInt32) -> Int {
        switch type {
        case 2, 3: 2
        case 4, 5, 6: 4
        case 8, 10, 11, 12: 8
        case 9: 12
        default: 1
        }
    }

    /// What it is, for errors.
    var kind: String {
        switch self {
        case .integer: "an integer"
        case .float: "a number with a fraction"
        case .flag: "a flag"
        case .string: "a text"
        case .array: "an array"
        }
    }
}
