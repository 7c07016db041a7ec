// Distances from short codes of vectors: one bit a value, four of them looked up in a register; and one byte a value.

typedef uint8_t bytes __attribute__((vector_size(VECTOR_BYTES)));
typedef uint16_t words __attribute__((vector_size(VECTOR_BYTES)));
typedef uint8_t bytes_unaligned __attribute__((vector_size(VECTOR_BYTES), aligned(1)));
typedef int8_t quarter __attribute__((vector_size(VECTOR_BYTES / 4), aligned(1)));

/// table[index] within each 16 bytes; an index is below 16.
INLINE bytes look_up(bytes table, bytes index) {
#if VECTOR_BYTES == 64
    return (bytes)_mm512_shuffle_epi8((__m512i)table, (__m512i)index);
#elif VECTOR_BYTES == 32
    return (bytes)_mm256_shuffle_epi8((__m256i)table, (__m256i)index);
#elif defined(__aarch64__)
    return (bytes)vqtbl1q_u8((uint8x16_t)table, (uint8x16_t)index);
#else
    bytes found;
    for (int i = 0; i < 16; i++) found[i] = table[index[i]];
    return found;
#endif
}

typedef float eight __attribute__((vector_size(32)));
typedef float eight_unaligned __attribute__((vector_size(32), aligned(4)));

/// The same eight values at a time on every instruction set: one rotation for all.
static void NAME(rotate)(int64_t width, const float *signs, const int32_t *order, float *x, float *y) {
    for (int64_t chunk = 0; chunk < width; chunk += 64) {
        eight v[8];
        for (int i = 0; i < 8; i++)
            v[i] = *(const eight_unaligned *)(x + chunk + 8 * i) * *(const eight_unaligned *)(signs + chunk + 8 * i);
        for (int distance = 1; distance < 8; distance *= 2)
            for (int i = 0; i < 8; i++)
                if (!(i & distance)) {
                    const eight a = v[i], b = v[i + distance];
                    v[i] = a + b;
                    v[i + distance] = a - b;
                }
        for (int i = 0; i < 8; i++) *(eight_unaligned *)(x + chunk + 8 * i) = v[i];
    }
    for (int64_t i = 0; i < width; i++) y[i] = x[order[i]];
}

/// Codes are fetched from memory this many bytes ahead, farther than the processor does by itself.
enum { CODE_ROWS = 32, CODE_UNROLL = 4, CODE_BYTES_AHEAD = 1280 };

/// Sums of one block of 32 rows. A byte holds four entries' sum, because an entry is below 64; the words hold all modulo 2^16: those at
/// even places with the odd ones' mixed in, which are taken out at the end.
INLINE void NAME(code_sums)(int64_t length, const uint8_t *tables, const uint8_t *codes, uint16_t *sums) {
    words low = {}, low_odd = {}, high = {}, high_odd = {};
    for (int64_t at = 0; at < length; at += CODE_UNROLL * VECTOR_BYTES) {
        bytes first = {}, second = {};
        for (int64_t i = at; i < at + CODE_UNROLL * VECTOR_BYTES; i += VECTOR_BYTES) {
            const bytes code = *(const bytes_unaligned *)(codes + i), table = *(const bytes_unaligned *)(tables + i);
            __builtin_prefetch(codes + i + CODE_BYTES_AHEAD);
            first += look_up(table, code & 15);
            second += look_up(table, code >> 4);
        }
        low += (words)first;
        low_odd += (words)first >> 8;
        high += (words)second;
        high_odd += (words)second >> 8;
    }
    low -= low_odd << 8;
    high -= high_odd << 8;
    for (int row = 0; row < 8; row++) {
        uint16_t sum[4] = {};
        for (int part = row; part < VECTOR_BYTES / 2; part += 8) {
            sum[0] += low[part];
            sum[1] += low_odd[part];
            sum[2] += high[part];
            sum[3] += high_odd[part];
        }
        sums[2 * row] = sum[0];
        sums[2 * row + 1] = sum[1];
        sums[16 + 2 * row] = sum[2];
        sums[17 + 2 * row] = sum[3];
    }
}

