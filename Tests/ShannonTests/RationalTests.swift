import BigInt
import Shannon
import Testing

@Suite("Exact fractions")
struct RationalTests {
    @Test(
        "A number is read as its shortest decimal text",
        arguments: [
            (0.1, 1, 10), (0.975, 39, 40), (0.000001, 1, 1_000_000), (1e-7, 1, 10_000_000), (1.0, 1, 1), (0, 0, 1),
            (12.5, 25, 2), (1e22, 0, 0), (-0.25, -1, 4),
        ] as [(Double, Int, Int)])
    func decimals(number: Double, numerator: Int, denominator: Int) {
        let expected = denominator == 0 ? Rational(BigInt(10).power(22)) : Rational(numerator, over: denominator)
        #expect(Rational(decimalTextOf: number) == expected)
    }

    @Test(
        "Texts that are no decimals are refused",
        arguments: [
            "", ".", "a", "1e", "1ee2", "1.2.3", "nan", "inf", "0x10", "1.-5", "1e99999999", "1. 5",
        ])
    func refused(text: String) {
        #expect(Rational(decimalText: text) == nil)
    }

    @Test("What is not finite counts as zero")
    func notFinite() {
        #expect(Rational(decimalTextOf: .nan) == .zero)
        #expect(Rational(decimalTextOf: .infinity) == .zero)
    }

    @Test(
        "Floor and ceiling go down and up, below zero too",
        arguments: [
            (7, 2, 3, 4), (-7, 2, -4, -3), (6, 2, 3, 3), (-6, 2, -3, -3), (0, 5, 0, 0), (1, -3, -1, 0),
        ])
    func rounding(numerator: Int, denominator: Int, floor: Int, ceil: Int) throws {
        let value = try #require(Rational(numerator, over: denominator))
        #expect(value.floor == BigInt(floor))
        #expect(value.ceil == BigInt(ceil))
    }

    @Test("Arithmetic is exact and in lowest terms")
    func arithmetic() throws {
        let (third, sixth) = try (#require(Rational(1, over: 3)), #require(Rational(-2, over: -12)))
        #expect(third + sixth == Rational(1, over: 2))
        #expect(third - sixth == sixth)
        #expect(third * sixth == Rational(1, over: 18))
        #expect(third / sixth == 2)
        #expect(sixth < third && !(third < sixth))
        #expect("\(third + sixth)" == "1/2" && "\(third / sixth)" == "2")
        #expect(Rational(1, over: 0) == nil)
    }
}
