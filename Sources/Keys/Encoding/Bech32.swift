/// The checksummed text form of addresses (BIP-173, with the Cosmos SDK's longer limit of 1023 characters).
public enum Bech32 {
    private static let alphabet = Bytes("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let checksumCount = 6
    private static let limit = 1023

    /// The place of each ASCII character in the alphabet, 255 for none.
    private static let places: Bytes = {
        var places = Bytes(repeating: 255, count: 128)
        for (place, character) in alphabet.enumerated() { places[Int(character)] = UInt8(place) }
        return places
    }()

    /// Writes bytes as text, `hrp1…`, in lower case.
    public static func encode(hrp: String, _ bytes: Bytes) -> String {
        let data = regroup(bytes, from: 8, to: 5)
        var sum = Checksum(hrp: Bytes(hrp.utf8))
        for value in data { sum.add(value) }
        for _ in 0..<checksumCount { sum.add(0) }
        let check = sum.value ^ 1
        var text = Bytes(hrp.utf8) + [UInt8(ascii: "1")]
        text.append(contentsOf: data.map { alphabet[Int($0)] })
        text.append(contentsOf: (0..<checksumCount).map { alphabet[Int(check >> (5 * (5 - UInt32($0)))) & 31] })
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads text back into its human-readable prefix, in lower case, and its bytes.
    ///
    /// Throws on mixed case, unknown characters, a wrong checksum, or padding that is not zero.
    public static func decode(_ text: String) throws(KeyError) -> (hrp: String, bytes: Bytes) {
        let characters = try lowercased(Bytes(text.utf8))
        guard let separator = characters.lastIndex(of: UInt8(ascii: "1")), separator > 0 else {
            throw .badBech32("expected a prefix and the separator 1")
        }
        guard separator + 1 + checksumCount <= characters.count else {
            throw .badBech32("expected \(checksumCount) checksum characters after the separator")
        }
        let hrp = Bytes(characters[..<separator])
        var sum = Checksum(hrp: hrp)
        var data: Bytes = []
        for character in characters[(separator + 1)...] {
            let place = places[Int(character)]
            guard place < 32 else {
                throw .badBech32("found \"\(Unicode.Scalar(character))\", which is not in its alphabet")
            }
            sum.add(place)
            data.append(place)
        }
        guard sum.value == 1 else { throw .badBech32("the checksum is wrong") }
        data.removeLast(checksumCount)
        let spare = data.count * 5 % 8
        guard spare < 5, data.isEmpty || data[data.count - 1] & (1 << spare - 1) == 0 else {
            throw .badBech32("the padding is not zero")
        }
        return (String(decoding: hrp, as: UTF8.self), regroup(data, from: 5, to: 8))
    }

    /// The characters in lower case; all of them must be printable ASCII of one case.
    private static func lowercased(_ characters: Bytes) throws(KeyError) -> Bytes {
        guard characters.count <= limit else {
            throw .badBech32("expected at most \(limit) characters, found \(characters.count)")
        }
        var hasLower = false
        var hasUpper = false
        var lowered = characters
        for (index, character) in characters.enumerated() {
            switch character {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): hasLower = true
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                hasUpper = true
                lowered[index] = character | 0x20
            case 33...126: break
            default: throw .badBech32("expected printable ASCII, found byte \(character)")
            }
        }
        guard !(hasLower && hasUpper) else { throw .badBech32("upper and lower case are mixed") }
        return lowered
    }

    /// Cuts a bit string into groups of another width: fills up with zeros when widening the text, drops the
    /// rest when narrowing it.
    private static func regroup(_ values: Bytes, from width: UInt32, to target: UInt32) -> Bytes {
        var result: Bytes = []
        result.reserveCapacity(values.count * Int(width) / Int(target) + 1)
        var pending: UInt32 = 0
        var bits: UInt32 = 0
        for value in values {
            pending = (pending << width | UInt32(value)) & 0xfff
            bits += width
            while bits >= target {
                bits -= target
                result.append(UInt8(truncatingIfNeeded: pending >> bits) & UInt8(1 << target - 1))
            }
        }
        if bits > 0 && width > target {
            result.append(UInt8(truncatingIfNeeded: pending << (target - bits)) & UInt8(1 << target - 1))
        }
        return result
    }
}

/// The running BCH code over the prefix and the data.
private struct Checksum {
    private(set) var value: UInt32 = 1

    init(hrp: Bytes) {
        for character in hrp { add(character >> 5) }
        add(0)
        for character in hrp { add(character & 31) }
    }

    mutating func add(_ group: UInt8) {
        let top = value >> 25
        value = (value & 0x1ff_ffff) << 5 ^ UInt32(group)
        if top & 1 != 0 { value ^= 0x3b6a_57b2 }
        if top & 2 != 0 { value ^= 0x2650_8e6d }
        if top & 4 != 0 { value ^= 0x1ea1_19fa }
        if top & 8 != 0 { value ^= 0x3d42_33dd }
        if top & 16 != 0 { value ^= 0x2a14_62b3 }
    }
}
