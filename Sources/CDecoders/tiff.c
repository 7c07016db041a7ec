#include "frames.h"
#include "libraries.h"

#if HAS_TIFF
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

LINK(tiff, "tiff");

struct file {
    const uint8_t *bytes;
    size_t count, place;
};

/// What libtiff complained about first.
static char complaint[160];

static void note(const char *module, const char *format, va_list values) {
    (void)module;
    if (!complaint[0]) vsnprintf(complaint, sizeof complaint, format, values);
}

static tmsize_t read_bytes(thandle_t handle, void *to, tmsize_t count) {
    struct file *file = handle;
    const size_t left = file->place < file->count ? file->count - file->place : 0;
    const size_t taken = (size_t)count < left ? (size_t)count : left;
    memcpy(to, file->bytes + file->place, taken);
    file->place += taken;
    return (tmsize_t)taken;
}

static tmsize_t write_nothing(thandle_t handle, void *from, tmsize_t count) {
    (void)handle, (void)from, (void)count;
    return 0;
}

static toff_t seek(thandle_t handle, toff_t place, int from) {
    struct file *file = handle;
    file->place = (size_t)(from == SEEK_CUR ? file->place + place : from == SEEK_END ? file->count + place : place);
    return file->place;
}

static int close_nothing(thandle_t handle) {
    (void)handle;
    return 0;
}

static toff_t size(thandle_t handle) { return ((struct file *)handle)->count; }

static enum aniwho_outcome failure(struct aniwho_frames *frames) {
    const char *signs[] = {"Read error", "read error", "got ", "Can not read", "Cannot read", "past end", "Not enough data"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strstr(complaint, signs[i])) return refuse_truncated(frames, "TIFF");
    return refuse(frames, ANIWHO_DAMAGED, "the TIFF is damaged (%s)", complaint);
}

/// Decodes the first page.
static enum aniwho_outcome decode_page(TIFF *tiff, struct aniwho_frames *frames) {
    uint32_t width = 0, height = 0;
    uint16_t orientation = ORIENTATION_TOPLEFT;
    if (!TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width) || !TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height))
        return refuse(frames, ANIWHO_DAMAGED, "the TIFF does not say how large it is");
    const enum aniwho_outcome begun = frames_begin(frames, width, height);
    if (begun != ANIWHO_DECODED) return begun;
    char reason[1024] = "";
    if (!TIFFRGBAImageOK(tiff, reason))
        return refuse(frames, ANIWHO_UNSUPPORTED, "this kind of TIFF is not supported: %.120s. Save it as PNG", reason);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &orientation);
    if (orientation < 1 || orientation > 8) orientation = ORIENTATION_TOPLEFT;
    const size_t pixels = (size_t)width * height;
    uint32_t *raster = calloc(pixels, sizeof *raster);
    if (!raster) return refuse_memory(frames);
    enum aniwho_outcome outcome;
    // Asked for in its own orientation, libtiff turns nothing; it could not turn by 90° anyway.
    if (!TIFFReadRGBAImageOriented(tiff, width, height, raster, orientation, 1)) {
        outcome = failure(frames);
    } else {
        uint8_t *rgba = (uint8_t *)raster;
        for (size_t i = 0; i < pixels; i++) {
            const uint32_t pixel = raster[i];
            rgba[i * 4] = TIFFGetR(pixel), rgba[i * 4 + 1] = TIFFGetG(pixel);
            rgba[i * 4 + 2] = TIFFGetB(pixel), rgba[i * 4 + 3] = TIFFGetA(pixel);
        }
        outcome = frames_add(frames, rgba, PREMULTIPLIED, 0);
        frames->orientation = orientation;
    }
    free(raster);
    return outcome;
}

enum aniwho_outcome decode_tiff(const uint8_t *bytes, size_t count, struct aniwho_frames *frames) {
    complaint[0] = 0;
    TIFFSetErrorHandler(note);
    TIFFSetWarningHandler(NULL);
    struct file file = {.bytes = bytes, .count = count};
    TIFF *tiff = TIFFClientOpen("", "rm", &file, read_bytes, write_nothing, seek, close_nothing, size, NULL, NULL);
    if (!tiff) return failure(frames);
    const enum aniwho_outcome outcome = decode_page(tiff, frames);
    TIFFClose(tiff);
    return outcome;
}
#else
enum aniwho_outcome decode_tiff(const uint8_t *bytes, size_t count, struct aniwho_frames *frames) {
    (void)bytes, (void)count;
    return refuse_missing(frames, "TIFF", "libtiff-dev");
}
#endif
