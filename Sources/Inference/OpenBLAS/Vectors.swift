/// Σ left[i] · right[i], in eight partial sums of a fixed order.
func dot(_ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ count: Int) -> Float {
    var sums = SIMD8<Float>.zero
    let whole = count / 8 * 8
    for place in stride(from: 0, to: whole, by: 8) {
        sums +=
            UnsafeRawPointer(left + place).loadUnaligned(as: SIMD8<Float>.self)
            * UnsafeRawPointer(right + place).loadUnaligned(as: SIMD8<Float>.self)
    }
    var sum = sums.sum()
    for place in whole..<count { sum += left[place] * right[place] }
    return sum
}
