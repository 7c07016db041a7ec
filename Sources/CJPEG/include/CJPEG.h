#pragma once
#include <stddef.h>
#include <stdint.h>

/// JPEG through libjpeg's own interface. libjpeg reports errors by longjmp, which must not cross Swift frames, so it stays in C.

/// How a call ended.
typedef enum { CJPEG_OK, CJPEG_TRUNCATED, CJPEG_DAMAGED, CJPEG_UNSUPPORTED } cjpeg_outcome;

typedef struct cjpeg_decoder cjpeg_decoder;

/// What a file says before its pixels.
typedef struct {
    int width, height;
    /// 3 for RGB; 4 for CMYK, as the file stores it.
    int channels;
    /// The body of the first EXIF segment, with its prefix; NULL if there is none. It belongs to the decoder.
    const uint8_t *exif;
    size_t exif_count;
} cjpeg_header;

/// A decoder of `count` bytes, which must stay in place until `cjpeg_close`; NULL if memory is short.
cjpeg_decoder *cjpeg_open(const uint8_t *bytes, size_t count);

/// Reads up to the first scan.
cjpeg_outcome cjpeg_read_header(cjpeg_decoder *decoder, cjpeg_header *header);

/// Decodes `width · height · channels` bytes. CJPEG_OK means that no pixel was lost or invented.
cjpeg_outcome cjpeg_read_pixels(cjpeg_decoder *decoder, uint8_t *pixels);

/// Why the last call did not end with CJPEG_OK.
const char *cjpeg_message(const cjpeg_decoder *decoder);

void cjpeg_close(cjpeg_decoder *decoder);

/// Writes an RGB picture with colors at half the resolution.
/// @param quality from 1 to 100.
/// @param file receives the file, which the caller frees; NULL if libjpeg refuses the picture.
/// @return the size of the file in bytes.
size_t cjpeg_encode(const uint8_t *rgb, int width, int height, int quality, uint8_t **file);
