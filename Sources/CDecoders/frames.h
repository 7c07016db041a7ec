#pragma once
#include <decoders.h>

// What the decoders share.

enum alpha { STRAIGHT, PREMULTIPLIED };

/// Notes the size of the picture. Anything but ANIWHO_DECODED is to be returned.
enum aniwho_outcome frames_begin(struct aniwho_frames *frames, uint64_t width, uint64_t height);

/// Lays a decoded frame over white, and keeps it if it differs from the kept ones. `rgba` has no padding.
enum aniwho_outcome frames_add(
    struct aniwho_frames *frames, const uint8_t *rgba, enum alpha alpha, uint64_t milliseconds);

/// Whether another frame should be decoded.
bool frames_want_more(const struct aniwho_frames *frames);

/// Notes why a picture is refused, and returns `outcome`.
enum aniwho_outcome refuse(struct aniwho_frames *frames, enum aniwho_outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/// Refusals that several decoders share.
enum aniwho_outcome refuse_truncated(struct aniwho_frames *frames, const char *name);
enum aniwho_outcome refuse_memory(struct aniwho_frames *frames);
enum aniwho_outcome refuse_missing(struct aniwho_frames *frames, const char *name, const char *package);

/// A canvas of transparent pixels; NULL if there is no memory.
uint8_t *transparent_canvas(const struct aniwho_frames *frames);

/// Numbers in a file.
static inline uint32_t big32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}
static inline uint32_t big16(const uint8_t *at) { return (uint32_t)at[0] << 8 | at[1]; }
static inline uint32_t little32(const uint8_t *at) {
    return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}
static inline uint32_t little16(const uint8_t *at) { return (uint32_t)at[1] << 8 | at[0]; }

/// Whether the outermost boxes of an ISO file (AVIF, HEIC, JPEG XL) are all complete.
bool boxes_are_whole(const uint8_t *bytes, size_t count);

typedef enum aniwho_outcome decoder(const uint8_t *bytes, size_t count, struct aniwho_frames *frames);
decoder decode_gif, decode_webp, decode_apng, decode_avif, decode_heic, decode_jxl, decode_bmp, decode_tiff;
void prepare_heic(void);
