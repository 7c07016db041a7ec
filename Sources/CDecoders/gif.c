#include "frames.h"
#include "libraries.h"

#if HAS_GIF
#include <gif_lib.h>
#include <stdlib.h>
#include <string.h>

LINK(gif, "gif");

struct file {
    const uint8_t *bytes;
    size_t count, place;
};

static int read_bytes(GifFileType *gif, GifByteType *to, int count) {
    struct file *file = gif->UserData;
    const size_t left = file->count - file->place, taken = (size_t)count < left ? (size_t)count : left;
    memcpy(to, file->bytes + file->place, taken);
    file->place += taken;
    return (int)taken;
}

/// Whether every block is complete. The byte that ends a GIF is missing in many files, so it need not be there.
static bool is_whole(const uint8_t *bytes, size_t count) {
    if (count < 13) return false;
    size_t place = 13;
    if (bytes[10] & 0x80) place += (size_t)3 << ((bytes[10] & 7) + 1);
    if (place > count) return false;
    while (place < count && bytes[place] != 0x3B) {
        if (bytes[place] == 0x21) {
            place += 2;
        } else if (bytes[place] == 0x2C) {
            if (count - place < 11) return false;
            const uint8_t flags = bytes[place + 9];
            place += 11 + (flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0);
        } else {
            return true;  // Damage, which giflib judges.
        }
        // A chain of blocks with their lengths; 0 ends it.
        size_t length;
        do {
            if (place >= count) return false;
            length = bytes[place];
            place += 1 + length;
        } while (length > 0);
    }
    return place <= count;
}

struct animation {
    GifFileType *gif;
    struct aniwho_frames *frames;
    /// The canvas, and what was there before a frame that is to be taken away again.
    uint8_t *canvas, *before;
    uint8_t *line;
    GraphicsControlBlock control;
    uint64_t milliseconds;
};

/// The part of a frame that lies on the canvas.
struct part { size_t left, top, width, height; };

static struct part part_of(const struct animation *animation) {
    const GifImageDesc *image = &animation->gif->Image;
    const size_t width = animation->frames->width, height = animation->frames->height;
    const size_t left = (size_t)image->Left, top = (size_t)image->Top;
    if (left >= width || top >= height) return (struct part){0, 0, 0, 0};
    return (struct part){
        left, top, (size_t)image->Width < width - left ? (size_t)image->Width : width - left,
        (size_t)image->Height < height - top ? (size_t)image->Height : height - top};
}

static void draw_line(const struct animation *animation, struct part part, size_t row) {
    const GifFileType *gif = animation->gif;
    const ColorMapObject *map = gif->Image.ColorMap ? gif->Image.ColorMap : gif->SColorMap;
    if (row >= part.height || !map) return;
    uint8_t *to = animation->canvas + ((part.top + row) * animation->frames->width + part.left) * 4;
    for (size_t x = 0; x < part.width; x++, to += 4) {
        const int index = animation->line[x];
        if (index == animation->control.TransparentColor || index >= map->ColorCount) continue;
        const GifColorType color = map->Colors[index];
        to[0] = color.Red, to[1] = color.Green, to[2] = color.Blue, to[3] = 255;
    }
}

/// Draws the frame whose description was read. Returns false if its data are damaged.
static bool draw(const struct animation *animation, struct part part) {
    const size_t width = (size_t)animation->gif->Image.Width, height = (size_t)animation->gif->Image.Height;
    static const size_t starts[4] = {0, 4, 2, 1}, steps[4] = {8, 8, 4, 2};
    const bool interlaced = animation->gif->Image.Interlace;
    for (int pass = 0; pass < (interlaced ? 4 : 1); pass++)
        for (size_t row = interlaced ? starts[pass] : 0; row < height; row += interlaced ? steps[pass] : 1) {
            if (DGifGetLine(animation->gif, animation->line, (int)width) == GIF_ERROR) return false;
            draw_line(animation, part, row);
        }
    return true;
}

/// Takes the frame away, as its control block says.
static void dispose(const struct animation *animation, struct part part) {
    const size_t width = animation->frames->width;
    if (animation->control.DisposalMode == DISPOSE_BACKGROUND)
        for (size_t row = 0; row < part.height; row++)
            memset(animation->canvas + ((part.top + row) * width + part.left) * 4, 0, part.width * 4);
    if (animation->control.DisposalMode == DISPOSE_PREVIOUS)
        memcpy(animation->canvas, animation->before, width * animation->frames->height * 4);
}

