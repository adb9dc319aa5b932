// Kernels that work on one row at a time: norm, conversion to integers, gate.
#pragma once

static void normalize(const float *row, const float *weights, size_t width, float epsilon, float *output) {
    floats squares = 0;
    for (size_t place = 0; place < width; place += LANES) {
        floats part = load_part(row + place, width - place);
        squares = fused(part, part, squares);
    }
    float scale = 1 / sqrtf(sum(squares) / (float)width + epsilon);
    for (size_t place = 0; place < width; place += LANES) {
        floats scaled = load_part(row + place, width - place) * scale;
        store_part(output + place, scaled * load_part(weights + place, width - place), width - place);
    }
}

INLINE int32_t integer_sum(ints vector) { return __builtin_reduce_add(vector); }

static void quantize(const float *values, size_t count, bool is_exact, ck_block *blocks) {
    // The greatest number whose high part is an int8 with the low part rounded into it.
    const float most = is_exact ? 32512 : 127;
    for (size_t index = 0; index < count / 32; index++) {
        ck_block *block = blocks + index;
        floats parts[2] = {load(values + 32 * index), load(values + 32 * index + 16)};
        float size = greatest(greater(__builtin_elementwise_abs(parts[0]), __builtin_elementwise_abs(parts[1])));
        // Below that the quotient would not be a number; such inputs weigh nothing.
        float factor = size > 1e-30f ? most / size : 0;
        block->scale = size > 1e-30f ? size / most : 0;
        for (int half = 0; half < 2; half++) {
            ints rounded = whole(nearest(parts[half] * factor));
            ints high = is_exact ? (rounded + 128) >> 8 : rounded;
            small_ints high_bytes = __builtin_convertvector(high, small_ints);
            small_ints low_bytes = __builtin_convertvector(is_exact ? rounded - (high << 8) : (ints)0, small_ints);
            memcpy(block->high + 16 * half, &high_bytes, 16);
            memcpy(block->low + 16 * half, &low_bytes, 16);
            block->sums[half] = integer_sum(rounded);
        }
        block->scaled_sum = block->scale * (float)(block->sums[0] + block->sums[1]);
    }
}

static void gate_up(const float *gate, const float *up, size_t count, float *hidden) {
    for (size_t place = 0; place < count; place += LANES) {
        floats opening = load_part(gate + place, count - place);
        floats silu = opening / (exponential(-opening) + 1.0f);
        store_part(hidden + place, silu * load_part(up + place, count - place), count - place);
    }
}
