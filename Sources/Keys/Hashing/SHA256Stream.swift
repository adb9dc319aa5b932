import COpenSSL

/// SHA-256 over input that arrives in pieces.
///
/// A value: a copy carries the state so far, so a common prefix can be hashed once.
public struct SHA256Stream: Sendable {
    private var context = SHA256_CTX()

    /// A stream that has seen nothing.
    public init() {
        SHA256_Init(&context)
    }

    /// Hashes more bytes.
    public mutating func update(_ bytes: Bytes) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Hashes more bytes, from memory that the caller owns.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        SHA256_Update(&context, bytes.baseAddress, bytes.count)
    }

    /// Hashes one byte.
    public mutating func update(_ byte: UInt8) {
        withUnsafeBytes(of: byte) { update($0) }
    }

    /// Hashes a number as its eight bytes, most significant first.
    public mutating func update(bigEndian number: UInt64) {
        withUnsafeBytes(of: number.bigEndian) { update($0) }
    }

    /// The 32-byte hash of what was seen; the stream itself stays usable.
    public func digest() -> Bytes {
        var copy = context
        return Bytes(unsafeUninitializedCapacity: Digest.sha256Count) { buffer, count in
            SHA256_Final(buffer.baseAddress, &copy)
            count = Digest.sha256Count
        }
    }
}
