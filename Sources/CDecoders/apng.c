#include "frames.h"

#include <libdeflate.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

// An animated PNG is a PNG with chunks for more pictures (https://www.w3.org/TR/png-3/#apng-frame-based-animation). Each of them is made
// a PNG of its own here, which libpng decodes.

enum { DISPOSE_NOTHING = 0, DISPOSE_BACKGROUND = 1, DISPOSE_PREVIOUS = 2, BLEND_OVER = 1 };

struct control {
    uint32_t width, height, left, top;
    uint64_t milliseconds;
    uint8_t dispose, blend;
};

struct animation {
    struct aniwho_frames *frames;
    /// The header's data, and the chunks before the picture's data that every frame needs.
    uint8_t header[13];
    uint8_t *shared;
    size_t shared_count;
    /// The frame that is being collected: a PNG, up to its last data so far. Empty when there is none.
    struct control control;
    uint8_t *png;
    size_t png_count;
    uint8_t *canvas, *before, *part;
    uint64_t milliseconds;
};

/// Appends a chunk. `to` must have room for 12 bytes more than its data.
static void append_chunk(uint8_t *to, size_t *length, const char *name, const uint8_t *data, size_t count) {
    uint8_t *at = to + *length;
    at[0] = (uint8_t)(count >> 24), at[1] = (uint8_t)(count >> 16), at[2] = (uint8_t)(count >> 8), at[3] = (uint8_t)count;
    memcpy(at + 4, name, 4);
    if (count > 0) memcpy(at + 8, data, count);
    const uint32_t sum = libdeflate_crc32(0, at + 4, count + 4);
    at += 8 + count;
    at[0] = (uint8_t)(sum >> 24), at[1] = (uint8_t)(sum >> 16), at[2] = (uint8_t)(sum >> 8), at[3] = (uint8_t)sum;
    *length += count + 12;
}

static enum aniwho_outcome damaged(struct animation *animation, const char *what) {
    return refuse(animation->frames, ANIWHO_DAMAGED, "the PNG animation is damaged (%s)", what);
}

/// Decodes the collected frame into `part`.
static enum aniwho_outcome decode_part(struct animation *animation) {
    append_chunk(animation->png, &animation->png_count, "IEND", NULL, 0);
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_memory(&image, animation->png, animation->png_count))
        return damaged(animation, image.message);
    // libpng would take 16-bit samples for linear light, but these pictures are sRGB.
    if (image.format & PNG_FORMAT_FLAG_LINEAR) image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
    image.format = PNG_FORMAT_RGBA;
    if (!png_image_finish_read(&image, NULL, animation->part, 0, NULL)) return damaged(animation, image.message);
    return ANIWHO_DECODED;
}

/// Lays a pixel over another one, neither of them multiplied by its opacity.
static void blend_over(uint8_t *below, const uint8_t *above) {
    const uint32_t over = above[3] * 255, under = (255 - above[3]) * below[3], opacity = over + under;
    if (opacity == 0) return;
    for (int i = 0; i < 3; i++) below[i] = (uint8_t)((above[i] * over + below[i] * under + opacity / 2) / opacity);
    below[3] = (uint8_t)((opacity + 127) / 255);
}

static void draw(struct animation *animation) {
    const struct control *control = &animation->control;
    for (size_t row = 0; row < control->height; row++) {
        uint8_t *to = animation->canvas + ((control->top + row) * animation->frames->width + control->left) * 4;
        const uint8_t *from = animation->part + row * control->width * 4;
        if (control->blend != BLEND_OVER) memcpy(to, from, (size_t)control->width * 4);
        else
            for (size_t x = 0; x < control->width; x++) blend_over(to + x * 4, from + x * 4);
    }
}

static void dispose(struct animation *animation) {
    const struct control *control = &animation->control;
    const size_t width = animation->frames->width;
    if (control->dispose == DISPOSE_BACKGROUND)
        for (size_t row = 0; row < control->height; row++)
            memset(animation->canvas + ((control->top + row) * width + control->left) * 4, 0, (size_t)control->width * 4);
    if (control->dispose == DISPOSE_PREVIOUS)
        memcpy(animation->canvas, animation->before, width * animation->frames->height * 4);
}

/// Decodes and shows the collected frame, if there is one.
static enum aniwho_outcome finish_frame(struct animation *animation) {
    if (animation->png_count == 0) return ANIWHO_DECODED;
    enum aniwho_outcome outcome = decode_part(animation);
    if (outcome == ANIWHO_DECODED) {
        if (animation->control.dispose == DISPOSE_PREVIOUS)
            memcpy(
                animation->before, animation->canvas, (size_t)animation->frames->width * animation->frames->height * 4);
        draw(animation);
        outcome = frames_add(animation->frames, animation->canvas, STRAIGHT, animation->milliseconds);
        dispose(animation);
        animation->milliseconds += animation->control.milliseconds;
    }
    animation->png_count = 0;
    return outcome;
}

