#include "frames.h"

#include <stdlib.h>
#include <string.h>

// Bitmaps of Windows and OS/2: 1, 2, 4, 8, 16, 24 and 32 bits a pixel, with masks, and with run lengths for 4 and 8 bits.

enum compression { RGB = 0, RLE8 = 1, RLE4 = 2, BITFIELDS = 3, ALPHABITFIELDS = 6 };

struct bitmap {
    const uint8_t *bytes;
    size_t count;
    uint32_t width, height;
    bool from_top;
    unsigned bits;
    enum compression compression;
    /// The palette: entries of 3 or 4 bytes, blue first.
    size_t palette, entry, colors;
    /// Red, green, blue, alpha; a mask of 0 is a channel that is not there.
    uint32_t masks[4];
    size_t pixels;
};

static bool read_header(struct bitmap *bitmap) {
    const uint8_t *at = bitmap->bytes + 14;
    const size_t header = little32(at);
    if (header == 12) {
        bitmap->width = little16(at + 4), bitmap->height = little16(at + 6);
        bitmap->bits = little16(at + 10);
        bitmap->entry = 3;
    } else {
        bitmap->width = little32(at + 4);
        const uint32_t height = little32(at + 8);
        bitmap->from_top = height >> 31;
        bitmap->height = bitmap->from_top ? 0 - height : height;
        bitmap->bits = little16(at + 14);
        bitmap->compression = little32(at + 16);
        bitmap->colors = little32(at + 32);
        bitmap->entry = 4;
    }
    const bool masked = bitmap->compression == BITFIELDS || bitmap->compression == ALPHABITFIELDS;
    const size_t mask_count = header >= 56 || bitmap->compression == ALPHABITFIELDS ? 4 : 3;
    if (masked) {
        if (bitmap->count < 54 + mask_count * 4) return false;
        for (size_t i = 0; i < mask_count; i++) bitmap->masks[i] = little32(bitmap->bytes + 54 + i * 4);
    } else if (bitmap->bits == 16) {
        bitmap->masks[0] = 0x7C00, bitmap->masks[1] = 0x03E0, bitmap->masks[2] = 0x001F;
    } else {
        bitmap->masks[0] = 0xFF0000, bitmap->masks[1] = 0x00FF00, bitmap->masks[2] = 0x0000FF;
    }
    bitmap->palette = 14 + header + (masked && header == 40 ? mask_count * 4 : 0);
    bitmap->pixels = little32(bitmap->bytes + 10);
    if (bitmap->bits <= 8) {
        const size_t most = (size_t)1 << bitmap->bits;
        if (bitmap->colors == 0 || bitmap->colors > most) bitmap->colors = most;
        // Some files have fewer colors than they say: their pixels begin before the palette would end.
        if (bitmap->pixels >= bitmap->palette && bitmap->colors > (bitmap->pixels - bitmap->palette) / bitmap->entry)
            bitmap->colors = (bitmap->pixels - bitmap->palette) / bitmap->entry;
        if (bitmap->palette + bitmap->colors * bitmap->entry > bitmap->count) return false;
    }
    return bitmap->pixels <= bitmap->count;
}

static bool is_supported(const struct bitmap *bitmap) {
    switch (bitmap->compression) {
    case RGB:
        return bitmap->bits == 1 || bitmap->bits == 2 || bitmap->bits == 4 || bitmap->bits == 8 || bitmap->bits == 16 ||
               bitmap->bits == 24 || bitmap->bits == 32;
    case RLE8: return bitmap->bits == 8 && !bitmap->from_top;
    case RLE4: return bitmap->bits == 4 && !bitmap->from_top;
    case BITFIELDS:
    case ALPHABITFIELDS: return bitmap->bits == 16 || bitmap->bits == 32;
    default: return false;
    }
}

static uint8_t *row_at(const struct bitmap *bitmap, uint8_t *rgba, size_t row) {
    return rgba + (bitmap->from_top ? row : bitmap->height - 1 - row) * bitmap->width * 4;
}

/// A color beyond the palette is black.
static void put_color(const struct bitmap *bitmap, unsigned index, uint8_t *to) {
    to[0] = to[1] = to[2] = 0, to[3] = 255;
    if (index >= bitmap->colors) return;
    const uint8_t *color = bitmap->bytes + bitmap->palette + index * bitmap->entry;
    to[0] = color[2], to[1] = color[1], to[2] = color[0];
}

/// A masked value, stretched to 0…255.
static uint8_t channel(uint32_t value, uint32_t mask) {
    const unsigned shift = (unsigned)__builtin_ctz(mask);
    return (uint8_t)(((uint64_t)((value & mask) >> shift) * 255 + (mask >> shift) / 2) / (mask >> shift));
}

static void put_masked(const struct bitmap *bitmap, uint32_t value, uint8_t *to) {
    for (int i = 0; i < 4; i++)
        to[i] = bitmap->masks[i] ? channel(value, bitmap->masks[i]) : i == 3 ? 255 : 0;
}

