// From the layouts of a GGUF file to those of the kernels: the same numbers in another order.
#include "kernels.h"

#define LANES 16

ck_layout ck_layout_of(ck_type type) {
    switch (type) {
        case CK_F32: case CK_F16: case CK_BF16: return CK_FLOATS;
        case CK_Q4_0: return CK_NIBBLES;
        case CK_Q4_1: return CK_NIBBLES_WITH_MINIMUM;
        case CK_Q8_0: return CK_BYTES;
        case CK_Q4_K: return CK_NIBBLES_WITH_WIDE_MINIMUM;
        case CK_Q6_K: return CK_BYTES_IN_HALF_BLOCKS;
    }
}

/// Bytes of one group's block of 32 columns; of its column for floats.
static size_t block_quants(ck_layout layout) {
    switch (layout) {
        case CK_NIBBLES_WITH_MINIMUM: case CK_NIBBLES: case CK_NIBBLES_WITH_WIDE_MINIMUM: return 16 * LANES;
        case CK_BYTES: case CK_BYTES_IN_HALF_BLOCKS: return 32 * LANES;
        case CK_FLOATS: return 4 * LANES;
    }
}

static size_t block_scales(ck_layout layout) {
    switch (layout) {
        case CK_NIBBLES_WITH_MINIMUM: return 2 * 2 * LANES;
        case CK_NIBBLES: case CK_BYTES: return 2 * LANES;
        case CK_NIBBLES_WITH_WIDE_MINIMUM: case CK_BYTES_IN_HALF_BLOCKS: return 2 * 4 * LANES;
        case CK_FLOATS: return 0;
    }
}

static size_t blocks_of(ck_layout layout, size_t columns) { return layout == CK_FLOATS ? columns : columns / 32; }

size_t ck_quant_bytes(ck_layout layout, size_t rows, size_t columns) {
    return (rows + LANES - 1) / LANES * blocks_of(layout, columns) * block_quants(layout);
}

size_t ck_scale_bytes(ck_layout layout, size_t rows, size_t columns) {
    return (rows + LANES - 1) / LANES * blocks_of(layout, columns) * block_scales(layout);
}

size_t ck_tile_bytes(size_t head_width) {
    return 2 * CK_PAGE_POSITIONS * ((head_width + LANES - 1) / LANES * LANES) * sizeof(uint16_t);
}

/// One row's block of 32 numbers on its way.
typedef struct {
    uint8_t numbers[32];
    float scales[2];
} unpacked;

/// Block `index` (of 32) of a row of Q4_K: 256 numbers in 144 bytes, a 6-bit scale and minimum for each 32.
static unpacked unpack_q4_k(const uint8_t *row, size_t index) {
    const uint8_t *super = row + index / 8 * 144, *packed = super + 4;
    size_t part = index % 8;
    uint8_t factor, offset;
    if (part < 4) {
        factor = packed[part] & 63;
        offset = packed[part + 4] & 63;
    } else {
        factor = (packed[part + 4] & 15) | (packed[part - 4] >> 6) << 4;
        offset = packed[part + 4] >> 4 | (packed[part] >> 6) << 4;
    }
    uint16_t halves[2];
    memcpy(halves, super, sizeof halves);
    unpacked block = {.scales = {ck_widen(halves[0]) * factor, -(ck_widen(halves[1]) * offset)}};
    for (size_t place = 0; place < 32; place++)
        block.numbers[place] = super[16 + part / 2 * 32 + place] >> (part % 2 * 4) & 15;
    return block;
}

/// Block `index` (of 32) of a row of Q6_K: 256 numbers of 6 bits in 210 bytes, a scale for each 16.
static unpacked unpack_q6_k(const uint8_t *row, size_t index) {
    const uint8_t *super = row + index / 8 * 210;
    size_t part = index % 8 / 4, quarter = index % 4;
    uint16_t half;
    memcpy(&half, super + 208, sizeof half);
    const int8_t *factors = (const int8_t *)super + 192 + part * 8 + quarter * 2;
    unpacked block = {.scales = {ck_widen(half) * factors[0], ck_widen(half) * factors[1]}};
    for (size_t place = 0; place < 32; place++) {
        uint8_t low = super[part * 64 + quarter % 2 * 32 + place] >> (quarter >= 2 ? 4 : 0) & 15;
        uint8_t high = super[128 + part * 32 + place] >> 2 * quarter & 3;
        // Counted from -32 in the file, from -128 here.
        block.numbers[place] = (uint8_t)((low | high << 4) + 96);
    }
    return block;
}

/// Words of 4 bytes to their places among the 16 rows.
static void spread(const void *words, size_t count, uint8_t *quants, size_t lane) {
    for (size_t word = 0; word < count; word++)
        memcpy(quants + (word * LANES + lane) * 4, (const uint8_t *)words + word * 4, 4);
}

