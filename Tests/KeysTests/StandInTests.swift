import Testing

@testable import Keys

@Suite("Stand-in signatures")
struct StandInTests {
    private let keys = ["a", "b"].map { PrivateKey.standIn(seed: 1, name: $0) }
    private let message = Digest.sha256([1, 2, 3])

    @Test("a stand-in signs and verifies like a key, in the same lengths")
    func signature() {
        let signature = keys[0].sign(message)
        #expect(signature.count == 64)
        #expect(keys[0].publicKey.bytes.count == PublicKey.byteCount)
        #expect(keys[0].publicKey.verifies(signature: signature, of: message))
        #expect(!keys[1].publicKey.verifies(signature: signature, of: message))
        #expect(!keys[0].publicKey.verifies(signature: signature, of: [9]))
    }

    @Test("a ring of stand-ins signs, reads back and verifies")
    func ring() throws {
        let ring = keys.map(\.publicKey)
        let signature = try RingSignature.sign(message: message, ring: ring, signer: keys[1], context: [7])
        let read = try RingSignature(signature.bytes)
        #expect(read == signature)
        #expect(read.verifies(message))
        #expect(!read.verifies(Digest.sha256([4])))
        let other = try RingSignature.sign(message: message, ring: ring, signer: keys[1], context: [8])
        #expect(other.bytes != signature.bytes)
        #expect(other.isLinked(to: signature))
        var bytes = signature.bytes
        bytes[bytes.count - 41] ^= 1
        #expect(try !RingSignature(bytes).verifies(message))
    }

    @Test("a stand-in is no public key from outside")
    func refused() {
        #expect(throws: KeyError.self) { try PublicKey(keys[0].publicKey.bytes) }
        #expect(keys[0].publicKey.isStandIn)
        #expect(!PrivateKey.derived(seed: 1, name: "a").publicKey.isStandIn)
    }
}
