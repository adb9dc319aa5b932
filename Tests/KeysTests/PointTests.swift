import Testing

@testable import Keys

@Suite("Arithmetic on the curve, at its edges")
struct PointTests {
    let scalar = Scalar(reducing: Digest.sha256([1]))
    let other = Scalar(reducing: Digest.sha256([2]))

    @Test("Opposite points add up to infinity, which is written as 02 and zeros")
    func infinity() {
        let point = Point.base(scalar)
        let sum = point.plus(Point.base(scalar.negated))
        #expect(sum.compressed.hex == "02" + String(repeating: "00", count: 32))
        #expect(point.times(.zero).compressed == sum.compressed)
        #expect(point.secretMultiple(.zero).compressed == sum.compressed)
        #expect(sum.times(scalar).compressed == sum.compressed)
        #expect(sum.plus(point).compressed == point.compressed)
        #expect(point.plus(sum).compressed == point.compressed)
        #expect(Point(compressed: sum.compressed) == nil)
    }

    @Test("The constant-time multiple is the same point as the quick one")
    func secretMultiple() {
        let point = Point.base(scalar)
        #expect(point.secretMultiple(other).compressed == point.times(other).compressed)
        #expect(point.times(other).compressed == Point.base(scalar.times(other)).compressed)
        #expect(point.plus(Point.base(other)).compressed == Point.base(scalar.plus(other)).compressed)
    }

    @Test("Sums of multiples are the same before and after their points have tables")
    func fixedBases() {
        let (left, right) = (FixedBase(Point.base(scalar)), FixedBase(Point.base(other)))
        let edges = [
            Scalar.zero, Scalar(reducing: [1]), Scalar(reducing: [1]).negated, Scalar(reducing: [1, 0, 0]),
            Scalar(reducing: Bytes(repeating: 0xff, count: 31)),
        ]
        var factor = scalar
        for round in 0..<FixedBase.usesBeforeTable + 60 {
            let first = round % 3 == 0 ? edges[round % 5] : factor
            let second = round % 4 == 0 ? edges[round % 5] : factor.times(other)
            // The sum's own multiple of the base point, by another way.
            let expected = Point.base(first.times(scalar).plus(second.times(other)))
            #expect(FixedBase.sum(first, left, second, right).compressed == expected.compressed, "round \(round)")
            factor = factor.plus(scalar)
        }
        // They cancel each other out.
        let none = FixedBase.sum(other, left, scalar.negated, right)
        #expect(none.compressed == Point.infinity.compressed)
        #expect(FixedBase.sum(.zero, left, .zero, right).compressed == Point.infinity.compressed)
    }

    @Test("Numbers are taken modulo the group's order")
    func scalars() {
        #expect(Scalar(reducing: Curve.order).isZero)
        #expect(Scalar(reducing: [5]).bytes.last == 5)
        #expect(scalar.plus(scalar.negated).isZero)
        #expect(scalar.times(.zero).isZero)
        #expect(Scalar.zero.plus(scalar) == scalar)
        #expect(Scalar.zero.negated.isZero)
        // n · 2^256 + 7
        #expect(Scalar(wide: Curve.order + Bytes(repeating: 0, count: 31) + [7]) == Scalar(reducing: [7]))
    }
}
