// The loops of one instruction set. The including file defines SUFFIX and SET_NAME.
#include <string.h>
#include "cpixels.h"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(f) JOIN(f, SUFFIX)
#define INLINE static inline __attribute__((always_inline))

typedef uint8_t bytes8 __attribute__((vector_size(8)));
typedef uint8_t bytes32 __attribute__((vector_size(32)));
typedef int32_t sums8 __attribute__((vector_size(32)));
typedef int16_t wide8 __attribute__((vector_size(16)));

enum { HALF = 1 << (CP_WEIGHT_BITS - 1) };

/// Converts sums to levels. The sums are never negative and include HALF.
#define rounded(sums) __builtin_elementwise_min(*(sums) >> CP_WEIGHT_BITS, (sums8){} + 255)
INLINE uint8_t rounded_one(int32_t sum) { return (uint8_t)((sum >> CP_WEIGHT_BITS) < 255 ? sum >> CP_WEIGHT_BITS : 255); }

// MARK: Resizing

/// Pixel i of each of two rows, with one channel in each lane. The fourth and the eighth lane are zero.
#define SPREAD(pixels, i) \
    ((sums8)__builtin_shufflevector((pixels), (bytes32){}, 3 * (i), 32, 32, 32, 3 * (i) + 1, 32, 32, 32, 3 * (i) + 2, 32, \
                                    32, 32, 32, 32, 32, 32, 16 + 3 * (i), 32, 32, 32, 17 + 3 * (i), 32, 32, 32, \
                                    18 + 3 * (i), 32, 32, 32, 32, 32, 32, 32))

/// Adds `taps` pixels of two rows, times their weights. Sixteen bytes of each row are read at a time.
INLINE void add_two(const uint8_t *first, const uint8_t *second, int32_t taps, const int32_t *weight, sums8 *sums) {
    for (int32_t i = 0; i < taps; i += 4, first += 12, second += 12, weight += 4) {
        bytes32 pixels;
        memcpy(&pixels, first, 16);
        memcpy((uint8_t *)&pixels + 16, second, 16);
        *sums += SPREAD(pixels, 0) * weight[0];
        if (i + 1 < taps) *sums += SPREAD(pixels, 1) * weight[1];
        if (i + 2 < taps) *sums += SPREAD(pixels, 2) * weight[2];
        if (i + 3 < taps) *sums += SPREAD(pixels, 3) * weight[3];
    }
}

/// Writes the first `bytes` bytes of a pixel in two rows.
INLINE void store_two(const sums8 *sums, int bytes, uint8_t *first, uint8_t *second) {
    const bytes32 values = (bytes32)rounded(sums);
    const bytes32 packed = __builtin_shufflevector(values, values, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 16, 20,
                                                   24, 28, 16, 20, 24, 28, 16, 20, 24, 28, 16, 20, 24, 28);
    memcpy(first, &packed, (size_t)bytes);
    memcpy(second, (const uint8_t *)&packed + 16, (size_t)bytes);
}

/// Four rows. Sixteen bytes may be read past their end. A small `taps` is a compile-time constant.
INLINE void across_four(const uint8_t *source, int64_t stride, int32_t taps, const cp_weights *w, uint8_t *target) {
    const int64_t width = w->targets * 3;
    const int32_t *weight = w->weights;
    for (int64_t x = 0; x < w->targets; x++, weight += taps, target += 3) {
        const uint8_t *from = source + (int64_t)w->first[x] * 3;
        sums8 upper = (sums8){} + HALF, lower = upper;
        add_two(from, from + stride, taps, weight, &upper);
        add_two(from + 2 * stride, from + 3 * stride, taps, weight, &lower);
        // The fourth byte belongs to the next pixel, which is written later. After the last pixel it would belong to another row.
        const int bytes = x + 1 < w->targets ? 4 : 3;
        if (bytes == 4) {
            store_two(&upper, 4, target, target + width);
            store_two(&lower, 4, target + 2 * width, target + 3 * width);
        } else {
            store_two(&upper, 3, target, target + width);
            store_two(&lower, 3, target + 2 * width, target + 3 * width);
        }
    }
}

/// One row. Nothing is read past its pixels.
static void NAME(across_one)(const uint8_t *source, const cp_weights *w, uint8_t *target) {
    const int32_t *weight = w->weights;
    for (int64_t x = 0; x < w->targets; x++, weight += w->taps, target += 3)
        for (int channel = 0; channel < 3; channel++) {
            const uint8_t *from = source + (int64_t)w->first[x] * 3 + channel;
            int32_t sum = HALF;
            for (int32_t i = 0; i < w->taps; i++) sum += from[i * 3] * weight[i];
            target[channel] = rounded_one(sum);
        }
}

static void NAME(across)(int64_t rows, const uint8_t *source, int64_t stride, const cp_weights *w, uint8_t *target) {
    int64_t y = 0;
    for (; (y + 4) * stride + 16 <= rows * stride; y += 4) {
        const uint8_t *from = source + y * stride;
        uint8_t *to = target + y * w->targets * 3;
        switch (w->taps) {
        case 2: across_four(from, stride, 2, w, to); break;
        case 3: across_four(from, stride, 3, w, to); break;
        default: across_four(from, stride, w->taps, w, to);
        }
    }
    for (; y < rows; y++) NAME(across_one)(source + y * stride, w, target + y * w->targets * 3);
}

