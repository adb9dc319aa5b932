// What the files of this target share.
#pragma once
#include <string.h>

#include "CKernels.h"

extern const ck_kernels ck_avx512vnni;
extern const ck_kernels ck_avx2;
extern const ck_kernels ck_scalar;

/// The most numbers of a head that the attention has room for.
#define MOST_WIDTH CK_MOST_HEAD_WIDTH

/// A 16-bit float as a 32-bit one.
static inline float ck_widen(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31, fraction = half & 0x3ff;
    float value;
    if (exponent == 0) {
        value = (float)fraction * 0x1p-24f;
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        bits |= sign;
        memcpy(&value, &bits, sizeof bits);
        return value;
    }
    uint32_t bits = sign | (exponent == 31 ? 0x7f800000 : (exponent + 112) << 23) | fraction << 13;
    memcpy(&value, &bits, sizeof bits);
    return value;
}

/// The nearest 16-bit float, ties to even.
static inline uint16_t ck_narrow(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    bits &= 0x7fffffff;
    if (bits > 0x7f800000) return sign | 0x7e00 | (uint16_t)(bits >> 13 & 0x1ff);
    if (bits >= 0x47800000) return sign | 0x7c00;
    if (bits < 0x38800000) {
        // The sum's last bit is worth 2^-24, so that the addition rounds to a subnormal's fraction.
        float size;
        memcpy(&size, &bits, sizeof size);
        size += 0.5f;
        memcpy(&bits, &size, sizeof bits);
        return sign | (uint16_t)(bits - 0x3f000000);
    }
    uint32_t rounded = bits + 0xfff + (bits >> 13 & 1);
    // May carry into infinity, as it should.
    return sign | (uint16_t)((rounded - 0x38000000) >> 13);
}
