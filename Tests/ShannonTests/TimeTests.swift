import Shannon
import Testing

@Suite("The network's time")
struct TimeTests {
    @Test("Moments and spans are held at the ends of their range")
    func saturation() {
        let (first, last) = (Instant(nanoseconds: .min), Instant(nanoseconds: .max))
        #expect(last.advanced(by: .seconds(1)) == last)
        #expect(first.advanced(by: .seconds(-1)) == first)
        #expect(last.since(first) == Span(nanoseconds: .max))
        #expect(first.since(last) == Span(nanoseconds: .min))
        #expect(Span.seconds(.max) == Span(nanoseconds: .max))
        #expect(Span.milliseconds(.min) == Span(nanoseconds: .min))
    }

    @Test("Units are thousands of each other")
    func units() {
        #expect(Span.seconds(2) == .milliseconds(2_000) && Span.milliseconds(3) == .microseconds(3_000))
        let moment = Instant.genesis.advanced(by: .seconds(3))
        #expect(moment.since(.genesis) == .seconds(3) && Instant.genesis.since(moment) == .seconds(-3))
    }
}
