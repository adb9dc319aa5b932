extension TensorType {
    /// Writes the numbers of whole blocks as 32-bit floats; the output has room for all of them.
    func dequantize(_ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<Float>) {
        let blocks = bytes.count / blockBytes
        guard output.count >= blocks * blockCount, let start = output.baseAddress else { return }
        for block in 0..<blocks {
            let source = UnsafeRawBufferPointer(rebasing: bytes[block * blockBytes..<(block + 1) * blockBytes])
            let target = start + block * blockCount
            switch self {
            case .f32: target[0] = Float(bitPattern: UInt32(littleEndian: source.loadUnaligned(as: UInt32.self)))
            case .f16: target[0] = Self.half(source, 0)
            case .bf16:
                let bits = UInt16(littleEndian: source.loadUnaligned(as: UInt16.self))
                target[0] = Float(bitPattern: UInt32(bits) << 16)
            case .q8_0: Self.q8(source, target)
            case .q4_0: Self.q4(source, target)
            case .q4_1: Self.q4WithMinimum(source, target)
            case .q4_K: Self.q4K(source, target)
            case .q6_K: Self.q6K(source, target)
            }
        }
    }

    private static func half(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Float {
        let bits = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10) & 31
        let fraction = UInt32(bits & 0x3ff)
        switch exponent {
        case 0: return Float(bitPattern: sign | 0x3f80_0000) * Float(fraction) * 0x1p-24
        case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    /// 32 numbers: scale, then 32 signed bytes.
    private static func q8(_ source: UnsafeRawBufferPointer, _ target: UnsafeMutablePointer<Float>) {
        let scale = half(source, 0)
        for index in 0..<32 { target[index] = scale * Float(Int8(bitPattern: source[2 + index])) }
    }

    /// 32 numbers: scale, then 16 bytes of two 4-bit numbers that count from -8; low halves come first.
    private static func q4(_ source: UnsafeRawBufferPointer, _ target: UnsafeMutablePointer<Float>) {
        let scale = half(source, 0)
        for index in 0..<16 {
            let pair = source[2 + index]
            target[index] = scale * Float(Int(pair & 15) - 8)
            target[index + 16] = scale * Float(Int(pair >> 4) - 8)
        }
    }

    /// 32 numbers: scale and minimum, then 16 bytes of two 4-bit numbers.
    private static func q4WithMinimum(_ source: UnsafeRawBufferPointer, _ target: UnsafeMutablePointer<Float>) {
        let (scale, minimum) = (half(source, 0), half(source, 2))
        for index in 0..<16 {
            let pair = source[4 + index]
            target[index] = scale * Float(pair & 15) + minimum
            target[index + 16] = scale * Float(pair >> 4) + minimum
        }
    }

    /// 256 numbers in 8 groups of 32, each with a 6-bit scale and a 6-bit minimum packed into 12 bytes.
    private static func q4K(_ source: UnsafeRawBufferPointer, _ target: UnsafeMutablePointer<Float>) {
        let (scale, minimum) = (half(source, 0), half(source, 2))
        for group in 0..<8 {
            let (factor, offset) = packedPair(source, group)
            let (scaled, least) = (scale * Float(factor), minimum * Float(offset))
            let shift = UInt8(group & 1) * 4
            for index in 0..<32 {
                let nibble = source[16 + (group / 2) * 32 + index] >> shift & 15
                target[group * 32 + index] = scaled * Float(nibble) - least
            }
        }
    }

    /// Scale and minimum of a group of Q4_K: 6 bits each, those of groups 4 to 7 split over two bytes.
    private static func packedPair(_ source: UnsafeRawBufferPointer, _ group: Int) -> (UInt8, UInt8) {
        let packed = { (index: Int) in source[4 + index] }
        guard group >= 4 else { return (packed(group) & 63, packed(group + 4) & 63) }
        return (
            packed(group + 4) & 15 | (packed(group - 4) >> 6) << 4,
            packed(group + 4) >> 4 | (packed(group) >> 6) << 4
        )
    }

    /// 256 numbers of 6 bits that count from -32: low 4 bits, high 2 bits, 16 signed scales, one factor.
    private static func q6K(_ source: UnsafeRawBufferPointer, _ target: UnsafeMutablePointer<Float>) {
        let factor = half(source, 208)
        for part in 0..<2 {
            for index in 0..<32 {
                let high = source[128 + part * 32 + index]
                for quarter in 0..<4 {
                    let low = source[part * 64 + (quarter & 1) * 32 + index] >> (quarter >= 2 ? 4 : 0) & 15
                    let number = Int(low | (high >> UInt8(2 * quarter) & 3) << 4) - 32
                    let scale = Int8(bitPattern: source[192 + part * 8 + quarter * 2 + index / 16])
                    target[part * 128 + quarter * 32 + index] = factor * Float(scale) * Float(number)
                }
            }
        }
    }
}
