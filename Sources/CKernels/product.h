// Matrix products. A tile is 16 rows of weights (the lanes) times some rows of the batch; each of its sums runs over
// the blocks in their order, so that tiles of all sizes compute the same bits.
#pragma once

/// How many bytes ahead of their use weights are fetched from memory, where several rows keep the processor busy.
#define FETCH_AHEAD 3072

/// What a layout means, as constants where it is inlined.
#define HAS_NIBBLES(layout) ((layout) == CK_NIBBLES || (layout) == CK_NIBBLES_WITH_MINIMUM \
    || (layout) == CK_NIBBLES_WITH_WIDE_MINIMUM)
#define HAS_MINIMUM(layout) ((layout) == CK_NIBBLES_WITH_MINIMUM || (layout) == CK_NIBBLES_WITH_WIDE_MINIMUM)
#define HAS_WIDE_SCALES(layout) ((layout) == CK_NIBBLES_WITH_WIDE_MINIMUM || (layout) == CK_BYTES_IN_HALF_BLOCKS)

INLINE octets load_octets(const uint8_t *from) {
    octets vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

/// The numbers of a group's block: 8 quads of columns, 16 rows each.
INLINE void unpack(const uint8_t *quants, octets quads[8], const ck_layout layout) {
    if (HAS_NIBBLES(layout)) {
        for (int word = 0; word < 4; word++) {
            octets pairs = load_octets(quants + 64 * word);
            quads[word] = pairs & 15;
            quads[word + 4] = upper_halves(pairs);
        }
    } else {
        for (int word = 0; word < 8; word++) quads[word] = load_octets(quants + 64 * word);
    }
}

/// The first or second 16 scales of a block, or its minima.
INLINE floats load_scales(const void *scales, size_t index, const ck_layout layout) {
    if (HAS_WIDE_SCALES(layout)) return load((const float *)scales + LANES * index);
    return widen((const uint16_t *)scales + LANES * index);
}

/// Σ q · a over some quads for each row of the batch, as whole numbers.
INLINE void dot(
    const octets *quads, int first, int last, const ck_block *const *blocks, ints *sums, const int rows,
    const bool is_exact
) {
    for (int row = 0; row < rows; row++) sums[row] = 0;
    for (int quad = first; quad < last; quad++)
        for (int row = 0; row < rows; row++) sums[row] = dot_quad(sums[row], quads[quad], blocks[row]->high + 4 * quad);
    if (!is_exact) return;
    for (int row = 0; row < rows; row++) sums[row] <<= 8;
    for (int quad = first; quad < last; quad++)
        for (int row = 0; row < rows; row++) sums[row] = dot_quad(sums[row], quads[quad], blocks[row]->low + 4 * quad);
}

/// Asks for weights some time before they are needed: the processor's own foresight ends at every 4096th byte.
INLINE void fetch(const uint8_t *from, size_t bytes) {
    for (size_t line = 0; line < bytes; line += 64) __builtin_prefetch(from + line);
}

/// Writes a tile's sums, or adds them to what is there; lanes beyond the matrix are left out.
INLINE void finish(
    const floats *totals, const ck_matrix *matrix, size_t group, float *output, size_t stride, bool adds,
    const int rows
) {
    size_t live = matrix->rows - group * LANES;
    for (int row = 0; row < rows; row++) {
        float *to = output + (size_t)row * stride + group * LANES;
        store_part(to, adds ? load_part(to, live) + totals[row] : totals[row], live);
    }
}

INLINE void tile(
    const ck_matrix *matrix, size_t group, const ck_block *input, float *output, size_t stride, bool adds,
    bool is_first, const ck_layout layout, const int rows, const bool is_exact
) {
    const size_t columns = matrix->columns / 32;
    const size_t quant_bytes = HAS_NIBBLES(layout) ? 256 : 512;
    const int scale_count = layout == CK_NIBBLES || layout == CK_BYTES ? 1 : 2;
    const size_t scale_bytes = (size_t)scale_count * LANES * (HAS_WIDE_SCALES(layout) ? 4 : 2);
    const uint8_t *quants = (const uint8_t *)matrix->quants + group * columns * quant_bytes;
    const uint8_t *scales = (const uint8_t *)matrix->scales + group * columns * scale_bytes;
    floats totals[MOST_ROWS];
    for (int row = 0; row < rows; row++) totals[row] = 0;

    for (size_t column = 0; column < columns; column++) {
        octets quads[8];
        // A single row waits for memory in any case, and asking twice makes that no faster.
        if (is_first && rows > 1) {
            const size_t ahead = column + FETCH_AHEAD / quant_bytes;
            fetch(quants + ahead * quant_bytes, quant_bytes);
            fetch(scales + ahead * scale_bytes, scale_bytes);
        }
        unpack(quants + column * quant_bytes, quads, layout);
        const void *own_scales = scales + column * scale_bytes;
        const ck_block *blocks[MOST_ROWS];
        for (int row = 0; row < rows; row++) blocks[row] = input + (size_t)row * columns + column;
        const int halves = layout == CK_BYTES_IN_HALF_BLOCKS ? 2 : 1;
        for (int half = 0; half < halves; half++) {
            ints sums[MOST_ROWS];
            dot(quads, half * 8 / halves, (half + 1) * 8 / halves, blocks, sums, rows, is_exact);
            floats scale = load_scales(own_scales, (size_t)half, layout);
            for (int row = 0; row < rows; row++) {
                const ck_block *block = blocks[row];
                if (!HAS_MINIMUM(layout)) {
                    ints offset = halves == 2 ? (ints)block->sums[half] : (ints)(block->sums[0] + block->sums[1]);
                    sums[row] -= offset << (HAS_NIBBLES(layout) ? 3 : 7);
                }
                floats scaled = __builtin_convertvector(sums[row], floats) * block->scale;
                totals[row] = fused(scaled, scale, totals[row]);
            }
        }
        if (HAS_MINIMUM(layout)) {
            floats minimum = load_scales(own_scales, 1, layout);
            for (int row = 0; row < rows; row++)
                totals[row] = fused(minimum, (floats)blocks[row]->scaled_sum, totals[row]);
        }
    }
    finish(totals, matrix, group, output, stride, adds, rows);
}

/// The same for weights that are floats.
INLINE void float_tile(
    const ck_matrix *matrix, size_t group, const float *input, float *output, size_t stride, bool adds,
    const int rows
) {
    const float *weights = (const float *)matrix->quants + group * matrix->columns * LANES;
    floats totals[MOST_ROWS];
    for (int row = 0; row < rows; row++) totals[row] = 0;
    for (size_t column = 0; column < matrix->columns; column++) {
        floats own = load(weights + column * LANES);
        for (int row = 0; row < rows; row++)
            totals[row] = fused(own, (floats)input[(size_t)row * matrix->columns + column], totals[row]);
    }
    finish(totals, matrix, group, output, stride, adds, rows);
}

#define TILE(rows) \
    case rows: \
        if (layout == CK_FLOATS) float_tile(matrix, group, input->floats + first * matrix->columns, \
            output + first * stride, stride, adds, rows); \
        else tile(matrix, group, input->blocks + first * (matrix->columns / 32), output + first * stride, stride, \
            adds, first == 0, layout, rows, is_exact); \
        break;

/// All rows of the batch with some groups, in tiles; a group's weights stay in the first cache meanwhile.
INLINE void multiply_layout(
    const ck_matrix *matrix, size_t first_group, size_t groups, const ck_batch *input, float *output, size_t stride,
    bool adds, const ck_layout layout, const bool is_exact
) {
    for (size_t group = first_group; group < first_group + groups; group++) {
        for (size_t first = 0; first < input->count; first += MOST_ROWS) {
            size_t left = input->count - first;
            switch (left < MOST_ROWS ? left : MOST_ROWS) {
                TILE(1)
#if MOST_ROWS > 1
                TILE(2)
#endif
#if MOST_ROWS > 2
                TILE(3) TILE(4) TILE(5) TILE(6) TILE(7) TILE(8)
#endif
            }
        }
    }
}

#define LAYOUT(name) \
    case name: \
        if (input->is_exact) multiply_layout(matrix, first_group, groups, input, output, stride, adds, name, true); \
        else multiply_layout(matrix, first_group, groups, input, output, stride, adds, name, false); \
        break;

static void multiply(
    const ck_matrix *matrix, size_t first_group, size_t groups, const ck_batch *input, float *output, size_t stride,
    bool adds
) {
    switch (matrix->layout) {
        LAYOUT(CK_NIBBLES_WITH_MINIMUM)
        LAYOUT(CK_NIBBLES)
        LAYOUT(CK_BYTES)
        LAYOUT(CK_NIBBLES_WITH_WIDE_MINIMUM)
        LAYOUT(CK_BYTES_IN_HALF_BLOCKS)
        case CK_FLOATS:
            multiply_layout(matrix, first_group, groups, input, output, stride, adds, CK_FLOATS, false);
            break;
    }
}
