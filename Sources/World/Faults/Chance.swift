import Shannon

/// How likely something is, in millionths, so that no float decides what happens.
public struct Chance: Hashable, Codable, Sendable {
    /// 0 to 1,000,000.
    public let millionths: UInt32

    /// A chance of so many millionths; more than a million count as a million.
    public init(millionths: UInt32) { self.millionths = min(millionths, 1_000_000) }

    /// The chance of a fraction of 0 to 1, rounded to millionths; nil for any other number.
    public init?(_ fraction: Double) {
        guard (0...1).contains(fraction) else { return nil }
        self.init(millionths: UInt32((fraction * 1_000_000).rounded()))
    }

    /// It does not happen.
    public static let never = Chance(millionths: 0)
    /// It always happens.
    public static let always = Chance(millionths: 1_000_000)

    /// Draws whether it happens now; draws nothing where that is certain.
    func occurs(_ random: inout SeededGenerator) -> Bool {
        guard millionths > 0 else { return false }
        guard millionths < 1_000_000 else { return true }
        return random.next(upperBound: UInt64(1_000_000)) < UInt64(millionths)
    }
}
