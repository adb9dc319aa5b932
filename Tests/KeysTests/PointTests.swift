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
        #expect(point.plusBase(scalar.negated).compressed == sum.compressed)
        #expect(point.times(.zero).compressed == sum.compressed)
        #expect(point.secretMultiple(.zero).compressed == sum.compressed)
        #expect(sum.times(scalar).compressed == sum.compressed)
        #expect(sum.plus(point).compressed == point.compressed)
        #expect(point.plus(sum).compressed == point.compressed)
        #expect(sum.plusBase(scalar).compressed == point.compressed)
        #expect(Point(compressed: sum.compressed) == nil)
    }

    @Test("The constant-time multiple is the same point as the quick one")
    func secretMultiple() {
        let point = Point.base(scalar)
        #expect(point.secretMultiple(other).compressed == point.times(other).compressed)
        #expect(point.times(other).compressed == Point.base(scalar.times(other)).compressed)
        #expect(point.plusBase(other).compressed == Point.base(scalar.plus(other)).compressed)
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
