import Keys
import Testing
import VectorSupport

@testable import Shannon

@Suite("Reference vectors of the proof requirement's randomness")
struct RandomVectorTests {
    @Test("Go's generator gives Go's numbers for every seed")
    func generator() throws {
        try everyCase("go_math_rand") { vector in
            let seed = try vector["seed"].int64
            var random = GoRandom(seed: seed)
            let draws = (0..<1000).map { _ in random.int63() }
            try vector.expect(
                Array(draws.prefix(8)), is: vector["int63_first_8"].array.map { try $0.int64 }, "first numbers")
            try vector.expect(draws[999], is: vector["int63_at_index_999"].int64, "number 999")
            var fresh = GoRandom(seed: seed)
            let bits = String(fresh.float64().bitPattern, radix: 16)
            try vector.expect(bits, is: vector["first_float64_bits"].string, "first float's bits")
        }
    }

    @Test("The first number is drawn without the others")
    func first() {
        var seeds: [Int64] = [0, 1, -1, .min, .max, 2_147_483_647, -2_147_483_647, 89_482_311]
        seeds += (0..<300).map { Int64(truncatingIfNeeded: 0x9e37_79b9_7f4a_7c15 &* UInt64($0)) }
        for seed in seeds {
            var whole = GoRandom(seed: seed)
            #expect(GoRandom.firstFloat64(seed: seed) == whole.float64(), "seed \(seed)")
        }
    }

    @Test("Bytes seed the generator by the varint at the start of their hash")
    func seeded() throws {
        try everyCase("seeded_random") { vector in
            let input = try vector["input"].bytes
            let digest = Digest.sha256(input)
            try vector.expect(digest.hex, is: vector["sha256"].string, "digest")
            let (seed, length) = GoVarint.decode(digest)
            try vector.expect(seed, is: vector["varint_seed"].int64, "seed")
            try vector.expect(length, is: vector["varint_len"].int, "varint's length")
            var integers = GoRandom(seededBy: input)
            try vector.expect(integers.int63(), is: vector["int63"].int64, "integer")
            var floats = GoRandom(seededBy: input)
            let number = floats.float64()
            let bits = String(number.bitPattern, radix: 16)
            try vector.expect(
                String(repeating: "0", count: 16 - bits.count) + bits, is: vector["float64_bits"].string, "bits")
            try vector.expect(number, is: vector["float64"].double, "float")
        }
    }

    @Test("Published numbers of Go's generator come out")
    func published() throws {
        try everyCase("proof-prng", of: casesFile) { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            guard let bytes = try input["seedBytesHex"].optional?.bytes else {
                let seed = try input["seed"].int64
                var integers = GoRandom(seed: seed)
                try vector.expect(integers.int63(), is: expected["firstInt63"].int64, "integer")
                var floats = GoRandom(seed: seed)
                return try vector.expect(floats.float64(), is: expected["float64"].double, "float")
            }
            let digest = Digest.sha256(bytes)
            try vector.expect(digest.hex, is: expected["sha256Hex"].string, "digest")
            let (seed, length) = GoVarint.decode(digest)
            try vector.expect(seed, is: expected["varintSeed"].int64, "seed")
            try vector.expect(length, is: expected["varintBytes"].int, "varint's length")
            var random = GoRandom(seededBy: bytes)
            try vector.expect(random.float64(), is: expected["float64"].double, "float")
        }
    }

    @Test("The table is Go's, word by word")
    func table() throws {
        let values = try VectorFile.json("go_math_rand_table.json")["values"].array
        #expect(try GoRandom.table == values.map { UInt64(bitPattern: try $0.int64) })
    }

    @Test(
        "Varints that end early or exceed 64 bits read as Go reads them",
        arguments: [
            ([], 0, 0), ([0x80], 0, 0), ([0x01], -1, 1), ([0x7f], -64, 1), ([0xac, 0x02], 150, 2),
            (Bytes(repeating: 0xff, count: 9) + [0x01], Int64.min, 10),
            (Bytes(repeating: 0xff, count: 9) + [0x02], 0, -10),
            (Bytes(repeating: 0xff, count: 11), 0, -11),
        ] as [(Bytes, Int64, Int)])
    func varints(bytes: Bytes, value: Int64, length: Int) {
        #expect(GoVarint.decode(bytes) == (value, length))
    }
}
