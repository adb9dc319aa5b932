/// Eight floats from an address.
@inline(__always)
func eight(_ address: UnsafePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(address).loadUnaligned(as: SIMD8<Float>.self)
}

/// Writes eight floats to an address.
@inline(__always)
func store(_ values: SIMD8<Float>, at address: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(address).storeBytes(of: values, as: SIMD8<Float>.self)
}

/// Σ left[i] · right[i], in eight partial sums of a fixed order.
func dot(_ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ count: Int) -> Float {
    var sums = SIMD8<Float>.zero
    let whole = count / 8 * 8
    for place in stride(from: 0, to: whole, by: 8) {
        sums += eight(left + place) * eight(right + place)
    }
    var sum = sums.sum()
    for place in whole..<count { sum += left[place] * right[place] }
    return sum
}

/// e^x within 2 units in the last place, the same bits on every machine: 0 below -87, e^88 above 88.
@inline(__always)
func exponential(_ x: SIMD8<Float>) -> SIMD8<Float> {
    let clamped = pointwiseMin(pointwiseMax(x, SIMD8(repeating: -87)), SIMD8(repeating: 88))
    // x = n · ln 2 + rest; adding 1.5 · 2^23 leaves the integer n in the last bits.
    let shifter: Float = 12_582_912
    let shifted = clamped * 1.442_695_04 + shifter
    let whole = shifted - shifter
    let rest = (clamped - whole * 0.693_145_75) - whole * 1.428_606_8e-6
    var power = rest * 1.987_569_1e-4 + 1.398_199_9e-3
    power = power * rest + 8.333_452e-3
    power = power * rest + 4.166_579_6e-2
    power = power * rest + 0.166_666_65
    power = power * rest + 0.5
    power = power * rest * rest + rest + 1
    let exponent = SIMD8<UInt32>(truncatingIfNeeded: unsafeBitCast(shifted, to: SIMD8<UInt32>.self)) &<< 23
    let bits = unsafeBitCast(power, to: SIMD8<UInt32>.self) &+ exponent
    return unsafeBitCast(bits, to: SIMD8<Float>.self).replacing(with: 0, where: x .< -87)
}
