/// The words a key is made of (BIP-39, English).
public struct Mnemonic: Sendable {
    /// 12, 15, 18, 21 or 24 words of the list.
    public let words: [String]

    /// Reads words separated by spaces; throws on a wrong count, an unknown word or a wrong checksum.
    public init(_ text: String) throws(KeyError) {
        words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard (12...24).contains(words.count), words.count % 3 == 0 else {
            throw .badMnemonic("expected 12, 15, 18, 21 or 24 words, found \(words.count)")
        }
        var bits: [UInt8] = []
        for (index, word) in words.enumerated() {
            guard let place = EnglishWords.place(of: word) else {
                throw .badMnemonic("word \(index + 1) is not in the English list")
            }
            bits += (0..<11).map { UInt8(place >> (10 - $0) & 1) }
        }
        let entropyBits = bits.count * 32 / 33
        let entropy = stride(from: 0, to: entropyBits, by: 8).map { start in
            bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | $1 }
        }
        guard Mnemonic.indices(of: entropy).map({ EnglishWords.list[$0] }) == words else {
            throw .badMnemonic("the checksum is wrong; is a word mistyped or out of order?")
        }
    }

    /// The words of 16, 20, 24, 28 or 32 bytes; throws on any other number.
    public init(entropy: Bytes) throws(KeyError) {
        guard (16...32).contains(entropy.count), entropy.count % 4 == 0 else {
            throw .badMnemonic("expected 16, 20, 24, 28 or 32 bytes of entropy, found \(entropy.count)")
        }
        words = Mnemonic.indices(of: entropy).map { EnglishWords.list[$0] }
    }

    /// The 64-byte seed that the words and an optional passphrase, which should be ASCII, stretch to.
    public func seed(passphrase: String = "") -> Bytes {
        Digest.pbkdf2SHA512(
            password: Bytes(words.joined(separator: " ").utf8), salt: Bytes("mnemonic\(passphrase)".utf8), rounds: 2048)
    }

    /// The private key at a BIP-32 path; the default is the first account of the Cosmos Hub's coin type, as
    /// upstream uses.
    public func privateKey(path: String = "m/44'/118'/0'/0/0") throws(KeyError) -> PrivateKey {
        try ExtendedKey(seed: seed()).derived(path: path).key
    }

    /// The places of the words: the entropy's bits and, for each 32 of them, one bit of its SHA-256.
    private static func indices(of entropy: Bytes) -> [Int] {
        let check = Digest.sha256(entropy)[0]
        let wordCount = entropy.count * 3 / 4
        let bytes = entropy + [check]
        return (0..<wordCount).map { word in
            var place = 0
            for bit in word * 11..<word * 11 + 11 {
                let isSet = bytes[bit / 8] & (0x80 >> UInt8(bit % 8)) != 0
                place = place << 1 | (isSet ? 1 : 0)
            }
            return place
        }
    }
}

extension Mnemonic: CustomStringConvertible, CustomReflectable {
    /// Says how many words there are, never which.
    public var description: String { "Mnemonic(\(words.count) words)" }

    public var customMirror: Mirror { Mirror(self, children: ["count": words.count]) }
}
