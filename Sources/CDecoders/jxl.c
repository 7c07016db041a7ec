#include "frames.h"
#include "libraries.h"

#if HAS_JXL
#include <jxl/decode.h>
#include <stdlib.h>

LINK(jxl, "jxl");

/// Pictures whose colors JPEG XL changed for itself come back as sRGB; others keep the colors that they were made from.
static const JxlColorEncoding srgb = {
    .color_space = JXL_COLOR_SPACE_RGB,
    .white_point = JXL_WHITE_POINT_D65,
    .primaries = JXL_PRIMARIES_SRGB,
    .transfer_function = JXL_TRANSFER_FUNCTION_SRGB,
    .rendering_intent = JXL_RENDERING_INTENT_RELATIVE,
};
static const JxlPixelFormat rgba8 = {.num_channels = 4, .data_type = JXL_TYPE_UINT8, .endianness = JXL_NATIVE_ENDIAN};

struct animation {
    JxlDecoder *decoder;
    JxlBasicInfo info;
    uint8_t *rgba;
    /// When the frame begins, and how long it lasts, in ticks.
    uint64_t began, lasts;
};

/// The decoder turns the picture itself, so the size is that of the upright picture.
static enum aniwho_outcome begin(struct animation *animation, struct aniwho_frames *frames) {
    if (JxlDecoderGetBasicInfo(animation->decoder, &animation->info) != JXL_DEC_SUCCESS)
        return refuse(frames, ANIWHO_DAMAGED, "the JPEG XL has a damaged header");
    const enum aniwho_outcome outcome = frames_begin(frames, animation->info.xsize, animation->info.ysize);
    if (outcome != ANIWHO_DECODED) return outcome;
    animation->rgba = transparent_canvas(frames);
    return animation->rgba ? ANIWHO_DECODED : refuse_memory(frames);
}

static enum aniwho_outcome take_buffer(struct animation *animation, struct aniwho_frames *frames) {
    size_t size = 0;
    const size_t expected = (size_t)frames->width * frames->height * 4;
    if (JxlDecoderImageOutBufferSize(animation->decoder, &rgba8, &size) != JXL_DEC_SUCCESS || size != expected ||
        JxlDecoderSetImageOutBuffer(animation->decoder, &rgba8, animation->rgba, size) != JXL_DEC_SUCCESS)
        return refuse(frames, ANIWHO_UNSUPPORTED, "this kind of JPEG XL is not supported. Save it as PNG");
    return ANIWHO_DECODED;
}

static enum aniwho_outcome add_frame(struct animation *animation, struct aniwho_frames *frames) {
    const JxlAnimationHeader *clock = &animation->info.animation;
    const double second = clock->tps_denominator > 0 ? (double)clock->tps_numerator / clock->tps_denominator : 0;
    const uint64_t milliseconds = second > 0 ? (uint64_t)(animation->began * 1000.0 / second + 0.5) : 0;
    animation->began += animation->lasts;
    return frames_add(frames, animation->rgba, animation->info.alpha_premultiplied ? PREMULTIPLIED : STRAIGHT, milliseconds);
}

static void read_duration(struct animation *animation) {
    JxlFrameHeader header;
    animation->lasts = 0;
    if (animation->info.have_animation && JxlDecoderGetFrameHeader(animation->decoder, &header) == JXL_DEC_SUCCESS)
        animation->lasts = header.duration;
}

static enum aniwho_outcome follow(struct animation *animation, struct aniwho_frames *frames) {
    enum aniwho_outcome outcome = ANIWHO_DECODED;
    bool is_closed = false;
    while (outcome == ANIWHO_DECODED && (!animation->rgba || frames_want_more(frames)))
        switch (JxlDecoderProcessInput(animation->decoder)) {
        case JXL_DEC_BASIC_INFO: outcome = begin(animation, frames); break;
        case JXL_DEC_COLOR_ENCODING: JxlDecoderSetPreferredColorProfile(animation->decoder, &srgb); break;
        case JXL_DEC_FRAME: read_duration(animation); break;
        case JXL_DEC_NEED_IMAGE_OUT_BUFFER: outcome = take_buffer(animation, frames); break;
        case JXL_DEC_FULL_IMAGE: outcome = add_frame(animation, frames); break;
        case JXL_DEC_SUCCESS: return ANIWHO_DECODED;
        case JXL_DEC_NEED_MORE_INPUT:
            // Closed at once, the decoder would call a file that ends early damaged.
            if (is_closed) return refuse_truncated(frames, "JPEG XL");
            JxlDecoderCloseInput(animation->decoder);
            is_closed = true;
            break;
        default:
            return is_closed ? refuse_truncated(frames, "JPEG XL")
                             : refuse(frames, ANIWHO_DAMAGED, "the JPEG XL is damaged");
        }
    return outcome;
}

enum aniwho_outcome decode_jxl(const uint8_t *bytes, size_t count, struct aniwho_frames *frames) {
    if (count > 0 && bytes[0] == 0 && !boxes_are_whole(bytes, count)) return refuse_truncated(frames, "JPEG XL");
    struct animation animation = {.decoder = JxlDecoderCreate(NULL)};
    if (!animation.decoder) return refuse_memory(frames);
    const int events = JXL_DEC_BASIC_INFO | JXL_DEC_COLOR_ENCODING | JXL_DEC_FRAME | JXL_DEC_FULL_IMAGE;
    enum aniwho_outcome outcome;
    if (JxlDecoderSubscribeEvents(animation.decoder, events) != JXL_DEC_SUCCESS ||
        JxlDecoderSetInput(animation.decoder, bytes, count) != JXL_DEC_SUCCESS) {
        outcome = refuse_memory(frames);
    } else {
        outcome = follow(&animation, frames);
    }
    JxlDecoderDestroy(animation.decoder);
    free(animation.rgba);
    return outcome;
}
#else
enum aniwho_outcome decode_jxl(const uint8_t *bytes, size_t count, struct aniwho_frames *frames) {
    (void)bytes, (void)count;
    return refuse_missing(frames, "JPEG XL", "libjxl-dev");
}
#endif
