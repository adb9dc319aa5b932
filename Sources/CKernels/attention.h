// Attention over pages of 64 positions. Keys lie as [position / 16][dimension][position % 16], so that a lane is a
// position; values as [position][dimension]; both as 16-bit floats, with heads filled up to whole vectors.
//
// Scores are summed over dimensions, values over positions, one after the other; the softmax is carried from page to
// page. Pages begin at fixed positions, so a row's bits do not depend on which rows are computed beside it.
#pragma once

#define PARTS (CK_PAGE_POSITIONS / LANES)

INLINE size_t padded(size_t width) { return (width + LANES - 1) / LANES * LANES; }

/// (x[2i], x[2i+1]) turned by the angle of pair i, all scaled.
INLINE void rotate(
    const float *from, const float *cosines, const float *sines, size_t pairs, size_t width, float scale, float *to
) {
    for (size_t pair = 0; pair < pairs; pair++) {
        float even = from[2 * pair], odd = from[2 * pair + 1];
        to[2 * pair] = (even * cosines[pair] - odd * sines[pair]) * scale;
        to[2 * pair + 1] = (even * sines[pair] + odd * cosines[pair]) * scale;
    }
    for (size_t place = 2 * pairs; place < width; place++) to[place] = from[place] * scale;
}

static void remember(
    const ck_heads *heads, float *queries, const float *key, const float *value, const float *cosines,
    const float *sines, uint16_t *tile, size_t place
) {
    const size_t width = heads->width, full = padded(width);
    for (size_t query = 0; query < heads->group; query++) {
        float *own = queries + query * width;
        rotate(own, cosines, sines, heads->pairs, width, heads->scale, own);
    }
    uint16_t *keys = tile + place / LANES * full * LANES + place % LANES;
    uint16_t *values = tile + CK_PAGE_POSITIONS * full + place * full;
    float rotated[2 * LANES];
    for (size_t first = 0; first < width; first += LANES) {
        size_t count = width - first < LANES ? width - first : LANES;
        size_t turned = heads->pairs > first / 2 ? heads->pairs - first / 2 : 0;
        turned = turned < (count + 1) / 2 ? turned : (count + 1) / 2;
        rotate(key + first, cosines + first / 2, sines + first / 2, turned, count, 1, rotated);
        uint16_t halves[LANES];
        narrow(load_part(rotated, count), halves);
        for (size_t lane = 0; lane < LANES; lane++) keys[(first + lane) * LANES] = halves[lane];
        narrow(load_part(value + first, count), values + first);
    }
}

/// scores[v][position] = query v · key, for the first parts of a page.
INLINE void score_parts(
    const uint16_t *keys, const float *const *queries, size_t width, float (*scores)[CK_PAGE_POSITIONS],
    const int vectors, const int parts
) {
    const size_t part = padded(width) * LANES;
    floats sums[MOST_VECTORS][PARTS];
    for (int vector = 0; vector < vectors; vector++)
        for (int index = 0; index < parts; index++) sums[vector][index] = 0;
    for (size_t dimension = 0; dimension < width; dimension++) {
        floats own[PARTS];
        for (int index = 0; index < parts; index++)
            own[index] = widen(keys + (size_t)index * part + dimension * LANES);
        for (int vector = 0; vector < vectors; vector++)
            for (int index = 0; index < parts; index++)
                sums[vector][index] = fused(own[index], (floats)queries[vector][dimension], sums[vector][index]);
    }
    for (int vector = 0; vector < vectors; vector++)
        for (int index = 0; index < parts; index++) store(scores[vector] + index * LANES, sums[vector][index]);
}

/// The same for all positions that some row sees, and perhaps a few more.
INLINE void score(
    const uint16_t *keys, const float *const *queries, size_t width, float (*scores)[CK_PAGE_POSITIONS],
    size_t positions, const int vectors
) {
    switch ((positions + LANES - 1) / LANES) {
        case 1: score_parts(keys, queries, width, scores, vectors, 1); break;
        case 2: score_parts(keys, queries, width, scores, vectors, 2); break;
        case 3: score_parts(keys, queries, width, scores, vectors, 3); break;
        default: score_parts(keys, queries, width, scores, vectors, PARTS);
    }
}

/// The softmax as far as the pages have been read.
typedef struct {
    float greatest;
    /// What the sums so far are to be multiplied with, since the greatest score has changed.
    float correction;
    /// Σ e^(score - greatest), lane by lane
    floats total;
} softmax_state;

/// Scores of a page to weights; positions that the row does not see weigh nothing.
INLINE void weigh(float *scores, size_t visible, softmax_state *state) {
    const ints places = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    floats parts[PARTS];
    floats highest = -INFINITY;
    ints sees[PARTS];
    const int limit = visible < CK_PAGE_POSITIONS ? (int)visible : CK_PAGE_POSITIONS;
    for (int index = 0; index < PARTS; index++) {
        sees[index] = places + LANES * index < limit;
        // What no row sees may never have been written.
        parts[index] = LANES * index < limit ? load(scores + LANES * index) : (floats)0;
        parts[index] = sees[index] ? parts[index] : (floats)-INFINITY;
        highest = greater(highest, parts[index]);
    }
    float most = greatest(highest);
    most = most > state->greatest ? most : state->greatest;
    state->correction = exponential((floats)(state->greatest - most))[0];
    state->greatest = most;
    for (int index = 0; index < PARTS; index++) {
        parts[index] = sees[index] ? exponential(parts[index] - most) : (floats)0;
        store(scores + LANES * index, parts[index]);
    }
    state->total = state->total * state->correction + ((parts[0] + parts[1]) + (parts[2] + parts[3]));
}