static void NAME(binary_distances)(int64_t groups, const uint8_t *tables, int64_t blocks, const uint8_t *codes, const float *squares,
                                   const float *factors, const ck_code_query *query, float *distances) {
    for (int64_t block = 0; block < blocks; block++) {
        uint16_t sums[CODE_ROWS];
        NAME(code_sums)(groups * 16, tables, codes + block * groups * 16, sums);
        for (int64_t row = 0; row < CODE_ROWS; row++) {
            const int64_t i = block * CODE_ROWS + row;
            distances[i] = query->square + squares[i] - factors[i] * (query->scale * (float)sums[row] + query->offset);
        }
    }
}

INLINE float total(vec v) {
    float sum = 0;
    for (int i = 0; i < LANES; i++) sum += v[i];
    return sum;
}

static int32_t NAME(least)(int64_t count, const float *values) {
    vec least = splat(__builtin_inff());
    for (int64_t i = 0; i + LANES <= count; i += LANES) least = at_most(least, load(values + i));
    float low = __builtin_inff();
    for (int i = 0; i < LANES; i++) low = least[i] < low ? least[i] : low;
    for (int64_t i = count - count % LANES; i < count; i++) low = values[i] < low ? values[i] : low;
    for (int64_t i = 0; i < count; i++)
        if (values[i] == low) return (int32_t)i;
    return 0;
}

static int64_t NAME(take_below)(float bound, int64_t first, int64_t count, float *values, int32_t *rows) {
    int64_t found = 0;
    for (int64_t i = 0; i < count; i += LANES) {
        const int64_t n = count - i < LANES ? count - i : LANES;
        if (n == LANES && !__builtin_reduce_or(load(values + i) < splat(bound))) continue;
        for (int64_t lane = i; lane < i + n; lane++)
            if (values[lane] < bound) {
                values[lane] = __builtin_inff();
                rows[found++] = (int32_t)(first + lane);
            }
    }
    return found;
}

static void NAME(byte_code)(int64_t width, const float *x, int8_t *code, ck_byte_terms *terms) {
    vec largest = {}, square = {}, error = {};
    for (int64_t i = 0; i < width; i += LANES) {
        const vec value = load(x + i);
        largest = at_least(at_least(largest, value), -value);
        square += value * value;
    }
    float most = 0;
    for (int i = 0; i < LANES; i++) most = largest[i] > most ? largest[i] : most;
    const float step = most > 1e-30f ? most / 127 : 1;
    const vec shift = splat(12582912);  // 1.5 · 2^23: adding it rounds to an integer
    for (int64_t i = 0; i < width; i += LANES) {
        const vec value = load(x + i), rounded = (value * splat(1 / step) + shift) - shift;
        *(quarter *)(code + i) = __builtin_convertvector(rounded, quarter);
        const vec left = value - rounded * splat(step);
        error += left * left;
    }
    *terms = (ck_byte_terms){.step = step, .square = total(square), .error = __builtin_sqrtf(total(error))};
}

/// Rows far from each other in memory are fetched some rows ahead: they are too short for the processor to see it coming.
enum { ROWS_AHEAD = 6 };

static void NAME(byte_products)(int64_t count, const int32_t *rows, int64_t width, const int8_t *codes, const float *query,
                                float *products) {
    for (int64_t row = 0; row < count; row++) {
        if (row + ROWS_AHEAD < count)
            for (int64_t i = 0; i < width; i += 64) __builtin_prefetch(codes + rows[row + ROWS_AHEAD] * width + i);
        const int8_t *code = codes + rows[row] * width;
        vec sum[4] = {};
        for (int64_t i = 0; i < width; i += 4 * LANES)
            for (int k = 0; k < 4; k++)
                sum[k] += __builtin_convertvector(*(const quarter *)(code + i + k * LANES), vec) * load(query + i + k * LANES);
        products[row] = total((sum[0] + sum[1]) + (sum[2] + sum[3]));
    }
}
