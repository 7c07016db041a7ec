// The byte loops of pictures: resizing, PNG's row filters, transparency. Pixels are 8 bits a channel, row by row.
//
// One body (body.h) is compiled once for each instruction set; cp_pixels_best() picks at run time. All sets give the same bytes.
#pragma once
#include <stdint.h>

/// Which source pixels make the target pixels along one dimension: `taps` neighbours each.
typedef struct {
    int64_t targets;
    int32_t taps;
    const int32_t *first;    ///< one for each target: the first source pixel
    const int32_t *weights;  ///< `taps` for each target, fractions of 1 << CP_WEIGHT_BITS
} cp_weights;

enum { CP_WEIGHT_BITS = 22 };

typedef struct {
    const char *name;  ///< "avx2" or "base"

    /// Rows of RGB, each resized. Those of `source` lie `stride` bytes apart, those of `target` without a gap.
    void (*across)(int64_t rows, const uint8_t *source, int64_t stride, const cp_weights *w, uint8_t *target);

    /// Rows of `bytes` bytes resized to other rows.
    void (*down)(int64_t bytes, const uint8_t *source, const cp_weights *w, uint8_t *target);

    /// Undoes PNG's filters (PNG specification, section 9) for 8-bit RGB (`channels` 3) or RGBA (4).
    /// - source: each row is the filter's number and width · channels bytes; a byte may be read past the end.
    /// - blank: width · channels + 1 zeros, the row above the first.
    /// Returns 0, or 1 for a filter that there is not.
    int32_t (*unfilter)(int64_t width, int64_t height, int32_t channels, const uint8_t *source, const uint8_t *blank,
                        uint8_t *target);

    /// RGBA laid over white, rounded as a fraction of 255.
    void (*over_white)(int64_t pixels, const uint8_t *rgba, uint8_t *rgb);

    /// RGB rows, each left for right.
    void (*mirror)(int64_t width, int64_t height, const uint8_t *rgb, uint8_t *mirrored);

    /// The value that a table of 3 × 256 has for each byte of RGB pixels.
    void (*look_up)(int64_t pixels, const uint8_t *rgb, const float *table, float *values);
} cp_pixels;

/// The fastest set that this processor runs.
const cp_pixels *cp_pixels_best(void);
/// A set by name, or NULL where this processor (or architecture) lacks it. For tests.
const cp_pixels *cp_pixels_named(const char *name);
