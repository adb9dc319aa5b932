public import BigInt

/// An exact fraction, always in lowest terms with a positive denominator (Go's `big.Rat`).
public struct Rational: Hashable, Sendable {
    /// Above the line, with the sign.
    public let numerator: BigInt
    /// Below the line, positive.
    public let denominator: BigInt

    /// 0.
    public static let zero = Rational(0)
    /// 1.
    public static let one = Rational(1)

    /// A whole number.
    public init(_ value: some BinaryInteger) {
        numerator = BigInt(value)
        denominator = 1
    }

    /// A fraction; nil when the denominator is zero.
    public init?(_ numerator: some BinaryInteger, over denominator: some BinaryInteger) {
        guard denominator != 0 else { return nil }
        self.init(reducing: BigInt(numerator), BigInt(denominator))
    }

    /// What a decimal text says, such as `0.1`, `12` or `1e-06`; nil when it is none.
    public init?(decimalText text: String) {
        let parts = text.lowercased().split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = mantissa.count == 2 ? mantissa[1] : ""
        guard let exponent = parts.count == 2 ? Int(parts[1]) : 0, abs(exponent) <= 4096,
            fraction.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let digits = BigInt(mantissa[0] + fraction, radix: 10)
        else { return nil }
        let shift = exponent - fraction.utf8.count
        self.init(reducing: digits * BigInt(10).power(max(0, shift)), BigInt(10).power(max(0, -shift)))
    }

    /// The fraction that a number's shortest decimal text says: 0.1 is 1/10 (`pkg/encoding` `Float64ToRat`).
    ///
    /// What is not finite counts as zero; parameters are checked before they get here.
    public init(decimalTextOf number: Double) {
        self = Rational(decimalText: "\(number)") ?? .zero
    }

    private init(reducing numerator: BigInt, _ denominator: BigInt) {
        let divisor = numerator.greatestCommonDivisor(with: denominator)
        let sign: BigInt = denominator.sign == .minus ? -1 : 1
        self.numerator = numerator / divisor * sign
        self.denominator = denominator / divisor * sign
    }

    /// The largest integer that is not above.
    public var floor: BigInt {
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        return remainder.sign == .minus ? quotient - 1 : quotient
    }

    /// The smallest integer that is not below.
    public var ceil: BigInt { -Rational(reducing: -numerator, denominator).floor }

    /// The number in decimal digits, cut after so many places (Cosmos `LegacyDec`): 1/10 in 18 is
    /// `0.100000000000000000`.
    public func decimalText(places: Int) -> String {
        let places = max(0, places)
        let scaled = self * Rational(BigInt(10).power(places))
        let cut = "\(scaled.numerator.magnitude / scaled.denominator.magnitude)"
        let digits = String(repeating: "0", count: max(0, places + 1 - cut.count)) + cut
        let sign = numerator.sign == .minus ? "-" : ""
        return sign + digits.dropLast(places) + (places > 0 ? "." + digits.suffix(places) : "")
    }

    /// The exact sum.
    public static func + (left: Rational, right: Rational) -> Rational {
        Rational(
            reducing: left.numerator * right.denominator + right.numerator * left.denominator,
            left.denominator * right.denominator)
    }

    /// The exact difference.
    public static func - (left: Rational, right: Rational) -> Rational {
        left + Rational(reducing: -right.numerator, right.denominator)
    }

    /// The exact product.
    public static func * (left: Rational, right: Rational) -> Rational {
        Rational(reducing: left.numerator * right.numerator, left.denominator * right.denominator)
    }

    /// The quotient; the divisor must not be zero, as with integers.
    public static func / (left: Rational, right: Rational) -> Rational {
        precondition(right.numerator != 0, "division of a rational by zero")
        return Rational(reducing: left.numerator * right.denominator, left.denominator * right.numerator)
    }
}

extension Rational: Comparable {
    public static func < (left: Rational, right: Rational) -> Bool {
        left.numerator * right.denominator < right.numerator * left.denominator
    }
}

extension Rational: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self.init(value) }
}

extension Rational: CustomStringConvertible {
    public var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
}
