// The kernels for AVX-512 with VNNI: a vector is one register, and four products and their sum one instruction.
#if defined(__x86_64__)
#include <immintrin.h>

#include "kernels.h"
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,fma,f16c"))), apply_to = function)
#include "lanes.h"

/// Rows of a batch in a tile: 8 sums of integers, 8 of floats and 8 quads of weights in 32 registers.
#define MOST_ROWS 8
/// Queries in a tile of attention: 24 sums and 4 vectors of keys or values.
#define MOST_VECTORS 6

INLINE ints dot_quad(ints sums, octets quads, const int8_t *quad) {
    int32_t word;
    memcpy(&word, quad, sizeof word);
    return (ints)_mm512_dpbusd_epi32((__m512i)sums, (__m512i)quads, _mm512_set1_epi32(word));
}

INLINE octets upper_halves(octets pairs) {
    return (octets)_mm512_and_si512(_mm512_srli_epi16((__m512i)pairs, 4), _mm512_set1_epi8(15));
}

INLINE floats widen(const uint16_t *halves) {
    return (floats)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)halves));
}

INLINE void narrow(floats vector, uint16_t *halves) {
    _mm256_storeu_si256((__m256i *)halves, _mm512_cvtps_ph((__m512)vector, _MM_FROUND_TO_NEAREST_INT));
}

#include "rows.h"
#include "product.h"
#include "attention.h"

const ck_kernels ck_avx512vnni = {"avx512vnni", multiply, normalize, quantize, gate_up, remember, attend};
#pragma clang attribute pop
#endif
