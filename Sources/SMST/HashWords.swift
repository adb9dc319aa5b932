import COpenSSL

/// A SHA-256 hash, kept as four words in memory order so that it is a trivial value.
struct HashWords: Hashable, Sendable {
    var word0: UInt64 = 0
    var word1: UInt64 = 0
    var word2: UInt64 = 0
    var word3: UInt64 = 0

    init(word0: UInt64 = 0, word1: UInt64 = 0, word2: UInt64 = 0, word3: UInt64 = 0) {
        self.word0 = word0
        self.word1 = word1
        self.word2 = word2
        self.word3 = word3
    }

    /// Exactly 32 bytes, nil for any other length.
    init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        withUnsafeMutableBytes(of: &self) { target in
            _ = target.initializeMemory(as: UInt8.self, from: bytes)
        }
    }

    var bytes: [UInt8] {
        withUnsafeBytes(of: self) { Array($0) }
    }

    static func sha256(_ bytes: [UInt8]) -> HashWords {
        bytes.withUnsafeBytes { buffer in
            NodeHasher.withHasher { $0.hash(buffer) }
        }
    }
}
