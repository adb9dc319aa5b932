/// Numbers, amounts and quotations as people read them.
public enum Wording {
    /// An integer with commas: `1,234,567`.
    public static func count(_ value: some BinaryInteger) -> String {
        let digits = String(value.magnitude)
        var grouped = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { grouped.append(",") }
            grouped.append(digit)
        }
        return (value < 0 ? "-" : "") + grouped
    }

    /// An amount of upokt in POKT without needless zeros: `4,999.25`.
    public static func pokt(_ upokt: Int64) -> String {
        let whole = upokt.magnitude / 1_000_000
        let rest = String(upokt.magnitude % 1_000_000)
        var fraction = String(repeating: "0", count: 6 - rest.count) + rest
        while fraction.last == "0" { fraction.removeLast() }
        return (upokt < 0 ? "-" : "") + count(whole) + (fraction.isEmpty ? "" : ".\(fraction)")
    }

    /// A change of an amount in POKT with its sign: `+12.5`, `-320`.
    public static func change(_ upokt: Int64) -> String { (upokt > 0 ? "+" : "") + pokt(upokt) }

    /// How many in a second, with one digit after the point below a thousand: `92.4`, `1,270`.
    public static func rate(_ number: Double, in seconds: Double) -> String {
        guard seconds > 0, number >= 0, number / seconds < 1e15 else { return "0" }
        let tenths = Int((number / seconds * 10).rounded())
        return tenths < 10_000 ? "\(tenths / 10).\(tenths % 10)" : count((tenths + 5) / 10)
    }

    /// A noun with its count: `1 relay`, `3 relays`.
    public static func counted(_ number: some BinaryInteger, _ noun: String) -> String {
        "\(count(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// A text in quotes on one line, cut after some characters.
    public static func quoted(_ text: String, limit: Int = 60) -> String {
        let line = text.split(whereSeparator: { $0.isWhitespace || $0.isNewline }).joined(separator: " ")
        // What is not printable must not reach a terminal.
        let clean = String(line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }.map(Character.init))
        return clean.count <= limit ? "“\(clean)”" : "“\(clean.prefix(limit - 1))…”"
    }
}