/// Reads an fcTL chunk, and begins its PNG.
static enum aniwho_outcome begin_frame(struct animation *animation, const uint8_t *data, size_t count) {
    if (count != 26) return damaged(animation, "a frame without its size");
    struct control control = {
        .width = big32(data + 4), .height = big32(data + 8), .left = big32(data + 12), .top = big32(data + 16),
        .dispose = data[24], .blend = data[25]};
    const uint32_t width = animation->frames->width, height = animation->frames->height;
    if (control.width == 0 || control.height == 0 || control.width > width || control.height > height ||
        control.left > width - control.width || control.top > height - control.height)
        return damaged(animation, "a frame outside the picture");
    const uint32_t parts = big16(data + 22) ? big16(data + 22) : 100;
    control.milliseconds = (uint64_t)big16(data + 20) * 1000 / parts;
    animation->control = control;
    memcpy(animation->png, "\x89PNG\r\n\x1a\n", 8);
    animation->png_count = 8;
    memcpy(animation->header, data + 4, 8);
    append_chunk(animation->png, &animation->png_count, "IHDR", animation->header, 13);
    memcpy(animation->png + animation->png_count, animation->shared, animation->shared_count);
    animation->png_count += animation->shared_count;
    return ANIWHO_DECODED;
}

static enum aniwho_outcome begin(struct animation *animation, const uint8_t *header, size_t file) {
    memcpy(animation->header, header, 13);
    const enum aniwho_outcome outcome = frames_begin(animation->frames, big32(header), big32(header + 4));
    if (outcome != ANIWHO_DECODED) return outcome;
    animation->canvas = transparent_canvas(animation->frames);
    animation->before = transparent_canvas(animation->frames);
    animation->part = transparent_canvas(animation->frames);
    // A frame's PNG has no more chunks than the file, and one header and one end.
    animation->png = malloc(file + 64);
    animation->shared = malloc(file);
    return animation->canvas && animation->before && animation->part && animation->png && animation->shared
               ? ANIWHO_DECODED
               : refuse_memory(animation->frames);
}

static bool is_shared(const uint8_t *name) {
    static const char names[][5] = {"PLTE", "tRNS", "gAMA", "sRGB", "cHRM", "iCCP", "sBIT"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (memcmp(name, names[i], 4) == 0) return true;
    return false;
}

/// Takes a complete chunk after the header: its name, data and checksum begin at `chunk`.
static enum aniwho_outcome take(struct animation *animation, const uint8_t *chunk, size_t count, bool *has_data) {
    const uint8_t *data = chunk + 8;
    if (memcmp(chunk + 4, "fcTL", 4) == 0) {
        const enum aniwho_outcome outcome = finish_frame(animation);
        return outcome == ANIWHO_DECODED ? begin_frame(animation, data, count) : outcome;
    }
    if (memcmp(chunk + 4, "IDAT", 4) == 0) {
        *has_data = true;
        // Without a control chunk before it, this picture is for programs that show no animations.
        if (animation->png_count > 0) append_chunk(animation->png, &animation->png_count, "IDAT", data, count);
    } else if (memcmp(chunk + 4, "fdAT", 4) == 0) {
        if (animation->png_count == 0 || count < 4) return damaged(animation, "data without a frame");
        append_chunk(animation->png, &animation->png_count, "IDAT", data + 4, count - 4);
    } else if (!*has_data && is_shared(chunk + 4)) {
        memcpy(animation->shared + animation->shared_count, chunk, count + 12);
        animation->shared_count += count + 12;
        // The first frame's control chunk may come before them.
        if (animation->png_count > 0) append_chunk(animation->png, &animation->png_count, (const char *)chunk + 4, data, count);
    }
    return ANIWHO_DECODED;
}

static enum aniwho_outcome read_chunks(struct animation *animation, const uint8_t *bytes, size_t count) {
    bool has_data = false;
    for (size_t place = 8; frames_want_more(animation->frames);) {
        if (count - place < 12) return refuse_truncated(animation->frames, "PNG");
        const size_t length = big32(bytes + place);
        if (length > count - place - 12) return refuse_truncated(animation->frames, "PNG");
        const uint8_t *chunk = bytes + place;
        if (libdeflate_crc32(0, chunk + 4, length + 4) != big32(chunk + 8 + length))
            return damaged(animation, "a checksum is wrong");
        if (memcmp(chunk + 4, "IEND", 4) == 0) return finish_frame(animation);
        if (place > 8) {
            const enum aniwho_outcome outcome = take(animation, chunk, length, &has_data);
            if (outcome != ANIWHO_DECODED) return outcome;
        }
        place += length + 12;
    }
    return ANIWHO_DECODED;
}

enum aniwho_outcome decode_apng(const uint8_t *bytes, size_t count, struct aniwho_frames *frames) {
    if (count < 33) return refuse_truncated(frames, "PNG");
    if (memcmp(bytes, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", 16) != 0)
        return refuse(frames, ANIWHO_DAMAGED, "the PNG animation is damaged (its header is missing)");
    struct animation animation = {.frames = frames};
    enum aniwho_outcome outcome = begin(&animation, bytes + 16, count);
    if (outcome == ANIWHO_DECODED) outcome = read_chunks(&animation, bytes, count);
    free(animation.canvas);
    free(animation.before);
    free(animation.part);
    free(animation.png);
    free(animation.shared);
    return outcome;
}
