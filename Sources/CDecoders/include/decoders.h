#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The decoders that run in a process of their own: GIF, animated WebP, APNG, AVIF, HEIC, JPEG XL, BMP and TIFF.
///
/// Each library is optional. A build without one has a decoder that says so.

/// How decoding ended. The numbers travel to the parent process.
enum aniwho_outcome {
    ANIWHO_DECODED = 0,
    ANIWHO_TRUNCATED = 1,
    ANIWHO_DAMAGED = 2,
    ANIWHO_UNSUPPORTED = 3,
    ANIWHO_TOO_MANY_PIXELS = 4,
    ANIWHO_NO_MEMORY = 5,
    ANIWHO_NO_DECODER = 6,
};

/// The most frames of an animation that are kept.
#define ANIWHO_MOST_FRAMES 16
/// The most frames of an animation that are looked at.
#define ANIWHO_MOST_DECODED 1000
/// The side of the small picture that frames are compared by.
#define ANIWHO_THUMBNAIL 16

/// A frame that differs from the other kept ones.
struct aniwho_frame {
    /// When it is first seen, from the beginning of the animation.
    uint32_t milliseconds;
    /// `width · height · 3` bytes; transparent pixels lie over white.
    uint8_t *rgb;
    /// The mean colors of 16 × 16 parts.
    uint8_t thumbnail[ANIWHO_THUMBNAIL * ANIWHO_THUMBNAIL * 3];
};

/// What is asked for, and what was decoded. Start from zeros and set the first three members.
struct aniwho_frames {
    /// The most pixels of the picture; also of all kept frames together, except that one is always kept.
    uint64_t most_pixels;
    /// The most frames to keep: 1 to `ANIWHO_MOST_FRAMES`. With 1, the first frame is the only one that is decoded.
    uint32_t most_frames;
    /// Called once, when the size is known and before memory is allocated, with the bytes that decoding may take. May be NULL.
    void (*sized)(uint64_t bytes);

    uint32_t width, height;
    /// EXIF's orientation (1–8), which is still to be applied.
    uint32_t orientation;
    uint32_t count;
    /// The kept frames, and room for one more to choose from.
    struct aniwho_frame frames[ANIWHO_MOST_FRAMES + 1];
    /// Why it was refused, in English.
    char message[200];

    // The decoders' own.
    uint32_t room, seen;
    double threshold;
};

/// The names of the formats that this build reads, separated by spaces.
const char *aniwho_formats(void);

/// What a decoder must load before the sandbox closes.
void aniwho_prepare(const char *format);

/// Decodes a file. `format` is gif, webp, apng, avif, heic, jxl, bmp or tiff.
enum aniwho_outcome aniwho_decode(const char *format, const uint8_t *bytes, size_t count, struct aniwho_frames *frames);

/// Frees the kept frames.
void aniwho_frames_free(struct aniwho_frames *frames);

/// The memory that decoding may take: this for the libraries, and for each pixel of the picture and each pixel of the kept frames.
#define ANIWHO_BASE_MEMORY (UINT64_C(512) << 20)
#define ANIWHO_PIXEL_MEMORY 40
#define ANIWHO_KEPT_MEMORY 3

/// Gives up everything that decoding does not need: files, network, other processes, programs, new privileges, and more memory and time
/// of the processor than a picture needs. It cannot be taken back. Returns false if the kernel refuses.
///
/// `most_pixels` is the limit on the picture's size; `seconds` is the most time of the processor.
bool aniwho_sandbox_enter(uint64_t most_pixels, unsigned seconds);

/// Lets the process take this much memory beside the libraries', up to what the limit on the picture's size allows.
void aniwho_sandbox_sized(uint64_t bytes);
