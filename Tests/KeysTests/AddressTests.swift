import Foundation
import Keys
import Testing

@Suite("Addresses and bech32")
struct AddressTests {
    @Test(
        "Modules have the addresses that upstream's genesis shows",
        arguments: [
            ("application", "pokt1rl3gjgzexmplmds3tq3r3yk84zlwdl6djzgsvm"),
            ("supplier", "pokt1j40dzzmn6cn9kxku7a5tjnud6hv37vesr5ccaa"),
            ("gateway", "pokt1f6j7u6875p2cvyrgjr0d2uecyzah0kget9vlpl"),
            ("service", "pokt1nhmtqf4gcmpxu0p6e53hpgtwj0llmsqpxtumcf"),
            ("gov", "pokt10d07y265gmmuvt4z0w9aw880jnsr700j8yv32t"),
        ])
    func modules(name: String, text: String) {
        #expect(Address.module(name).rawValue == text)
        #expect(Address(text).isValid)
    }

    @Test(
        "Text that is no account address is kept, and is not valid",
        arguments: [
            "", "1", "pokt1", "invalid", "é1qqqqqq", "pokt1rl3gjgzexmplmds3tq3r3yk84zlwdl6djzgsvn",
            "pokt1Rl3gjgzexmplmds3tq3r3yk84zlwdl6djzgsvm", Bech32.encode(hrp: "cosmos", Bytes(0..<20)),
        ])
    func invalid(text: String) {
        let address = Address(text)
        #expect(address.rawValue == text)
        #expect(address.bytes == nil)
        #expect(address.validatorOperator == nil)
    }

    @Test("Only twenty bytes make a valid address")
    func byteCount() {
        for count in [0, 19, 21, 32] { #expect(!Address(bytes: Bytes(repeating: 1, count: count)).isValid) }
        let bytes = Bytes(0..<20)
        #expect(Address(bytes: bytes).bytes == bytes)
    }

    @Test("A validator's operator text has the same bytes as its account")
    func validator() throws {
        let address = Address(bytes: Bytes(0..<20))
        let text = try #require(address.validatorOperator)
        let decoded = try Bech32.decode(text)
        #expect(decoded.hrp == "poktvaloper")
        #expect(decoded.bytes == address.bytes)
    }

    @Test("Addresses are equal and ordered by their bytes, not by Unicode's equivalences")
    func order() {
        let composed = Address("\u{e9}")
        let decomposed = Address("e\u{301}")
        #expect(composed != decomposed)
        #expect(decomposed < composed)
        #expect(Address("6178B1") < Address("pokt1"))
        #expect(Address("a") < Address("aa"))
        #expect(!(Address("a") < Address("a")))
    }

    @Test("An address is one string in JSON, as a value and as a key")
    func codable() throws {
        let table: [Address: Address] = ["a": "b"]
        let text = String(decoding: try JSONEncoder().encode(table), as: UTF8.self)
        #expect(text == #"{"a":"b"}"#)
        #expect(try JSONDecoder().decode([Address: Address].self, from: Data(text.utf8)) == table)
    }

    @Test(
        "The valid examples of BIP-173 are read",
        arguments: [
            ("A12UEL5L", "a", ""),
            (
                "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
                "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio", ""
            ),
            (
                "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "split",
                "c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d"
            ),
        ])
    func bip173(text: String, hrp: String, hex: String) throws {
        let decoded = try Bech32.decode(text)
        #expect(decoded.hrp == hrp)
        #expect(decoded.bytes.hex == hex)
        #expect(Bech32.encode(hrp: hrp, decoded.bytes) == text.lowercased())
    }

    @Test(
        "The invalid examples of BIP-173 are refused",
        arguments: [
            "\u{20}1nwldj5", "\u{7f}1axkwrx", "\u{80}1eym55h", "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3",
            "A1G7SGD8", "10a06t8", "1qzzfhee", "A12uEL5L",
        ])
    func refused(text: String) {
        #expect(throws: KeyError.self) { try Bech32.decode(text) }
    }

    @Test("Padding that is not zero, or longer than needed, is refused despite a good checksum")
    func padding() throws {
        #expect(try Bech32.decode("pokt1lus45kwr").bytes == [0xff])
        for text in ["pokt1ladrqrn3", "pokt1luqq47khj", "pokt1qavfpx5"] {
            #expect(throws: KeyError.self) { try Bech32.decode(text) }
        }
    }

    @Test("Hexadecimal is read in either case and refused when cut or foreign")
    func hex() throws {
        #expect(try Bytes(hex: "00ffA0").hex == "00ffa0")
        #expect(throws: KeyError.self) { try Bytes(hex: "0") }
        #expect(throws: KeyError.self) { try Bytes(hex: "0g") }
    }

    @Test("Addresses are ordered and told apart by their bytes, at every length and place")
    func orderEverywhere() {
        let texts = [
            "", "a", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghj", "abcdefgh\u{e4}", "b", "pokt1z", "\u{e4}",
        ]
        for left in texts {
            for right in texts {
                let (first, second) = (Address(left), Address(right))
                #expect((first == second) == (Array(left.utf8) == Array(right.utf8)))
                #expect((first < second) == left.utf8.lexicographicallyPrecedes(right.utf8), "\(left) \(right)")
            }
        }
    }
}
