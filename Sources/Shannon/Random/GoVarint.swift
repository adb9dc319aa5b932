/// Go's variable-length integers (`encoding/binary`): 7 bits a byte, low bits first, signed ones zig-zag.
public enum GoVarint {
    /// The signed integer at the start of the bytes, and how many bytes it takes.
    ///
    /// As in Go: (0, 0) when the bytes end too early, (0, -n) when n bytes were read and exceed 64 bits.
    public static func decode(_ bytes: some Sequence<UInt8>) -> (value: Int64, length: Int) {
        var raw: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            if index == 10 || (index == 9 && byte > 1 && byte < 0x80) { return (0, -(index + 1)) }
            raw |= UInt64(byte & 0x7f) << UInt64(7 * index)
            if byte < 0x80 { return (Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1), index + 1) }
        }
        return (0, 0)
    }
}
