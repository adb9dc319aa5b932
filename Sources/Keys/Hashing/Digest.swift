import COpenSSL

/// The hash functions of the protocol, each over a whole message.
public enum Digest {
    static let sha256Count = 32

    /// SHA-256, 32 bytes.
    public static func sha256(_ message: Bytes) -> Bytes {
        var stream = SHA256Stream()
        stream.update(message)
        return stream.digest()
    }

    /// SHA-256 over the parts written one after the other, 32 bytes.
    public static func sha256(concatenating parts: Bytes...) -> Bytes {
        var stream = SHA256Stream()
        for part in parts { stream.update(part) }
        return stream.digest()
    }

    /// SHA-512, 64 bytes.
    public static func sha512(_ message: Bytes) -> Bytes {
        evaluate(Algorithm.sha512, message, count: 64)
    }

    /// SHA3-256, 32 bytes.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static func sha3_256(_ message: Bytes) -> Bytes {
        evaluate(Algorithm.sha3_256, message, count: 32)
    }

    /// SHA3-512, 64 bytes.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static func sha3_512(_ message: Bytes) -> Bytes {
        evaluate(Algorithm.sha3_512, message, count: 64)
    }

    /// RIPEMD-160, 20 bytes.
    public static func ripemd160(_ message: Bytes) -> Bytes {
        Bytes(unsafeUninitializedCapacity: 20) { buffer, count in
            _ = RIPEMD160(message, message.count, buffer.baseAddress)
            count = 20
        }
    }

    /// HMAC with SHA-256, 32 bytes.
    public static func hmacSHA256(key: Bytes, _ message: Bytes) -> Bytes {
        authenticate(Algorithm.sha256, key, message, count: 32)
    }

    /// HMAC with SHA-512, 64 bytes.
    public static func hmacSHA512(key: Bytes, _ message: Bytes) -> Bytes {
        authenticate(Algorithm.sha512, key, message, count: 64)
    }

    /// PBKDF2 with HMAC-SHA-512, 64 bytes, as BIP-39 stretches a mnemonic.
    static func pbkdf2SHA512(password: Bytes, salt: Bytes, rounds: Int32) -> Bytes {
        Bytes(unsafeUninitializedCapacity: 64) { buffer, count in
            let done = password.withUnsafeBytes { password in
                PKCS5_PBKDF2_HMAC(
                    password.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(password.count),
                    salt, Int32(salt.count), rounds, Algorithm.sha512, 64, buffer.baseAddress)
            }
            precondition(done == 1, "OpenSSL could not compute PBKDF2")
            count = 64
        }
    }

    private static func evaluate(_ algorithm: OpaquePointer?, _ message: Bytes, count size: Int) -> Bytes {
        Bytes(unsafeUninitializedCapacity: size) { buffer, count in
            let done = EVP_Digest(message, message.count, buffer.baseAddress, nil, algorithm, nil)
            precondition(done == 1, "OpenSSL could not compute a digest")
            count = size
        }
    }

    private static func authenticate(
        _ algorithm: OpaquePointer?, _ key: Bytes, _ message: Bytes, count size: Int
    ) -> Bytes {
        Bytes(unsafeUninitializedCapacity: size) { buffer, count in
            let done = HMAC(
                algorithm, key, Int32(key.count), message, message.count, buffer.baseAddress, nil)
            precondition(done != nil, "OpenSSL could not compute an HMAC")
            count = size
        }
    }
}

/// OpenSSL's algorithms, looked up once: the lookup costs more than hashing a short message.
private enum Algorithm {
    nonisolated(unsafe) static let sha256 = fetch("SHA256")
    nonisolated(unsafe) static let sha512 = fetch("SHA512")
    // swift-format-ignore: AlwaysUseLowerCamelCase
    nonisolated(unsafe) static let sha3_256 = fetch("SHA3-256")
    // swift-format-ignore: AlwaysUseLowerCamelCase
    nonisolated(unsafe) static let sha3_512 = fetch("SHA3-512")

    /// These are the first calls that OpenSSL prepares itself for, so it is here that it learns to stay to the end:
    /// otherwise it takes itself down while the process exits, and threads that still sign crash.
    private static func fetch(_ name: String) -> OpaquePointer? {
        _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
        return EVP_MD_fetch(nil, name, nil)
    }
}