static enum aniwho_outcome failure(const struct animation *animation) {
    const int error = animation->gif->Error;
    if (error == D_GIF_ERR_EOF_TOO_SOON || error == D_GIF_ERR_READ_FAILED)
        return refuse_truncated(animation->frames, "GIF");
    const char *text = GifErrorString(error);
    return refuse(animation->frames, ANIWHO_DAMAGED, "the GIF is damaged (%s)", text ? text : "unknown error");
}

static enum aniwho_outcome begin(struct animation *animation) {
    const GifFileType *gif = animation->gif;
    // A file without a size has that of its first frame.
    const bool sized = gif->SWidth > 0 && gif->SHeight > 0;
    const int width = sized ? gif->SWidth : gif->Image.Left + gif->Image.Width;
    const int height = sized ? gif->SHeight : gif->Image.Top + gif->Image.Height;
    const enum aniwho_outcome outcome = frames_begin(animation->frames, (uint64_t)width, (uint64_t)height);
    if (outcome != ANIWHO_DECODED) return outcome;
    animation->canvas = transparent_canvas(animation->frames);
    animation->before = transparent_canvas(animation->frames);
    // A frame's width is a 16-bit number.
    animation->line = malloc(65536);
    return animation->canvas && animation->before && animation->line ? ANIWHO_DECODED : refuse_memory(animation->frames);
}

static enum aniwho_outcome add_frame(struct animation *animation) {
    if (DGifGetImageDesc(animation->gif) == GIF_ERROR) return failure(animation);
    if (!animation->canvas) {
        const enum aniwho_outcome outcome = begin(animation);
        if (outcome != ANIWHO_DECODED) return outcome;
    }
    const struct part part = part_of(animation);
    if (animation->control.DisposalMode == DISPOSE_PREVIOUS)
        memcpy(animation->before, animation->canvas, (size_t)animation->frames->width * animation->frames->height * 4);
    if (!draw(animation, part)) return failure(animation);
    const enum aniwho_outcome outcome =
        frames_add(animation->frames, animation->canvas, STRAIGHT, animation->milliseconds);
    dispose(animation, part);
    // Browsers show a frame of at most 10 ms for 100 ms.
    animation->milliseconds += animation->control.DelayTime > 1 ? (uint64_t)animation->control.DelayTime * 10 : 100;
    animation->control = (GraphicsControlBlock){.TransparentColor = NO_TRANSPARENT_COLOR};
    return outcome;
}

static enum aniwho_outcome read_extension(struct animation *animation) {
    int code;
    GifByteType *block;
    if (DGifGetExtension(animation->gif, &code, &block) == GIF_ERROR) return failure(animation);
    while (block) {
        if (code == GRAPHICS_EXT_FUNC_CODE) DGifExtensionToGCB(block[0], block + 1, &animation->control);
        if (DGifGetExtensionNext(animation->gif, &block) == GIF_ERROR) return failure(animation);
    }
    return ANIWHO_DECODED;
}

static enum aniwho_outcome read_records(struct animation *animation) {
    enum aniwho_outcome outcome = ANIWHO_DECODED;
    while (outcome == ANIWHO_DECODED && (!animation->canvas || frames_want_more(animation->frames))) {
        const struct file *file = animation->gif->UserData;
        if (file->place == file->count) break;
        GifRecordType type;
        if (DGifGetRecordType(animation->gif, &type) == GIF_ERROR) return failure(animation);
        if (type == TERMINATE_RECORD_TYPE) break;
        if (type == IMAGE_DESC_RECORD_TYPE) outcome = add_frame(animation);
        if (type == EXTENSION_RECORD_TYPE) outcome = read_extension(animation);
    }
    return outcome;
}

enum aniwho_outcome decode_gif(const uint8_t *bytes, size_t count, struct aniwho_frames *frames) {
    if (!is_whole(bytes, count)) return refuse_truncated(frames, "GIF");
    struct file file = {.bytes = bytes, .count = count};
    int error = 0;
    struct animation animation = {
        .gif = DGifOpen(&file, read_bytes, &error),
        .frames = frames,
        .control = {.TransparentColor = NO_TRANSPARENT_COLOR}};
    if (!animation.gif) return refuse(frames, ANIWHO_DAMAGED, "the GIF is damaged (%s)", GifErrorString(error));
    const enum aniwho_outcome outcome = read_records(&animation);
    DGifCloseFile(animation.gif, &error);
    free(animation.canvas);
    free(animation.before);
    free(animation.line);
    return outcome;
}
#else
enum aniwho_outcome decode_gif(const uint8_t *bytes, size_t count, struct aniwho_frames *frames) {
    (void)bytes, (void)count;
    return refuse_missing(frames, "GIF", "libgif-dev");
}
#endif
