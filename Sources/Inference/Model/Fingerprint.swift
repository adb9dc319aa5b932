/// A quick name for a file's contents.
enum Fingerprint {
    /// FNV-1a over the size, the first megabyte, and one byte of every 509 of the rest, in hex.
    ///
    /// It tells models apart; it does not resist an attacker, and says so by not looking like a SHA-256.
    static func of(_ source: ByteSource) throws(ModelError) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        for shift in stride(from: 0, to: 64, by: 8) { mix(UInt8(truncatingIfNeeded: source.count >> shift)) }
        for start in stride(from: 0, to: source.count, by: partBytes) {
            try source.withBytes(at: start, count: min(partBytes, source.count - start)) { bytes in
                // The first part whole, then every 509th byte from its end on.
                let first = start == 0 ? 0 : (partStride - (start - partBytes) % partStride) % partStride
                for place in stride(from: first, to: bytes.count, by: start == 0 ? 1 : partStride) { mix(bytes[place]) }
            }
        }
        let text = String(hash, radix: 16)
        return "fp_" + String(repeating: "0", count: 16 - text.count) + text
    }

    private static let partBytes = 1 << 20
    private static let partStride = 509
}
