#include "frames.h"
#include "libraries.h"

#include <webp/decode.h>
#include <webp/demux.h>

LINK(webpdemux, "webpdemux");

/// The frames of an animation.
static enum aniwho_outcome add_frames(WebPAnimDecoder *decoder, struct aniwho_frames *frames) {
    int began = 0;
    while (frames_want_more(frames) && WebPAnimDecoderHasMoreFrames(decoder)) {
        uint8_t *rgba;
        int ended;
        if (!WebPAnimDecoderGetNext(decoder, &rgba, &ended))
            return refuse(frames, ANIWHO_DAMAGED, "frame %u of the WebP animation is damaged", frames->seen + 1);
        const enum aniwho_outcome outcome = frames_add(frames, rgba, STRAIGHT, began > 0 ? (uint64_t)began : 0);
        if (outcome != ANIWHO_DECODED) return outcome;
        began = ended;
    }
    return ANIWHO_DECODED;
}

enum aniwho_outcome decode_webp(const uint8_t *bytes, size_t count, struct aniwho_frames *frames) {
    WebPBitstreamFeatures features;
    const VP8StatusCode status = WebPGetFeatures(bytes, count, &features);
    if (status == VP8_STATUS_NOT_ENOUGH_DATA || status == VP8_STATUS_SUSPENDED) return refuse_truncated(frames, "WebP");
    if (status != VP8_STATUS_OK)
        return refuse(frames, ANIWHO_DAMAGED, "the WebP is damaged (libwebp status %d)", (int)status);
    const enum aniwho_outcome begun = frames_begin(frames, (uint64_t)features.width, (uint64_t)features.height);
    if (begun != ANIWHO_DECODED) return begun;
    WebPAnimDecoderOptions options;
    if (!WebPAnimDecoderOptionsInit(&options))
        return refuse(frames, ANIWHO_UNSUPPORTED, "libwebpdemux is of another version than the program was built for");
    options.color_mode = MODE_RGBA;
    options.use_threads = 0;
    const WebPData data = {.bytes = bytes, .size = count};
    WebPAnimDecoder *decoder = WebPAnimDecoderNew(&data, &options);
    if (!decoder) return refuse(frames, ANIWHO_DAMAGED, "the WebP animation is damaged or incomplete");
    const enum aniwho_outcome outcome = add_frames(decoder, frames);
    WebPAnimDecoderDelete(decoder);
    return outcome;
}
