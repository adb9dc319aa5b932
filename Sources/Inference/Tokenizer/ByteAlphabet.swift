/// GPT-2's way to write any byte as a printable character: vocabularies of byte-level BPE are spelled in it.
enum ByteAlphabet {
    /// The character of each byte.
    static let characters: [Unicode.Scalar] = {
        var characters: [Unicode.Scalar] = []
        var next: UInt32 = 256
        for byte in UInt8.min...UInt8.max {
            switch byte {
            case 33...126, 161...172, 174...255: characters.append(Unicode.Scalar(byte))
            default:
                characters.append(Unicode.Scalar(next) ?? " ")
                next += 1
            }
        }
        return characters
    }()

    /// The byte of each character, by the character's number; nil for characters that stand for none.
    private static let bytes: [UInt8?] = {
        var bytes = [UInt8?](repeating: nil, count: 324)
        for (byte, character) in characters.enumerated() { bytes[Int(character.value)] = UInt8(byte) }
        return bytes
    }()

    static func byte(of character: Unicode.Scalar) -> UInt8? {
        character.value < 324 ? bytes[Int(character.value)] : nil
    }
}
