import Foundation
import Keys
import Testing

private let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
private let generator = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"

@Suite("Public and private keys")
struct KeyTests {
    @Test("The private key one has the generator as its public key")
    func one() throws {
        let key = try PrivateKey(Bytes(repeating: 0, count: 31) + [1])
        #expect(key.publicKey.bytes.hex == generator)
    }

    @Test(
        "Zero, the group's order and other lengths are no private keys",
        arguments: [
            String(repeating: "00", count: 32), order, String(repeating: "ff", count: 32), "01", "",
        ])
    func refusedPrivate(hex: String) throws {
        let bytes = try Bytes(hex: hex)
        #expect(throws: KeyError.self) { try PrivateKey(bytes) }
    }

    @Test(
        "Other lengths and prefixes, x beyond the prime and x off the curve are no public keys",
        arguments: [
            "", "02", "04" + String(generator.dropFirst(2)), "00" + String(repeating: "00", count: 32),
            "02" + String(repeating: "ff", count: 32), "02" + String(repeating: "00", count: 31) + "05",
            generator + "00",
        ])
    func refusedPublic(hex: String) throws {
        let bytes = try Bytes(hex: hex)
        #expect(throws: KeyError.self) { try PublicKey(bytes) }
    }

    @Test("Neither printing nor dumping shows a private key")
    func secrecy() {
        let key = PrivateKey.derived(seed: 3, name: "supplier1")
        var text = "\(key) \(String(reflecting: key)) \(String(describing: [key]))"
        dump(key, to: &text)
        #expect(!text.contains(key.bytes.hex))
        #expect(!text.contains(key.bytes.description))
        #expect(text.contains(key.address.rawValue))
    }

    @Test("Keys survive encoding, and a bad key does not decode")
    func codable() throws {
        let key = PrivateKey.derived(seed: 3, name: "supplier1")
        let encoded = try JSONEncoder().encode([key])
        #expect(try JSONDecoder().decode([PrivateKey].self, from: encoded) == [key])
        let encodedPublic = try JSONEncoder().encode([key.publicKey])
        #expect(String(decoding: encodedPublic, as: UTF8.self) == "[\"\(key.publicKey)\"]")
        #expect(try JSONDecoder().decode([PublicKey].self, from: encodedPublic) == [key.publicKey])
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode([PublicKey].self, from: Data("[\"0200\"]".utf8))
        }
    }
}
