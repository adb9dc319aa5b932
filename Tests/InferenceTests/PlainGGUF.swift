import Foundation

/// A GGUF reader for files that are known to be whole, written apart from the one that is tested.
struct PlainGGUF {
    private(set) var numbers: [String: Double] = [:]
    private(set) var tensors: [String: (shape: [Int], values: [Double])] = [:]
    private let data: [UInt8]
    private var place = 0

    init(_ data: [UInt8]) {
        self.data = data
        place = 8
        let (tensorCount, valueCount) = (Int(u64()), Int(u64()))
        for _ in 0..<valueCount {
            let key = text()
            if let number = value(u32()) { numbers[key] = number }
        }
        var entries: [(name: String, shape: [Int], type: UInt32, offset: Int)] = []
        for _ in 0..<tensorCount {
            let name = text()
            let shape = (0..<u32()).map { _ in Int(u64()) }
            entries.append((name, shape, u32(), Int(u64())))
        }
        let start = (place + 31) / 32 * 32
        for entry in entries {
            let values = PlainBlocks.numbers(
                data[(start + entry.offset)...], type: entry.type, count: entry.shape.reduce(1, *))
            tensors[entry.name] = (entry.shape, values)
        }
    }

    private func bits(_ at: Int, _ size: Int) -> UInt64 {
        data[at..<at + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func take(_ size: Int) -> UInt64 {
        defer { place += size }
        return bits(place, size)
    }

    private mutating func u32() -> UInt32 { UInt32(take(4)) }
    private mutating func u64() -> UInt64 { take(8) }

    private mutating func text() -> String {
        let count = Int(u64())
        defer { place += count }
        return String(decoding: data[place..<place + count], as: UTF8.self)
    }

    /// Reads a value; nil for what is no number.
    private mutating func value(_ type: UInt32) -> Double? {
        switch type {
        case 4: return Double(u32())
        case 5: return Double(Int32(bitPattern: u32()))
        case 6: return Double(Float(bitPattern: u32()))
        case 8: _ = text()
        case 9:
            let element = u32()
            for _ in 0..<u64() { _ = value(element) }
        default: preconditionFailure("the fixture script writes no values of type \(type)")
        }
        return nil
    }
}

/// Stored blocks as numbers, from the format's description.
enum PlainBlocks {
    static func numbers(_ data: ArraySlice<UInt8>, type: UInt32, count: Int) -> [Double] {
        let (perBlock, size) = [
            0: (1, 4), 1: (1, 2), 30: (1, 2), 8: (32, 34), 2: (32, 18), 3: (32, 20), 12: (256, 144), 14: (256, 210),
        ][type]!
        return (0..<count / perBlock).flatMap { index in
            block(Array(data[(data.startIndex + index * size)..<(data.startIndex + (index + 1) * size)]), type)
        }
    }

    private static func half(_ block: [UInt8], _ at: Int) -> Double {
        Double(Float16(bitPattern: UInt16(block[at]) | UInt16(block[at + 1]) << 8))
    }

    private static func block(_ b: [UInt8], _ type: UInt32) -> [Double] {
        func signed(_ at: Int) -> Double { Double(Int8(bitPattern: b[at])) }
        switch type {
        case 0: return [Double(b.withUnsafeBytes { $0.loadUnaligned(as: Float.self) })]
        case 1: return [half(b, 0)]
        case 30: return [Double(Float(bitPattern: (UInt32(b[0]) | UInt32(b[1]) << 8) << 16))]
        case 8: return (0..<32).map { half(b, 0) * signed(2 + $0) }
        case 2: return (0..<32).map { half(b, 0) * (nibble(b, 2, $0) - 8) }
        case 3: return (0..<32).map { half(b, 0) * nibble(b, 4, $0) + half(b, 2) }
        case 12:
            // 96 bits of scales: six of each of the first four scales and minimums, whose bytes' upper two bits are
            // the upper two of the last four, whose lower four bits follow.
            return (0..<256).map { place in
                let (group, within) = (place / 32, place % 32)
                let low = group < 4
                let scale = low ? b[4 + group] & 63 : (b[8 + group] & 15) + (b[group] >> 6) * 16
                let minimum = low ? b[8 + group] & 63 : (b[8 + group] >> 4) + (b[4 + group] >> 6) * 16
                let pair = b[16 + group / 2 * 32 + within]
                let quant = group % 2 == 0 ? pair % 16 : pair / 16
                return half(b, 0) * Double(scale) * Double(quant) - half(b, 2) * Double(minimum)
            }
        case 14:
            return (0..<256).map { place in
                let (part, lane) = (place / 128, place % 128)
                let (quarter, within) = (lane / 32, lane % 32)
                let pair = b[part * 64 + quarter % 2 * 32 + within]
                let low = quarter < 2 ? pair % 16 : pair / 16
                let high = b[128 + part * 32 + within] >> UInt8(quarter * 2) & 3
                return half(b, 208) * signed(192 + place / 16) * (Double(low) + 16 * Double(high) - 32)
            }
        default: preconditionFailure("type \(type)")
        }
    }

    /// The first sixteen numbers are the low halves, the other sixteen the high ones.
    private static func nibble(_ block: [UInt8], _ start: Int, _ place: Int) -> Double {
        Double(place < 16 ? block[start + place] & 15 : block[start + place - 16] >> 4)
    }
}