static void read_row(const struct bitmap *bitmap, const uint8_t *from, uint8_t *to) {
    for (size_t x = 0; x < bitmap->width; x++, to += 4)
        switch (bitmap->bits) {
        case 16: put_masked(bitmap, little16(from + x * 2), to); break;
        case 24: to[0] = from[x * 3 + 2], to[1] = from[x * 3 + 1], to[2] = from[x * 3], to[3] = 255; break;
        case 32: put_masked(bitmap, little32(from + x * 4), to); break;
        default: {
            const unsigned bits = bitmap->bits, each = 8 / bits;
            const unsigned shift = 8 - bits - (unsigned)(x % each) * bits;
            put_color(bitmap, (unsigned)(from[x / each] >> shift) & ((1u << bits) - 1), to);
        }
        }
}

static enum aniwho_outcome read_rows(const struct bitmap *bitmap, uint8_t *rgba, struct aniwho_frames *frames) {
    const size_t stride = ((size_t)bitmap->width * bitmap->bits + 31) / 32 * 4;
    if (bitmap->height > (bitmap->count - bitmap->pixels) / stride) return refuse_truncated(frames, "BMP");
    for (size_t row = 0; row < bitmap->height; row++)
        read_row(bitmap, bitmap->bytes + bitmap->pixels + row * stride, row_at(bitmap, rgba, row));
    return ANIWHO_DECODED;
}

/// Writes a pixel of a run, if it is inside the picture.
static void put_run(const struct bitmap *bitmap, uint8_t *rgba, size_t x, size_t y, unsigned index) {
    if (x < bitmap->width && y < bitmap->height) put_color(bitmap, index, row_at(bitmap, rgba, y) + x * 4);
}

/// Pixels that no run reaches have the first color.
static enum aniwho_outcome read_runs(const struct bitmap *bitmap, uint8_t *rgba, struct aniwho_frames *frames) {
    for (size_t i = 0; i < (size_t)bitmap->width * bitmap->height; i++) put_color(bitmap, 0, rgba + i * 4);
    const uint8_t *at = bitmap->bytes + bitmap->pixels, *end = bitmap->bytes + bitmap->count;
    const bool small = bitmap->bits == 4;
    size_t x = 0, y = 0;
    while (y < bitmap->height) {
        if (end - at < 2) return refuse_truncated(frames, "BMP");
        const unsigned length = at[0], value = at[1];
        at += 2;
        if (length > 0) {
            for (unsigned i = 0; i < length; i++, x++)
                put_run(bitmap, rgba, x, y, small ? (i % 2 ? value & 15 : value >> 4) : value);
        } else if (value == 0) {
            x = 0, y++;
        } else if (value == 1) {
            return ANIWHO_DECODED;
        } else if (value == 2) {
            if (end - at < 2) return refuse_truncated(frames, "BMP");
            x += at[0], y += at[1];
            at += 2;
        } else {
            // Pixels one by one, padded to an even number of bytes.
            const ptrdiff_t bytes = small ? (value + 1) / 2 : value;
            if (end - at < bytes + (bytes & 1)) return refuse_truncated(frames, "BMP");
            for (unsigned i = 0; i < value; i++, x++)
                put_run(bitmap, rgba, x, y, small ? (i % 2 ? at[i / 2] & 15 : at[i / 2] >> 4) : at[i]);
            at += bytes + (bytes & 1);
        }
    }
    return ANIWHO_DECODED;
}

enum aniwho_outcome decode_bmp(const uint8_t *bytes, size_t count, struct aniwho_frames *frames) {
    if (count < 26) return refuse_truncated(frames, "BMP");
    const uint32_t header = little32(bytes + 14);
    if (header != 12 && (header < 40 || header > 124)) return refuse(frames, ANIWHO_DAMAGED, "the BMP has a damaged header");
    if (count < 14 + (size_t)header) return refuse_truncated(frames, "BMP");
    struct bitmap bitmap = {.bytes = bytes, .count = count};
    const bool whole = read_header(&bitmap);
    if (!is_supported(&bitmap))
        return refuse(
            frames, ANIWHO_UNSUPPORTED, "this kind of BMP is not supported (%u bits a pixel, compression %u). Save it as PNG",
            bitmap.bits, (unsigned)bitmap.compression);
    if (bitmap.width >> 31 || bitmap.height >> 31) return refuse(frames, ANIWHO_DAMAGED, "the BMP has a damaged header");
    const enum aniwho_outcome begun = frames_begin(frames, bitmap.width, bitmap.height);
    if (begun != ANIWHO_DECODED) return begun;
    if (!whole) return refuse_truncated(frames, "BMP");
    uint8_t *rgba = transparent_canvas(frames);
    if (!rgba) return refuse_memory(frames);
    const bool runs = bitmap.compression == RLE8 || bitmap.compression == RLE4;
    enum aniwho_outcome outcome = runs ? read_runs(&bitmap, rgba, frames) : read_rows(&bitmap, rgba, frames);
    if (outcome == ANIWHO_DECODED) outcome = frames_add(frames, rgba, STRAIGHT, 0);
    free(rgba);
    return outcome;
}
