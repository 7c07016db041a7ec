#include "frames.h"
#include "libraries.h"

#include <string.h>

static const struct {
    const char *name;
    decoder *decode;
    bool is_built;
} formats[] = {
    {"apng", decode_apng, true},
    {"bmp", decode_bmp, true},
    {"webp", decode_webp, true},
    {"gif", decode_gif, HAS_GIF},
    {"tiff", decode_tiff, HAS_TIFF},
    {"avif", decode_avif, HAS_AVIF},
    {"heic", decode_heic, HAS_HEIF},
    {"jxl", decode_jxl, HAS_JXL},
};
enum { format_count = sizeof formats / sizeof *formats };

const char *aniwho_formats(void) {
    static char names[64];
    names[0] = 0;
    for (int i = 0; i < format_count; i++)
        if (formats[i].is_built) {
            if (names[0]) strcat(names, " ");
            strcat(names, formats[i].name);
        }
    return names;
}

void aniwho_prepare(const char *format) {
    if (strcmp(format, "heic") == 0) prepare_heic();
}

enum aniwho_outcome aniwho_decode(const char *format, const uint8_t *bytes, size_t count, struct aniwho_frames *frames) {
    if (frames->most_frames < 1) frames->most_frames = 1;
    if (frames->most_frames > ANIWHO_MOST_FRAMES) frames->most_frames = ANIWHO_MOST_FRAMES;
    for (int i = 0; i < format_count; i++)
        if (strcmp(format, formats[i].name) == 0) {
            const enum aniwho_outcome outcome = formats[i].decode(bytes, count, frames);
            if (outcome == ANIWHO_DECODED && frames->count == 0)
                return refuse(frames, ANIWHO_DAMAGED, "the file holds no picture");
            return outcome;
        }
    return refuse(frames, ANIWHO_NO_DECODER, "there is no decoder for the format %s", format);
}

bool boxes_are_whole(const uint8_t *bytes, size_t count) {
    size_t place = 0;
    while (count - place >= 8) {
        uint64_t length = big32(bytes + place);
        if (length == 0) return true;  // It reaches to the end of the file.
        if (length == 1) {
            if (count - place < 16) return false;
            length = (uint64_t)big32(bytes + place + 8) << 32 | big32(bytes + place + 12);
        }
        if (length < 8 || length > count - place) return false;
        place += length;
    }
    return place == count;
}
