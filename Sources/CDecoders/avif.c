#include "frames.h"
#include "libraries.h"

#if HAS_AVIF
#include <avif/avif.h>
#include <stdlib.h>

LINK(avif, "avif");

static enum aniwho_outcome failure(struct aniwho_frames *frames, avifResult result) {
    switch (result) {
    case AVIF_RESULT_TRUNCATED_DATA: return refuse_truncated(frames, "AVIF");
    case AVIF_RESULT_OUT_OF_MEMORY: return refuse_memory(frames);
    case AVIF_RESULT_NO_CODEC_AVAILABLE:
    case AVIF_RESULT_NOT_IMPLEMENTED:
    case AVIF_RESULT_UNSUPPORTED_DEPTH:
        return refuse(
            frames, ANIWHO_UNSUPPORTED, "this kind of AVIF is not supported (%s). Save it as PNG", avifResultToString(result));
    default: return refuse(frames, ANIWHO_DAMAGED, "the AVIF is damaged (%s)", avifResultToString(result));
    }
}

/// EXIF's orientation for the rotation (irot, counterclockwise) followed by the mirroring (imir) of a file.
static uint32_t orientation(const avifImage *image) {
#if AVIF_VERSION_MAJOR >= 1
    const bool sideways = image->imir.axis == 1;
#else
    const bool sideways = image->imir.mode == 1;
#endif
    const unsigned quarters = image->transformFlags & AVIF_TRANSFORM_IROT ? image->irot.angle & 3 : 0;
    static const uint32_t rotated[4] = {1, 8, 3, 6}, then_left_right[4] = {2, 7, 4, 5}, then_top_bottom[4] = {4, 5, 2, 7};
    if (!(image->transformFlags & AVIF_TRANSFORM_IMIR)) return rotated[quarters];
    return (sideways ? then_left_right : then_top_bottom)[quarters];
}

static enum aniwho_outcome add_frames(avifDecoder *decoder, struct aniwho_frames *frames, uint8_t *rgba) {
    const avifImage *image = decoder->image;
    while (frames_want_more(frames) && decoder->imageIndex + 1 < decoder->imageCount) {
        avifResult result = avifDecoderNextImage(decoder);
        if (result != AVIF_RESULT_OK) return failure(frames, result);
        if (image->width != frames->width || image->height != frames->height)
            return refuse(frames, ANIWHO_UNSUPPORTED, "the frames of the AVIF differ in size. Save it as PNG");
        avifRGBImage rgb;
        avifRGBImageSetDefaults(&rgb, image);
        rgb.format = AVIF_RGB_FORMAT_RGBA;
        rgb.depth = 8;
        rgb.pixels = rgba;
        rgb.rowBytes = image->width * 4;
        result = avifImageYUVToRGB(image, &rgb);
        if (result != AVIF_RESULT_OK) return failure(frames, result);
        const double seconds = decoder->imageTiming.pts;
        const uint64_t milliseconds = seconds > 0 && seconds < 4e6 ? (uint64_t)(seconds * 1000 + 0.5) : 0;
        const enum aniwho_outcome outcome = frames_add(frames, rgba, STRAIGHT, milliseconds);
        if (outcome != ANIWHO_DECODED) return outcome;
    }
    return ANIWHO_DECODED;
}

static enum aniwho_outcome read_file(
    avifDecoder *decoder, const uint8_t *bytes, size_t count, struct aniwho_frames *frames) {
    avifResult result = avifDecoderSetIOMemory(decoder, bytes, count);
    if (result == AVIF_RESULT_OK) result = avifDecoderParse(decoder);
    if (result != AVIF_RESULT_OK) return failure(frames, result);
    const avifImage *image = decoder->image;
    const enum aniwho_outcome begun = frames_begin(frames, image->width, image->height);
    if (begun != ANIWHO_DECODED) return begun;
    uint8_t *rgba = transparent_canvas(frames);
    if (!rgba) return refuse_memory(frames);
    const enum aniwho_outcome outcome = add_frames(decoder, frames, rgba);
    frames->orientation = orientation(image);
    free(rgba);
    return outcome;
}

enum aniwho_outcome decode_avif(const uint8_t *bytes, size_t count, struct aniwho_frames *frames) {
    if (!boxes_are_whole(bytes, count)) return refuse_truncated(frames, "AVIF");
    avifDecoder *decoder = avifDecoderCreate();
    if (!decoder) return refuse_memory(frames);
    decoder->maxThreads = 1;
    decoder->ignoreExif = decoder->ignoreXMP = AVIF_TRUE;
    // Many encoders leave out properties that only the standard's letter asks for.
    decoder->strictFlags = AVIF_STRICT_DISABLED;
    const enum aniwho_outcome outcome = read_file(decoder, bytes, count, frames);
    avifDecoderDestroy(decoder);
    return outcome;
}
#else
enum aniwho_outcome decode_avif(const uint8_t *bytes, size_t count, struct aniwho_frames *frames) {
    (void)bytes, (void)count;
    return refuse_missing(frames, "AVIF", "libavif-dev");
}
#endif
