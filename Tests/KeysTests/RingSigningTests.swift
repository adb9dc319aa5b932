import Testing

@testable import Keys

@Suite("Signing as a member of a ring")
struct RingSigningTests {
    let first = PrivateKey.derived(seed: 7, name: "app1")
    let second = PrivateKey.derived(seed: 7, name: "gateway1")
    let stranger = PrivateKey.derived(seed: 7, name: "gateway2")
    let message = Digest.sha256([1, 2, 3])

    var ring: [PublicKey] { [first.publicKey, second.publicKey] }

    @Test("Each member's signature verifies and carries that member's image")
    func members() throws {
        for signer in [first, second] {
            let signature = try RingSignature.sign(message: message, ring: ring, signer: signer, context: [9])
            #expect(signature.verifies(message))
            #expect(!signature.verifies(Digest.sha256([])))
            #expect(signature.keyImage == signer.keyImage)
            #expect(signature.bytes.count == 69 + 65 * 2)
        }
    }

    @Test("The same inputs give the same signature, another context or ring gives another")
    func derivedNonces() throws {
        let signature = try RingSignature.sign(message: message, ring: ring, signer: first, context: [1])
        let again = try RingSignature.sign(message: message, ring: ring, signer: first, context: [1])
        let other = try RingSignature.sign(message: message, ring: ring, signer: first, context: [2])
        #expect(signature == again)
        #expect(signature != other)
        #expect(other.verifies(message))
        #expect(signature.isLinked(to: other))
        var one = DerivedNonces(key: first, message: message, ring: ring, context: [1])
        var two = DerivedNonces(key: first, message: message, ring: ring.reversed(), context: [1])
        let draws = [one.next(), one.next(), two.next(), two.next()]
        #expect(Set(draws).count == 4)
    }

    @Test("No challenge of a derived signature has a leading zero byte, so both curve backends accept it")
    func noShiftedChallenge() throws {
        // About one in 128 has one by chance.
        for number in UInt16(0)..<400 {
            let context = withUnsafeBytes(of: number) { Bytes($0) }
            let signature = try RingSignature.sign(message: message, ring: ring, signer: first, context: context)
            #expect(signature.verifies(message))
            let image = try #require(FixedBase.of(PublicKey(signature.keyImage)))
            var challenge = signature.firstChallenge
            for (key, response) in zip(signature.keys, signature.responses) {
                let step = try #require(RingMember(key)).step(response: response, challenge: challenge, image: image)
                let next = RingChallenge(message: message, left: step.left, right: step.right)
                #expect(!next.isShifted)
                challenge = next.scalar
            }
        }
    }

    @Test("Strangers, lonely signers, long messages and zero nonces are refused")
    func refusals() {
        #expect(throws: KeyError.self) {
            try RingSignature.sign(message: message, ring: ring, signer: stranger, context: [])
        }
        #expect(throws: KeyError.self) {
            try RingSignature.sign(message: message, ring: [first.publicKey], signer: first, context: [])
        }
        #expect(throws: KeyError.self) {
            try RingSignature.sign(message: message + [0], ring: ring, signer: first, context: [])
        }
        #expect(throws: KeyError.self) {
            try RingSignature.sign(message: message, ring: ring, signer: first) { Bytes(repeating: 0, count: 32) }
        }
    }

    @Test("A claim of four billion members is refused before anything is read")
    func hugeCount() {
        #expect(throws: KeyError.self) { try RingSignature(Bytes(repeating: 0xff, count: 4)) }
        #expect(throws: KeyError.self) { try RingSignature(Bytes(repeating: 0xff, count: 300)) }
    }

    @Test("A response of zero is a number like any other")
    func zeroResponse() throws {
        var draws = [Bytes(repeating: 5, count: 32), Bytes(repeating: 0, count: 32)]
        let signature = try RingSignature.sign(message: message, ring: ring, signer: first) { draws.removeFirst() }
        #expect(signature.bytes[134..<166].allSatisfy { $0 == 0 })
        #expect(signature.verifies(message))
        #expect(try RingSignature(signature.bytes).verifies(message))
    }

    @Test("Without gateways the placeholder comes first, and the application signs beside it")
    func placeholderRing() throws {
        let ring = Ring.members(application: first.publicKey, gateways: [])
        #expect(ring == [Ring.placeholder, first.publicKey])
        let signature = try RingSignature.sign(message: message, ring: ring, signer: first, context: [])
        #expect(signature.isWithin(ring))
        #expect(!signature.isWithin([first.publicKey]))
    }
}
