import Keys
import Testing
import VectorSupport

@Suite("Accounts from words, seeds and names")
struct AccountTests {
    @Test("Every mnemonic of upstream's genesis gives its address")
    func genesis() throws {
        let accounts = try VectorFile.json("upstream_genesis.json")["accounts"].array
        #expect(!accounts.isEmpty)
        for account in accounts {
            let key = try Mnemonic(account["mnemonic"].string).privateKey()
            let name = try account["name"].string
            #expect(try key.address.rawValue == account["address"].string, "\(name)")
        }
        print("upstream_genesis accounts: \(accounts.count) passed")
    }

    @Test(
        "Entropy becomes the words of BIP-39's own examples",
        arguments: [
            (
                "00000000000000000000000000000000",
                "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
            ),
            (
                "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f",
                "legal winner thank year wave sausage worth useful legal winner thank yellow"
            ),
            (
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo vote"
            ),
        ])
    func entropy(hex: String, text: String) throws {
        let mnemonic = try Mnemonic(entropy: Bytes(hex: hex))
        #expect(mnemonic.words.joined(separator: " ") == text)
        #expect(try Mnemonic(text).words == mnemonic.words)
    }

    @Test("A passphrase is part of the seed")
    func passphrase() throws {
        let mnemonic = try Mnemonic(entropy: Bytes(repeating: 0, count: 16))
        let beginning = "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e5349553"
        #expect(mnemonic.seed(passphrase: "TREZOR").hex.hasPrefix(beginning))
    }

    @Test(
        "Wrong counts, unknown words and a wrong checksum are refused",
        arguments: [
            "", "abandon", "abandon abandon abandon",
            "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon",
            "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon pocket",
        ])
    func refusedMnemonic(text: String) {
        #expect(throws: KeyError.self) { try Mnemonic(text) }
    }

    @Test(
        "Malformed derivation paths are refused",
        arguments: [
            "", "44'/118'", "m/", "m/x", "m/-1", "m/+1", "m/2147483648", "m//1", "m/1''",
        ])
    func refusedPath(path: String) throws {
        let mnemonic = try Mnemonic(entropy: Bytes(repeating: 1, count: 16))
        #expect(throws: KeyError.self) { try mnemonic.privateKey(path: path) }
    }

    @Test("A seed and a name always give the same key, another seed or name another")
    func derived() {
        let key = PrivateKey.derived(seed: 1, name: "app1")
        #expect(key == PrivateKey.derived(seed: 1, name: "app1"))
        #expect(key != PrivateKey.derived(seed: 2, name: "app1"))
        #expect(key != PrivateKey.derived(seed: 1, name: "app2"))
    }
}
