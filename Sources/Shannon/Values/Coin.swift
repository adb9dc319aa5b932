/// An amount of one denomination; every amount of the protocol is in `upokt` (1 POKT = 1,000,000 upokt).
///
/// Amounts are signed so that an invalid negative amount in a message can be refused rather than trap.
public struct Coin: Hashable, Codable, Sendable {
    /// The denomination, normally `upokt`.
    public var denom: String
    /// The amount in units of the denomination.
    public var amount: Int64

    /// The denomination of stakes, fees, rewards and penalties (`app/pocket/constants.go`).
    public static let upoktDenom = "upokt"

    /// An amount of a denomination, of any sign.
    public init(denom: String, amount: Int64) {
        self.denom = denom
        self.amount = amount
    }

    /// An amount in upokt.
    public static func upokt(_ amount: Int64) -> Coin { Coin(denom: upoktDenom, amount: amount) }

    /// Reads Cosmos notation such as `83900upokt`; nil when it is not an integer followed by a denomination.
    public init?(parsing text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "-" }
        guard let amount = Int64(digits), digits.count < text.count else { return nil }
        self.init(denom: String(text.dropFirst(digits.count)), amount: amount)
    }

    /// Whether this is a positive amount of upokt.
    public var isPositiveUpokt: Bool { denom == Coin.upoktDenom && amount > 0 }
}

extension Coin: CustomStringConvertible {
    /// Cosmos notation, for example `83900upokt`.
    public var description: String { "\(amount)\(denom)" }
}
