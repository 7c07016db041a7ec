// The loops over pixels: resizing, PNG's row filters, transparency. Pixels are 8 bits a channel, row by row.
//
// One body (body.h) is compiled once for each instruction set; cp_pixels_best() picks at run time. All sets give the same bytes.
#pragma once
#include <stdint.h>

/// The source pixels of each target pixel along one dimension: `taps` neighbors.
typedef struct {
    int64_t targets;
    int32_t taps;
    const int32_t *first;    ///< one for each target: the first source pixel
    const int32_t *weights;  ///< `taps` for each target, fractions of 1 << CP_WEIGHT_BITS
} cp_weights;

enum { CP_WEIGHT_BITS = 22 };

typedef struct {
    const char *name;  ///< "avx2" or "base"

    /// Resizes rows of RGB across. The rows of `source` are `stride` bytes apart; those of `target` have no gaps.
    void (*across)(int64_t rows, const uint8_t *source, int64_t stride, const cp_weights *w, uint8_t *target);

    /// Resizes rows of `bytes` bytes down.
    void (*down)(int64_t bytes, const uint8_t *source, const cp_weights *w, uint8_t *target);

    /// Undoes PNG's filters (PNG specification, section 9) for 8-bit RGB (`channels` 3) or RGBA (4).
    /// - source: each row is the filter's number and width · channels bytes; a byte may be read past the end.
    /// - blank: width · channels + 1 zeros, the row above the first.
    /// Returns 0, or 1 for an unknown filter.
    int32_t (*unfilter)(int64_t width, int64_t height, int32_t channels, const uint8_t *source, const uint8_t *blank,
                        uint8_t *target);

    /// Lays RGBA over white, rounded as a fraction of 255.
    void (*over_white)(int64_t pixels, const uint8_t *rgba, uint8_t *rgb);

    /// Mirrors rows of RGB.
    void (*mirror)(int64_t width, int64_t height, const uint8_t *rgb, uint8_t *mirrored);

    /// Looks up each byte of RGB pixels in a table of 3 × 256 values.
    void (*look_up)(int64_t pixels, const uint8_t *rgb, const float *table, float *values);
} cp_pixels;

/// The loops of the fastest instruction set of this processor.
const cp_pixels *cp_pixels_best(void);
/// The loops of an instruction set by name, or NULL if this processor or architecture lacks it. For tests.
const cp_pixels *cp_pixels_named(const char *name);
