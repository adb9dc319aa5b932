// The kernels for any processor, and what the others are tested against.
#include "kernels.h"
#include "lanes.h"

#define MOST_ROWS 1
#define MOST_VECTORS 1

INLINE ints dot_quad(ints sums, octets quads, const int8_t *quad) {
    for (int lane = 0; lane < LANES; lane++)
        for (int place = 0; place < 4; place++) sums[lane] += (int32_t)quads[4 * lane + place] * quad[place];
    return sums;
}

INLINE octets upper_halves(octets pairs) { return pairs >> 4; }

INLINE floats widen(const uint16_t *halves) {
    floats vector;
    for (int lane = 0; lane < LANES; lane++) vector[lane] = ck_widen(halves[lane]);
    return vector;
}

INLINE void narrow(floats vector, uint16_t *halves) {
    for (int lane = 0; lane < LANES; lane++) halves[lane] = ck_narrow(vector[lane]);
}

#include "rows.h"
#include "product.h"
#include "attention.h"

const ck_kernels ck_scalar = {"scalar", multiply, normalize, quantize, gate_up, remember, attend};