/// Block `index` of one row, for types that a file already has in blocks of 32.
static void pack_plain(ck_type type, const uint8_t *row, size_t index, uint8_t *quants, uint16_t *scales, size_t lane) {
    switch (type) {
        case CK_Q4_0:
            memcpy(scales + lane, row + index * 18, 2);
            spread(row + index * 18 + 2, 4, quants, lane);
            break;
        case CK_Q4_1:
            memcpy(scales + lane, row + index * 20, 2);
            memcpy(scales + LANES + lane, row + index * 20 + 2, 2);
            spread(row + index * 20 + 4, 4, quants, lane);
            break;
        default: {
            uint8_t numbers[32];
            memcpy(scales + lane, row + index * 34, 2);
            for (size_t place = 0; place < 32; place++) numbers[place] = row[index * 34 + 2 + place] ^ 0x80;
            spread(numbers, 8, quants, lane);
        }
    }
}

static void pack_super(ck_type type, const uint8_t *row, size_t index, uint8_t *quants, float *scales, size_t lane) {
    unpacked block = type == CK_Q4_K ? unpack_q4_k(row, index) : unpack_q6_k(row, index);
    scales[lane] = block.scales[0];
    scales[LANES + lane] = block.scales[1];
    if (type == CK_Q4_K)
        for (size_t place = 0; place < 16; place++) block.numbers[place] |= block.numbers[place + 16] << 4;
    spread(block.numbers, type == CK_Q4_K ? 4 : 8, quants, lane);
}

static float read_float(ck_type type, const uint8_t *row, size_t column) {
    uint32_t bits = 0;
    if (type == CK_F32) {
        memcpy(&bits, row + 4 * column, 4);
    } else {
        uint16_t half;
        memcpy(&half, row + 2 * column, 2);
        if (type == CK_F16) return ck_widen(half);
        bits = (uint32_t)half << 16;
    }
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static size_t row_bytes(ck_type type, size_t columns) {
    switch (type) {
        case CK_F32: return 4 * columns;
        case CK_F16: case CK_BF16: return 2 * columns;
        case CK_Q4_0: return columns / 32 * 18;
        case CK_Q4_1: return columns / 32 * 20;
        case CK_Q8_0: return columns / 32 * 34;
        case CK_Q4_K: return columns / 256 * 144;
        case CK_Q6_K: return columns / 256 * 210;
    }
}

void ck_pack(ck_type type, const void *bytes, const ck_matrix *matrix, size_t first_group, size_t groups) {
    const ck_layout layout = matrix->layout;
    const size_t blocks = blocks_of(layout, matrix->columns);
    for (size_t row = first_group * LANES; row < (first_group + groups) * LANES && row < matrix->rows; row++) {
        const uint8_t *from = (const uint8_t *)bytes + row * row_bytes(type, matrix->columns);
        size_t group = row / LANES, lane = row % LANES;
        for (size_t block = 0; block < blocks; block++) {
            uint8_t *quants = (uint8_t *)matrix->quants + (group * blocks + block) * block_quants(layout);
            uint8_t *scales = (uint8_t *)matrix->scales + (group * blocks + block) * block_scales(layout);
            if (layout == CK_FLOATS) ((float *)quants)[lane] = read_float(type, from, block);
            else if (type == CK_Q4_K || type == CK_Q6_K)
                pack_super(type, from, block, quants, (float *)scales, lane);
            else pack_plain(type, from, block, quants, (uint16_t *)scales, lane);
        }
    }
}

/// The scale, or minimum, `index` of a block.
static float read_scale(const ck_matrix *matrix, const uint8_t *scales, size_t index) {
    if (matrix->layout == CK_NIBBLES_WITH_WIDE_MINIMUM || matrix->layout == CK_BYTES_IN_HALF_BLOCKS)
        return ((const float *)scales)[index];
    return ck_widen(((const uint16_t *)scales)[index]);
}

void ck_read_row(const ck_matrix *matrix, size_t row, float *output) {
#pragma STDC FP_CONTRACT OFF
    const ck_layout layout = matrix->layout;
    const size_t blocks = blocks_of(layout, matrix->columns), group = row / LANES, lane = row % LANES;
    for (size_t block = 0; block < blocks; block++) {
        const uint8_t *quants = (const uint8_t *)matrix->quants + (group * blocks + block) * block_quants(layout);
        const uint8_t *scales = (const uint8_t *)matrix->scales + (group * blocks + block) * block_scales(layout);
        if (layout == CK_FLOATS) {
            output[block] = ((const float *)quants)[lane];
            continue;
        }
        float *to = output + 32 * block;
        float scale = read_scale(matrix, scales, lane);
        bool is_bytes = layout == CK_BYTES || layout == CK_BYTES_IN_HALF_BLOCKS;
        for (size_t place = 0; place < 32; place++) {
            if (is_bytes) {
                int number = quants[(place / 4 * LANES + lane) * 4 + place % 4] - 128;
                bool is_second = layout == CK_BYTES_IN_HALF_BLOCKS && place >= 16;
                to[place] = (is_second ? read_scale(matrix, scales, LANES + lane) : scale) * (float)number;
            } else {
                int number = quants[(place % 16 / 4 * LANES + lane) * 4 + place % 4] >> (place / 16 * 4) & 15;
                if (layout == CK_NIBBLES) to[place] = scale * (float)(number - 8);
                else to[place] = scale * (float)number + read_scale(matrix, scales, LANES + lane);
            }
        }
    }
}
