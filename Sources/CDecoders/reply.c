#include <errno.h>
#include <reply.h>
#include <string.h>
#include <unistd.h>

static bool write_all(const void *from, size_t count) {
    const uint8_t *at = from;
    while (count > 0) {
        const ssize_t written = write(STDOUT_FILENO, at, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        at += written;
        count -= (size_t)written;
    }
    return true;
}

static bool write_numbers(const uint32_t *numbers, size_t count) {
    uint8_t bytes[64];
    for (size_t i = 0; i < count; i++)
        for (int part = 0; part < 4; part++) bytes[i * 4 + (size_t)part] = (uint8_t)(numbers[i] >> (8 * part));
    return write_all(bytes, count * 4);
}

bool aniwho_reply(enum aniwho_outcome outcome, const struct aniwho_frames *frames) {
    if (outcome != ANIWHO_DECODED) {
        const uint32_t length = (uint32_t)strlen(frames->message);
        const uint32_t header[6] = {ANIWHO_REPLY_MARK, (uint32_t)outcome, 0, 0, length, 0};
        return write_numbers(header, 6) && write_all(frames->message, length);
    }
    const uint32_t header[6] = {ANIWHO_REPLY_MARK, (uint32_t)outcome, frames->orientation, frames->width, frames->height,
                                frames->count};
    if (!write_numbers(header, 6)) return false;
    for (uint32_t i = 0; i < frames->count; i++)
        if (!write_numbers(&frames->frames[i].milliseconds, 1)) return false;
    const size_t size = (size_t)frames->width * frames->height * 3;
    for (uint32_t i = 0; i < frames->count; i++)
        if (!write_all(frames->frames[i].rgb, size)) return false;
    return true;
}
