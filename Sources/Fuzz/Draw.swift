import Shannon
import World

/// Draws of a seed's stream, in the words of whoever draws.
struct Draw {
    private var random: SeededGenerator

    init(seed: UInt64, purpose: String) { random = SeededGenerator(seed: seed, purpose: purpose) }

    mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }
    mutating func count(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func unsigned(_ range: ClosedRange<UInt64>) -> UInt64 { UInt64.random(in: range, using: &random) }

    /// True once in so many times.
    mutating func once(in times: UInt64) -> Bool { random.next(upperBound: times) == 0 }

    mutating func one<Element>(of list: [Element]) -> Element? {
        list.isEmpty ? nil : list[Int(random.next(upperBound: UInt64(list.count)))]
    }

    mutating func milliseconds(_ range: ClosedRange<Int64>) -> Span { .milliseconds(number(range)) }

    /// A chance of up to a third.
    mutating func chance() -> Chance { Chance(millionths: UInt32(number(10_000...330_000))) }
}
