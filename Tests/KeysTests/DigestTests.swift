import Foundation
import Keys
import Testing

/// The published test values for the message "abc".
private let abc = Bytes("abc".utf8)

@Suite("Hash functions")
struct DigestTests {
    @Test("Each function gives its published value")
    func published() {
        #expect(Digest.sha256(abc).hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(Digest.sha3_256(abc).hex == "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532")
        #expect(Digest.ripemd160(abc).hex == "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc")
        #expect(Digest.sha3_512(abc).hex.hasPrefix("b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"))
        #expect(Digest.sha512(abc).hex.hasPrefix("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"))
        #expect(Digest.sha256([]).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("HMAC gives the values of RFC 4231")
    func hmac() {
        let key = Bytes("Jefe".utf8)
        let data = Bytes("what do ya want for nothing?".utf8)
        let short = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        let beginning = "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
        #expect(Digest.hmacSHA256(key: key, data).hex == short)
        #expect(Digest.hmacSHA512(key: key, data).hex.hasPrefix(beginning))
    }

    @Test("A process may end while other threads still sign", arguments: 0..<4)
    func endOfProcess(_: Int) async {
        await #expect(processExitsWith: .success) {
            // Main threads wait for nobody: what is still computed has no reader.
            for _ in 0..<4 {
                Thread.detachNewThread { while true { _ = Digest.hmacSHA256(key: [1], [2]) } }
            }
            for _ in 0..<1_000 { _ = Digest.sha3_256([1]) }
            exit(EXIT_SUCCESS)
        }
    }

    @Test("Pieces hash like the whole, and a copy of a stream goes its own way")
    func stream() {
        let whole = Bytes((0..<200).map { UInt8($0) })
        var stream = SHA256Stream()
        stream.update(Bytes(whole[..<7]))
        stream.update(whole[7])
        let fork = stream
        stream.update(Bytes(whole[8...]))
        #expect(stream.digest() == Digest.sha256(whole))
        #expect(stream.digest() == Digest.sha256(whole))
        #expect(fork.digest() == Digest.sha256(Bytes(whole[..<8])))
        #expect(Digest.sha256(concatenating: Bytes(whole[..<9]), [], Bytes(whole[9...])) == Digest.sha256(whole))
        var number = SHA256Stream()
        number.update(bigEndian: 0x0102_0304_0506_0708)
        #expect(number.digest() == Digest.sha256([1, 2, 3, 4, 5, 6, 7, 8]))
    }
}
