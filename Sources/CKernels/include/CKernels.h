#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// 32 neighbouring inputs of one row of a batch, as integers: input ≈ scale · (256 · high + low).
///
/// The fast mode has no low part: input ≈ scale · high.
typedef struct {
    float scale;
    /// scale · (sums[0] + sums[1]), which a weight's minimum multiplies.
    float scaled_sum;
    /// Sums of the integers of the first and the second 16 inputs.
    int32_t sums[2];
    int8_t high[32];
    int8_t low[32];
} ck_block;

/// How the weights of a matrix lie in memory. In all layouts 16 neighbouring rows form a group, and a vector lane is a
/// row; rows beyond the matrix are zero.
///
/// - Nibbles, per group and block of 32 columns: 4 × 16 × 4 bytes; byte `i` of word `[k][row]` holds column `4k + i`
///   in its low half and column `16 + 4k + i` in its high half.
/// - Bytes: 8 × 16 × 4 bytes; byte `i` of word `[k][row]` holds column `4k + i`, counted from -128.
/// - Scales stand apart: 16 of a block's scales, then 16 of its minima where there are some.
typedef enum : uint8_t {
    /// w = scale · q + minimum, in 16-bit floats: the numbers of Q4_1.
    CK_NIBBLES_WITH_MINIMUM,
    /// w = scale · (q - 8), in 16-bit floats: Q4_0.
    CK_NIBBLES,
    /// w = scale · (q - 128), in 16-bit floats: Q8_0.
    CK_BYTES,
    /// w = scale · q + minimum, in 32-bit floats: Q4_K.
    CK_NIBBLES_WITH_WIDE_MINIMUM,
    /// w = scale · (q - 128), 32-bit floats, one scale for each 16 columns: Q6_K.
    CK_BYTES_IN_HALF_BLOCKS,
    /// 32-bit floats [group][column][row]: F32, F16, BF16.
    CK_FLOATS,
} ck_layout;

/// A matrix [rows × columns] in one of the layouts.
typedef struct {
    size_t rows;
    /// A multiple of 32 in every layout but `CK_FLOATS`.
    size_t columns;
    void *quants;
    /// Unused by `CK_FLOATS`.
    void *scales;
    ck_layout layout;
} ck_matrix;

/// How a GGUF file stores a tensor.
typedef enum : uint8_t { CK_F32, CK_F16, CK_BF16, CK_Q4_0, CK_Q4_1, CK_Q8_0, CK_Q4_K, CK_Q6_K } ck_type;

/// A batch of inputs, both as integers and as floats.
typedef struct {
    /// [count × columns / 32]
    const ck_block *blocks;
    /// [count × columns], which `CK_FLOATS` reads.
    const float *floats;
    size_t count;
    /// Whether the low parts count.
    bool is_exact;
} ck_batch;

/// What the attention of one key/value head needs to know of the model.
typedef struct {
    /// Numbers in a head.
    size_t width;
    /// Query heads of a key/value head.
    size_t group;
    /// How many pairs of a head are rotated.
    size_t pairs;
    /// 1 / √width
    float scale;
} ck_heads;

/// The most numbers of a head that the attention has room for.
#define CK_MOST_HEAD_WIDTH 256

/// Tells the processor that a loop waits for another thread.
static inline void ck_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// Positions in a page of a key/value cache.
#define CK_PAGE_POSITIONS 64

/// One set of kernels. All sets compute the same bits: sums have one order, and every rounding is spelled out.
typedef struct {
    const char *name;

    /// output[n · stride + row] = Σ_c input[n, c] · weights[row, c] for the rows of some groups, or added to it.
    void (*multiply)(
        const ck_matrix *matrix, size_t first_group, size_t groups, const ck_batch *input, float *output,
        size_t stride, bool adds);

    /// One row [width] divided by its root mean square, times weights.
    void (*normalize)(const float *row, const float *weights, size_t width, float epsilon, float *output);

    /// Floats to integer blocks; the count is a multiple of 32.
    void (*quantize)(const float *floats, size_t count, bool is_exact, ck_block *blocks);

    /// hidden = silu(gate) · up
    void (*gate)(const float *gate, const float *up, size_t count, float *hidden);

    /// Rotates and scales the queries [group × width] of a key/value head in place, and puts the rotated key and the
    /// value into a page's tile.
    void (*remember)(
        const ck_heads *heads, float *queries, const float *key, const float *value, const float *cosines,
        const float *sines, uint16_t *tile, size_t place);

    /// Attention of consecutive rows of one sequence with one key/value head.
    ///
    /// The queries of row r begin at `queries + r · query_stride`, its output at `output + r · output_stride`; it sees
    /// the positions 0 ... first_position + r, whose tiles begin `offset` bytes into their pages.
    void (*attend)(
        const ck_heads *heads, const float *queries, size_t query_stride, size_t rows, size_t first_position,
        const void *_Nonnull const *_Nonnull pages, size_t offset, float *output, size_t output_stride);
} ck_kernels;

/// Names of the sets, quickest first: "avx512vnni", "avx2", "scalar"; null beyond the last.
const char *_Nullable ck_kernels_name(size_t index);

/// A set by name; null when it is unknown, or when this processor cannot run it.
const ck_kernels *_Nullable ck_kernels_named(const char *name);

/// Bytes of one key/value head's keys and values in a page.
size_t ck_tile_bytes(size_t head_width);

/// The layout that keeps a type's numbers.
ck_layout ck_layout_of(ck_type type);

/// Bytes of a matrix's numbers and of its scales.
size_t ck_quant_bytes(ck_layout layout, size_t rows, size_t columns);
size_t ck_scale_bytes(ck_layout layout, size_t rows, size_t columns);

/// Moves a tensor's bytes, as a file has them, into a matrix: some of its groups, so that several threads can do it.
void ck_pack(ck_type type, const void *bytes, const ck_matrix *matrix, size_t first_group, size_t groups);

/// One row as floats.
void ck_read_row(const ck_matrix *matrix, size_t row, float *output);

#pragma clang assume_nonnull end