/// `vectors` times eight bytes of a target row.
INLINE void down_some(int vectors, const uint8_t *source, int64_t bytes, int32_t taps, const int32_t *weights,
                      uint8_t *target) {
    sums8 sums[4];
    for (int v = 0; v < vectors; v++) sums[v] = (sums8){} + HALF;
    for (int32_t i = 0; i < taps; i++, source += bytes)
        for (int v = 0; v < vectors; v++) {
            bytes8 values;
            memcpy(&values, source + v * 8, 8);
            sums[v] += __builtin_convertvector(values, sums8) * weights[i];
        }
    for (int v = 0; v < vectors; v++) {
        const bytes8 values = __builtin_convertvector(rounded(&sums[v]), bytes8);
        memcpy(target + v * 8, &values, 8);
    }
}

static void NAME(down)(int64_t bytes, const uint8_t *source, const cp_weights *w, uint8_t *target) {
    for (int64_t y = 0; y < w->targets; y++, target += bytes) {
        const uint8_t *from = source + w->first[y] * bytes;
        const int32_t *weights = w->weights + y * w->taps;
        int64_t x = 0;
        for (; x + 32 <= bytes; x += 32) down_some(4, from + x, bytes, w->taps, weights, target + x);
        for (; x + 8 <= bytes; x += 8) down_some(1, from + x, bytes, w->taps, weights, target + x);
        for (; x < bytes; x++) {
            int32_t sum = HALF;
            for (int32_t i = 0; i < w->taps; i++) sum += from[i * bytes + x] * weights[i];
            target[x] = rounded_one(sum);
        }
    }
}

// MARK: PNG's filters. a is the pixel to the left, b the one above, c the one above a.

INLINE wide8 load_pixel(const uint8_t *p) {
    uint64_t value = 0;
    memcpy(&value, p, 4);
    return __builtin_convertvector((bytes8)value, wide8);
}

/// PNG's predictor: which of a, b and c is nearest to a + b − c.
INLINE wide8 paeth(wide8 a, wide8 b, wide8 c) {
    const wide8 across = b - c, along = a - c;
    const wide8 to_a = __builtin_elementwise_abs(across), to_b = __builtin_elementwise_abs(along);
    const wide8 to_c = __builtin_elementwise_abs(across + along);
    const wide8 least = __builtin_elementwise_min(__builtin_elementwise_min(to_a, to_b), to_c);
    const wide8 is_a = (wide8)(to_a == least), is_b = (wide8)(to_b == least);
    return (is_a & a) | (~is_a & ((is_b & b) | (~is_b & c)));
}

/// A row of filter 1 (left), 3 (mean) or 4 (Paeth), where each pixel depends on the one before.
INLINE void unfilter_row(int filter, int64_t width, int32_t channels, const uint8_t *source, const uint8_t *above,
                         uint8_t *target) {
    wide8 a = {}, c = {};
    for (int64_t x = 0; x < width; x++, source += channels, above += channels, target += channels) {
        const wide8 b = load_pixel(above);
        const wide8 guess = filter == 1 ? a : filter == 3 ? (a + b) >> 1 : paeth(a, b, c);
        a = (load_pixel(source) + guess) & 0xFF;
        c = b;
        const bytes8 values = __builtin_convertvector(a, bytes8);
        memcpy(target, &values, (size_t)channels);
    }
}

INLINE int32_t unfilter_rows(int64_t width, int64_t height, int32_t channels, const uint8_t *source,
                             const uint8_t *above, uint8_t *target) {
    const int64_t bytes = width * channels;
    for (int64_t y = 0; y < height; y++, source += 1 + bytes, above = target, target += bytes) {
        const uint8_t *row = source + 1;
        switch (*source) {
        case 0: memcpy(target, row, (size_t)bytes); break;
        case 1: unfilter_row(1, width, channels, row, above, target); break;
        case 2: for (int64_t i = 0; i < bytes; i++) target[i] = (uint8_t)(row[i] + above[i]); break;
        case 3: unfilter_row(3, width, channels, row, above, target); break;
        case 4: unfilter_row(4, width, channels, row, above, target); break;
        default: return 1;
        }
    }
    return 0;
}

static int32_t NAME(unfilter)(int64_t width, int64_t height, int32_t channels, const uint8_t *source,
                              const uint8_t *blank, uint8_t *target) {
    return channels == 3 ? unfilter_rows(width, height, 3, source, blank, target)
                         : unfilter_rows(width, height, 4, source, blank, target);
}

static void NAME(over_white)(int64_t pixels, const uint8_t *rgba, uint8_t *rgb) {
    for (int64_t i = 0; i < pixels; i++) {
        const uint32_t alpha = rgba[i * 4 + 3];
        for (int channel = 0; channel < 3; channel++)
            rgb[i * 3 + channel] = (uint8_t)((rgba[i * 4 + channel] * alpha + 255 * (255 - alpha) + 127) / 255);
    }
}

static void NAME(mirror)(int64_t width, int64_t height, const uint8_t *rgb, uint8_t *mirrored) {
    for (int64_t y = 0; y < height; y++, rgb += width * 3, mirrored += width * 3)
        for (int64_t x = 0; x < width; x++) memcpy(mirrored + x * 3, rgb + (width - 1 - x) * 3, 3);
}

static void NAME(look_up)(int64_t pixels, const uint8_t *rgb, const float *table, float *values) {
    for (int64_t i = 0; i < pixels * 3; i += 3) {
        values[i] = table[rgb[i]];
        values[i + 1] = table[256 + rgb[i + 1]];
        values[i + 2] = table[512 + rgb[i + 2]];
    }
}

const cp_pixels NAME(cp_pixels) = {
    .name = SET_NAME,
    .across = NAME(across),
    .down = NAME(down),
    .unfilter = NAME(unfilter),
    .over_white = NAME(over_white),
    .mirror = NAME(mirror),
    .look_up = NAME(look_up),
};
