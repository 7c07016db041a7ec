#include "frames.h"
#include "libraries.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LINK(m, "m");

/// Frames differ if the root mean square of their thumbnails' differences is at least this much of 255. A mouth that moves gives about
/// 3, another face in a sixteenth of the picture about 15.
static const double first_threshold = 8;
/// All frames that are decoded have together at most this many times the pixels that one picture may have.
static const uint64_t most_pictures = 4;

enum aniwho_outcome refuse(struct aniwho_frames *frames, enum aniwho_outcome outcome, const char *format, ...) {
    va_list values;
    va_start(values, format);
    vsnprintf(frames->message, sizeof frames->message, format, values);
    va_end(values);
    return outcome;
}

enum aniwho_outcome refuse_truncated(struct aniwho_frames *frames, const char *name) {
    return refuse(frames, ANIWHO_TRUNCATED, "the %s ends early: the file is incomplete", name);
}

enum aniwho_outcome refuse_memory(struct aniwho_frames *frames) {
    return refuse(frames, ANIWHO_NO_MEMORY, "decoding the picture needs more memory than a picture of its size may take");
}

enum aniwho_outcome refuse_missing(struct aniwho_frames *frames, const char *name, const char *package) {
    return refuse(
        frames, ANIWHO_NO_DECODER,
        "this build has no %s decoder: install the package %s and build again, or convert the picture to PNG", name, package);
}

enum aniwho_outcome frames_begin(struct aniwho_frames *frames, uint64_t width, uint64_t height) {
    if (width == 0 || height == 0)
        return refuse(
            frames, ANIWHO_DAMAGED, "the picture claims to be %llu×%llu", (unsigned long long)width,
            (unsigned long long)height);
    if (width > frames->most_pixels / height)
        return refuse(
            frames, ANIWHO_TOO_MANY_PIXELS, "the picture is %llu×%llu; the limit is %llu pixels",
            (unsigned long long)width, (unsigned long long)height, (unsigned long long)frames->most_pixels);
    frames->width = (uint32_t)width;
    frames->height = (uint32_t)height;
    frames->orientation = 1;
    frames->threshold = first_threshold;
    uint64_t room = frames->most_pixels / (width * height);
    if (room > frames->most_frames) room = frames->most_frames;
    frames->room = (uint32_t)room;
    if (frames->sized) frames->sized(width * height * (ANIWHO_PIXEL_MEMORY + ANIWHO_KEPT_MEMORY * room));
    return ANIWHO_DECODED;
}

uint8_t *transparent_canvas(const struct aniwho_frames *frames) {
    return calloc((size_t)frames->width * frames->height, 4);
}

static uint8_t *over_white(const struct aniwho_frames *frames, const uint8_t *rgba, enum alpha alpha) {
    const size_t pixels = (size_t)frames->width * frames->height;
    uint8_t *rgb = malloc(pixels * 3);
    if (!rgb) return NULL;
    for (size_t i = 0; i < pixels; i++) {
        const uint32_t opacity = rgba[i * 4 + 3];
        for (int channel = 0; channel < 3; channel++) {
            const uint32_t color = rgba[i * 4 + channel];
            const uint32_t sum = alpha == STRAIGHT ? (color * opacity + 255 * (255 - opacity) + 127) / 255
                                                   : color + 255 - opacity;
            rgb[i * 3 + channel] = (uint8_t)(sum < 255 ? sum : 255);
        }
    }
    return rgb;
}

/// The mean color of each part. A part has at least one pixel, in pictures smaller than the thumbnail too.
static void make_thumbnail(const struct aniwho_frames *frames, struct aniwho_frame *frame) {
    const uint64_t width = frames->width, height = frames->height, side = ANIWHO_THUMBNAIL;
    for (uint64_t row = 0; row < side; row++)
        for (uint64_t column = 0; column < side; column++) {
            const uint64_t top = row * height / side, left = column * width / side;
            uint64_t bottom = (row + 1) * height / side, right = (column + 1) * width / side;
            if (bottom == top) bottom++;
            if (right == left) right++;
            uint64_t sums[3] = {0, 0, 0};
            for (uint64_t y = top; y < bottom; y++)
                for (const uint8_t *at = frame->rgb + (y * width + left) * 3, *end = at + (right - left) * 3; at < end; at += 3)
                    for (int channel = 0; channel < 3; channel++) sums[channel] += at[channel];
            for (int channel = 0; channel < 3; channel++)
                frame->thumbnail[(row * side + column) * 3 + channel] =
                    (uint8_t)(sums[channel] / ((bottom - top) * (right - left)));
        }
}

static double difference(const struct aniwho_frame *a, const struct aniwho_frame *b) {
    double sum = 0;
    for (size_t i = 0; i < sizeof a->thumbnail; i++) {
        const double step = (double)a->thumbnail[i] - b->thumbnail[i];
        sum += step * step;
    }
    return sqrt(sum / sizeof a->thumbnail);
}

/// Whether a frame differs from the first `count` kept ones.
static bool is_new(const struct aniwho_frames *frames, const struct aniwho_frame *frame, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (difference(&frames->frames[i], frame) < frames->threshold) return false;
    return true;
}

/// The later one of the two frames that differ least, among the first `count`. From now on a new frame must differ more than they do, so
/// that the kept frames are spread over the whole animation.
static uint32_t most_redundant(struct aniwho_frames *frames, uint32_t count) {
    uint32_t redundant = count - 1;
    double least = INFINITY;
    for (uint32_t later = 1; later < count; later++)
        for (uint32_t i = 0; i < later; i++) {
            const double step = difference(&frames->frames[i], &frames->frames[later]);
            if (step < least) least = step, redundant = later;
        }
    frames->threshold = least;
    return redundant;
}

enum aniwho_outcome frames_add(
    struct aniwho_frames *frames, const uint8_t *rgba, enum alpha alpha, uint64_t milliseconds) {
    frames->seen++;
    struct aniwho_frame *frame = &frames->frames[frames->count];
    frame->milliseconds = milliseconds < UINT32_MAX ? (uint32_t)milliseconds : UINT32_MAX;
    frame->rgb = over_white(frames, rgba, alpha);
    if (!frame->rgb) return refuse_memory(frames);
    make_thumbnail(frames, frame);
    if (!is_new(frames, frame, frames->count)) {
        free(frame->rgb);
    } else if (frames->count < frames->room) {
        frames->count++;
    } else {
        const uint32_t redundant = most_redundant(frames, frames->count + 1);
        free(frames->frames[redundant].rgb);
        for (uint32_t i = redundant; i < frames->count; i++) frames->frames[i] = frames->frames[i + 1];
    }
    return ANIWHO_DECODED;
}

bool frames_want_more(const struct aniwho_frames *frames) {
    if (frames->room == 1) return frames->count == 0;
    const uint64_t decoded = (uint64_t)frames->seen * frames->width * frames->height;
    return frames->seen < ANIWHO_MOST_DECODED && decoded < frames->most_pixels * most_pictures;
}

void aniwho_frames_free(struct aniwho_frames *frames) {
    for (uint32_t i = 0; i < frames->count; i++) free(frames->frames[i].rgb);
    frames->count = 0;
}
