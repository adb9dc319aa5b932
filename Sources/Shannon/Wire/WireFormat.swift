import Foundation
import Keys
import SwiftProtobuf

/// Serialization that every wire type shares: fields ascending, proto3 defaults left out, map keys in order.
enum WireFormat {
    static func bytes(of message: some SwiftProtobuf.Message) -> Bytes {
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        // Encoding fails only for missing proto2 fields and messages above 2 GB, and there are neither.
        let bytes: Bytes? = try? message.serializedBytes(options: options)
        return bytes ?? []
    }

    /// Parses a message; fields that are not known are skipped, as protobuf does, and strings must be UTF-8.
    static func parse<Parsed: SwiftProtobuf.Message>(
        _ type: Parsed.Type, _ bytes: Bytes
    ) throws(WireError) -> Parsed {
        do {
            return try Parsed(serializedBytes: bytes)
        } catch {
            let name = Parsed.protoMessageName.split(separator: ".").last.map(String.init) ?? Parsed.protoMessageName
            throw WireError(message: name, problem: problem(error))
        }
    }

    private static func problem(_ error: any Error) -> String {
        switch error as? SwiftProtobuf.BinaryDecodingError {
        case .truncated: "a field that goes beyond their end"
        case .invalidUTF8: "a text that is not UTF-8"
        case .malformedProtobuf: "a malformed field"
        case .messageDepthLimit: "messages nested too deeply"
        default: "\(error)"
        }
    }
}