/// mixed[v] = mixed[v] · correction + Σ weight · value over a page's positions, for some vectors of dimensions.
INLINE void mix(
    const uint16_t *values, size_t full, size_t first, float (*weights)[CK_PAGE_POSITIONS], size_t positions,
    const softmax_state *states, float *mixed, const int vectors, const int parts
) {
    floats sums[MOST_VECTORS][PARTS];
    for (int vector = 0; vector < vectors; vector++)
        for (int index = 0; index < parts; index++)
            sums[vector][index] =
                load(mixed + (size_t)vector * full + first + LANES * index) * states[vector].correction;
    for (size_t position = 0; position < positions; position++) {
        floats own[PARTS];
        for (int index = 0; index < parts; index++)
            own[index] = widen(values + position * full + first + LANES * index);
        for (int vector = 0; vector < vectors; vector++)
            for (int index = 0; index < parts; index++)
                sums[vector][index] = fused(own[index], (floats)weights[vector][position], sums[vector][index]);
    }
    for (int vector = 0; vector < vectors; vector++)
        for (int index = 0; index < parts; index++)
            store(mixed + (size_t)vector * full + first + LANES * index, sums[vector][index]);
}

/// Some queries, counted over rows and their heads, through all the pages that the last of them sees.
INLINE void attend_tile(
    const ck_heads *heads, const float *queries, size_t query_stride, size_t first_vector, size_t first_position,
    const void *const *pages, size_t offset, float *output, size_t output_stride, const int vectors
) {
    const size_t width = heads->width, full = padded(width);
    const float *own[MOST_VECTORS];
    size_t visible[MOST_VECTORS];
    softmax_state states[MOST_VECTORS];
    float mixed[MOST_VECTORS * MOST_WIDTH];
    memset(mixed, 0, (size_t)vectors * full * sizeof(float));
    for (int vector = 0; vector < vectors; vector++) {
        size_t row = (first_vector + (size_t)vector) / heads->group;
        size_t head = (first_vector + (size_t)vector) % heads->group;
        own[vector] = queries + row * query_stride + head * width;
        visible[vector] = first_position + row + 1;
        states[vector] = (softmax_state){-INFINITY, 1, 0};
    }
    const size_t most = visible[vectors - 1];
    for (size_t begin = 0, page = 0; begin < most; begin += CK_PAGE_POSITIONS, page++) {
        const uint16_t *keys = (const uint16_t *)((const uint8_t *)pages[page] + offset);
        const uint16_t *values = keys + CK_PAGE_POSITIONS * full;
        float scores[MOST_VECTORS][CK_PAGE_POSITIONS];
        const size_t positions = most - begin < CK_PAGE_POSITIONS ? most - begin : CK_PAGE_POSITIONS;
        score(keys, own, width, scores, positions, vectors);
        for (int vector = 0; vector < vectors; vector++)
            weigh(scores[vector], visible[vector] > begin ? visible[vector] - begin : 0, states + vector);
        size_t first = 0;
        for (; first + PARTS * LANES <= full; first += PARTS * LANES)
            mix(values, full, first, scores, positions, states, mixed, vectors, PARTS);
        for (; first < full; first += LANES)
            mix(values, full, first, scores, positions, states, mixed, vectors, 1);
    }
    for (int vector = 0; vector < vectors; vector++) {
        size_t row = (first_vector + (size_t)vector) / heads->group;
        size_t head = (first_vector + (size_t)vector) % heads->group;
        float factor = 1 / sum(states[vector].total);
        for (size_t place = 0; place < width; place += LANES)
            store_part(
                output + row * output_stride + head * width + place,
                load(mixed + (size_t)vector * full + place) * factor, width - place);
    }
}

#define VECTORS(count) \
    case count: \
        attend_tile(heads, queries, query_stride, first, first_position, pages, offset, output, output_stride, count); \
        break;

static void attend(
    const ck_heads *heads, const float *queries, size_t query_stride, size_t rows, size_t first_position,
    const void *const *pages, size_t offset, float *output, size_t output_stride
) {
    const size_t all = rows * heads->group;
    for (size_t first = 0; first < all; first += MOST_VECTORS) {
        switch (all - first < MOST_VECTORS ? all - first : MOST_VECTORS) {
            VECTORS(1)
#if MOST_VECTORS > 1
            VECTORS(2)
#endif
#if MOST_VECTORS > 2
            VECTORS(3) VECTORS(4) VECTORS(5) VECTORS(6)
#endif
        }
    }
}
