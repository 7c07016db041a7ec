#include "frames.h"
#include "libraries.h"

#if HAS_HEIF
#include <libheif/heif.h>
#include <stdlib.h>
#include <string.h>

LINK(heif, "heif");

void prepare_heic(void) {
#if LIBHEIF_NUMERIC_VERSION >= 0x010E0000
    // Loads the decoders that are libraries of their own.
    heif_init(NULL);
#endif
}

static enum aniwho_outcome failure(struct aniwho_frames *frames, struct heif_error error) {
    if (error.subcode == heif_suberror_End_of_data) return refuse_truncated(frames, "HEIC");
    if (error.code == heif_error_Memory_allocation_error) return refuse_memory(frames);
    if (error.code == heif_error_Unsupported_filetype || error.code == heif_error_Unsupported_feature)
        return refuse(
            frames, ANIWHO_UNSUPPORTED, "this kind of HEIC is not supported (%.100s). Save it as PNG", error.message);
    return refuse(frames, ANIWHO_DAMAGED, "the HEIC is damaged (%.100s)", error.message);
}

static enum aniwho_outcome add_pixels(const struct heif_image *image, enum alpha alpha, struct aniwho_frames *frames) {
    int stride = 0;
    const uint8_t *rows = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
    if (!rows || heif_image_get_width(image, heif_channel_interleaved) != (int)frames->width ||
        heif_image_get_height(image, heif_channel_interleaved) != (int)frames->height)
        return refuse(frames, ANIWHO_DAMAGED, "the HEIC has another size than its header says");
    uint8_t *rgba = transparent_canvas(frames);
    if (!rgba) return refuse_memory(frames);
    const size_t width = (size_t)frames->width * 4;
    for (size_t row = 0; row < frames->height; row++) memcpy(rgba + row * width, rows + row * (size_t)stride, width);
    const enum aniwho_outcome outcome = frames_add(frames, rgba, alpha, 0);
    free(rgba);
    return outcome;
}

/// The picture, turned as the file says. EXIF's orientation in a HEIC only repeats that.
static enum aniwho_outcome decode_handle(const struct heif_image_handle *handle, struct aniwho_frames *frames) {
    const enum aniwho_outcome begun = frames_begin(
        frames, (uint64_t)heif_image_handle_get_width(handle), (uint64_t)heif_image_handle_get_height(handle));
    if (begun != ANIWHO_DECODED) return begun;
    struct heif_decoding_options *options = heif_decoding_options_alloc();
    if (!options) return refuse_memory(frames);
    options->convert_hdr_to_8bit = 1;
    struct heif_image *image = NULL;
    const struct heif_error error =
        heif_decode_image(handle, &image, heif_colorspace_RGB, heif_chroma_interleaved_RGBA, options);
    heif_decoding_options_free(options);
    if (error.code != heif_error_Ok) return failure(frames, error);
    const bool premultiplied = heif_image_handle_is_premultiplied_alpha(handle);
    const enum aniwho_outcome outcome = add_pixels(image, premultiplied ? PREMULTIPLIED : STRAIGHT, frames);
    heif_image_release(image);
    return outcome;
}

enum aniwho_outcome decode_heic(const uint8_t *bytes, size_t count, struct aniwho_frames *frames) {
    if (!boxes_are_whole(bytes, count)) return refuse_truncated(frames, "HEIC");
    struct heif_context *context = heif_context_alloc();
    if (!context) return refuse_memory(frames);
    heif_context_set_max_decoding_threads(context, 0);
    struct heif_image_handle *handle = NULL;
    struct heif_error error = heif_context_read_from_memory_without_copy(context, bytes, count, NULL);
    if (error.code == heif_error_Ok) error = heif_context_get_primary_image_handle(context, &handle);
    const enum aniwho_outcome outcome =
        error.code == heif_error_Ok ? decode_handle(handle, frames) : failure(frames, error);
    if (handle) heif_image_handle_release(handle);
    heif_context_free(context);
    return outcome;
}
#else
void prepare_heic(void) {}

enum aniwho_outcome decode_heic(const uint8_t *bytes, size_t count, struct aniwho_frames *frames) {
    (void)bytes, (void)count;
    return refuse_missing(frames, "HEIC", "libheif-dev");
}
#endif
