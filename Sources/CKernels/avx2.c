// The kernels for AVX2 with FMA: a vector is two registers.
#if defined(__x86_64__)
#include <immintrin.h>

#include "kernels.h"
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "lanes.h"

/// 16 registers hold no more than the sums of two rows.
#define MOST_ROWS 2
#define MOST_VECTORS 2

/// Four products and their sum in each lane; pairs of products are added in 16 bits, which 4-bit weights cannot fill.
INLINE __m256i dot_half(__m256i sums, __m256i quads, __m256i quad) {
    const __m256i nibble = _mm256_set1_epi8(15), ones = _mm256_set1_epi16(1);
    __m256i low = _mm256_maddubs_epi16(_mm256_and_si256(quads, nibble), quad);
    __m256i high = _mm256_maddubs_epi16(_mm256_and_si256(_mm256_srli_epi16(quads, 4), nibble), quad);
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(low, ones));
    return _mm256_add_epi32(sums, _mm256_slli_epi32(_mm256_madd_epi16(high, ones), 4));
}

INLINE ints dot_quad(ints sums, octets quads, const int8_t *quad) {
    int32_t word;
    memcpy(&word, quad, sizeof word);
    __m256i halves[2], weights[2];
    memcpy(halves, &sums, sizeof sums);
    memcpy(weights, &quads, sizeof quads);
    for (int half = 0; half < 2; half++) halves[half] = dot_half(halves[half], weights[half], _mm256_set1_epi32(word));
    memcpy(&sums, halves, sizeof sums);
    return sums;
}

INLINE octets upper_halves(octets pairs) { return pairs >> 4; }

INLINE floats widen(const uint16_t *halves) {
    __m256 parts[2] = {
        _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)halves)),
        _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(halves + 8)))};
    floats vector;
    memcpy(&vector, parts, sizeof vector);
    return vector;
}

INLINE void narrow(floats vector, uint16_t *halves) {
    __m256 parts[2];
    memcpy(parts, &vector, sizeof vector);
    for (int part = 0; part < 2; part++)
        _mm_storeu_si128((__m128i *)(halves + 8 * part), _mm256_cvtps_ph(parts[part], _MM_FROUND_TO_NEAREST_INT));
}

#include "rows.h"
#include "product.h"
#include "attention.h"

const ck_kernels ck_avx2 = {"avx2", multiply, normalize, quantize, gate_up, remember, attend};
#pragma clang attribute pop
#endif
