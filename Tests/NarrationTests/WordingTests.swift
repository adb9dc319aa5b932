import Foundation
import Narration
import Testing

@Suite("Words and figures")
struct WordingTests {
    @Test(
        "Amounts are in POKT without needless zeros",
        arguments: [
            (0, "0"), (1, "0.000001"), (1_000_000, "1"), (4_999_250_000, "4,999.25"), (-320_000_000, "-320"),
            (999_999_999_999_999_999, "999,999,999,999.999999"), (Int64.min, "-9,223,372,036,854.775808"),
        ] as [(Int64, String)])
    func pokt(upokt: Int64, text: String) {
        #expect(Wording.pokt(upokt) == text)
    }

    @Test("A quotation is one short line that a terminal can show")
    func quoted() {
        #expect(Wording.quoted("one\n two\tthree") == "“one two three”")
        #expect(Wording.quoted("\u{1b}[31mred") == "“[31mred”")
        #expect(Wording.quoted(String(repeating: "ä", count: 70), limit: 10) == "“äääääääää…”")
    }

    @Test("A plural follows its count")
    func plural() {
        #expect(Wording.counted(1, "relay") == "1 relay")
        #expect(Wording.counted(1_200, "relay") == "1,200 relays")
    }

    @Test("A table is as wide as its widest cells, numbers to the right")
    func table() {
        var table = TextTable([.text("name"), .number("n")])
        table.append(["a", "1"])
        table.append(["long name", "1,000"])
        #expect(
            table.lines(.plain) == [
                "  name           n",
                "  a              1",
                "  long name  1,000",
            ])
    }

    @Test("Without colour there are no escape sequences, with it the words stay")
    func style() {
        #expect(Style.plain.bad("x") == "x")
        #expect(Style(isColoured: true).bad("x").contains("x"))
        #expect(Style(isColoured: true).bad("") == "")
    }

    @Test("Every text survives JSON")
    func json() throws {
        let text = "quote \" backslash \\ newline \n bell \u{7} ü 🙂"
        let line = JSONLine(
            type: "x", ["text": .text(text), "none": .null, "list": .list([.flag(true), .integer(-1)])])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.text.utf8)) as? [String: Any])
        #expect(object["text"] as? String == text)
        #expect(object["none"] is NSNull)
        #expect((object["list"] as? [Any])?.count == 2)
        #expect(line.text.hasPrefix("{\"v\":1,\"type\":\"x\","))
    }
}
