/// A private key that other keys can be derived from (BIP-32).
struct ExtendedKey {
    private static let hardened: UInt32 = 0x8000_0000

    let key: PrivateKey
    private let chainCode: Bytes

    private init(key: PrivateKey, chainCode: Bytes) {
        self.key = key
        self.chainCode = chainCode
    }

    /// The root of a tree of keys.
    init(seed: Bytes) throws(KeyError) {
        let node = Digest.hmacSHA512(key: Bytes("Bitcoin seed".utf8), seed)
        self.init(key: try PrivateKey(Bytes(node[..<32])), chainCode: Bytes(node[32...]))
    }

    /// Follows a path such as `m/44'/118'/0'/0/0`; `'` and `h` mark hardened steps.
    func derived(path: String) throws(KeyError) -> ExtendedKey {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.first == "m" else { throw .badPath(path, "does not begin with m") }
        var node = self
        for part in parts.dropFirst() {
            let isHardened = part.hasSuffix("'") || part.hasSuffix("h")
            let digits = isHardened ? part.dropLast() : part
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt32(digits),
                number < ExtendedKey.hardened
            else { throw .badPath(path, "has the step \"\(part)\"") }
            node = try node.child(isHardened ? number | ExtendedKey.hardened : number)
        }
        return node
    }

    private func child(_ number: UInt32) throws(KeyError) -> ExtendedKey {
        let parent = number >= ExtendedKey.hardened ? [0] + key.bytes : key.publicKey.bytes
        let index = withUnsafeBytes(of: number.bigEndian) { Bytes($0) }
        let node = Digest.hmacSHA512(key: chainCode, parent + index)
        // BIP-32 calls for the next index when the left half is no valid key; that never happens in practice.
        let tweak = try PrivateKey(Bytes(node[..<32]))
        let sum = tweak.scalar.plus(key.scalar)
        return ExtendedKey(key: try PrivateKey(sum.bytes), chainCode: Bytes(node[32...]))
    }
}
