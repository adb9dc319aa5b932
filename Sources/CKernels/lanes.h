// What the kernels are written in: vectors of 16 lanes, whatever the registers of the processor. Each set of kernels
// includes this after it has defined `dot_quad`, `widen` and `narrow` for its instructions.
#pragma once
#include <math.h>
#include <string.h>

#include "CKernels.h"

// A product and a sum are one rounding only where `fused` says so.
#pragma STDC FP_CONTRACT OFF
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))
#define LANES 16

typedef float floats __attribute__((ext_vector_type(16)));
typedef int32_t ints __attribute__((ext_vector_type(16)));
typedef int8_t small_ints __attribute__((ext_vector_type(16)));
typedef uint8_t octets __attribute__((ext_vector_type(64)));

INLINE floats load(const float *from) {
    floats vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

INLINE void store(float *to, floats vector) { memcpy(to, &vector, sizeof vector); }

/// The first lanes from memory, the others zero.
INLINE floats load_part(const float *from, size_t count) {
    if (count >= LANES) return load(from);
    float padded[LANES] = {0};
    for (size_t lane = 0; lane < count; lane++) padded[lane] = from[lane];
    return load(padded);
}

INLINE void store_part(float *to, floats vector, size_t count) {
    if (count >= LANES) {
        store(to, vector);
        return;
    }
    float padded[LANES];
    store(padded, vector);
    for (size_t lane = 0; lane < count; lane++) to[lane] = padded[lane];
}

/// a · b + c, rounded once.
INLINE floats fused(floats a, floats b, floats c) { return __builtin_elementwise_fma(a, b, c); }

INLINE floats greater(floats a, floats b) { return a > b ? a : b; }

/// The sum of all lanes, as a tree: neighbours at distance 8 first.
INLINE float sum(floats vector) {
    float parts[LANES];
    store(parts, vector);
    for (size_t distance = LANES / 2; distance > 0; distance /= 2)
        for (size_t lane = 0; lane < distance; lane++) parts[lane] += parts[lane + distance];
    return parts[0];
}

INLINE float greatest(floats vector) {
    float parts[LANES];
    store(parts, vector);
    for (size_t distance = LANES / 2; distance > 0; distance /= 2)
        for (size_t lane = 0; lane < distance; lane++)
            parts[lane] = parts[lane] > parts[lane + distance] ? parts[lane] : parts[lane + distance];
    return parts[0];
}

/// The nearest whole number, ties to even, of lanes below 2^22.
INLINE floats nearest(floats vector) {
    const float shift = 0x1.8p23f;
    return (vector + shift) - shift;
}

INLINE ints whole(floats vector) { return __builtin_convertvector(vector, ints); }

/// e^x within 2·10⁻⁷ of its value; below -87.3 the least normal number's power, above 88 that of 88.
INLINE floats exponential(floats x) {
    x = x > -87.3f ? x : (floats)-87.3f;
    x = x < 88.0f ? x : (floats)88.0f;
    floats power = nearest(x * 0x1.715476p0f);
    // ln 2 in two parts, so that the rest is exact to the last bit.
    floats rest = fused(power, (floats)-0x1.62e4p-1f, x);
    rest = fused(power, (floats)-0x1.7f7d1cp-20f, rest);
    floats series = (floats)(1.0f / 5040);
    series = fused(series, rest, (floats)(1.0f / 720));
    series = fused(series, rest, (floats)(1.0f / 120));
    series = fused(series, rest, (floats)(1.0f / 24));
    series = fused(series, rest, (floats)(1.0f / 6));
    series = fused(series, rest, (floats)0.5f);
    series = fused(series, rest, (floats)1.0f);
    series = fused(series, rest, (floats)1.0f);
    ints bits = (whole(power) + 127) << 23;
    floats factor;
    memcpy(&factor, &bits, sizeof factor);
    return series * factor;
}
