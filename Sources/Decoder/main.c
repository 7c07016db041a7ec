// aniwho-decode: decodes one picture in a sandbox. aniwho and aniwhod start it; nobody needs to call it.
//
//     aniwho-decode FORMAT PIXELS FRAMES SECONDS < FILE > REPLY
//
// The reply begins with six little-endian 32-bit numbers: the mark, the outcome, EXIF's orientation, width, height, number of frames. If the picture was decoded, the frames' times in milliseconds follow, then their pixels. Otherwise the fifth number is the
// length of the message that follows.
#define _GNU_SOURCE
#include <decoders.h>
#include <reply.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/// Reads standard input to its end; the size is known if it is a file.
static uint8_t *read_input(size_t *count) {
    struct stat information;
    if (fstat(STDIN_FILENO, &information) != 0) return NULL;
    size_t room = information.st_size > 0 ? (size_t)information.st_size + 1 : 1 << 16;
    uint8_t *bytes = malloc(room);
    *count = 0;
    while (bytes) {
        if (*count == room) {
            room *= 2;
            uint8_t *larger = realloc(bytes, room);
            if (!larger) free(bytes);
            bytes = larger;
            continue;
        }
        const ssize_t read_now = read(STDIN_FILENO, bytes + *count, room - *count);
        if (read_now < 0 && errno == EINTR) continue;
        if (read_now <= 0) break;
        *count += (size_t)read_now;
    }
    close(STDIN_FILENO);
    return bytes;
}

int main(int count, char **words) {
    if (count != 5) {
        fprintf(stderr, "aniwho-decode: aniwho and aniwhod use this program to decode pictures. It reads: %s\n", aniwho_formats());
        return 64;
    }
    // The picture is of no use to anybody when the parent has gone.
    const pid_t parent = getppid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) return 1;
    struct aniwho_frames frames = {
        .most_pixels = strtoull(words[2], NULL, 10),
        .most_frames = (uint32_t)strtoul(words[3], NULL, 10),
        .sized = aniwho_sandbox_sized};
    size_t size = 0;
    uint8_t *bytes = read_input(&size);
    aniwho_prepare(words[1]);
    if (!bytes || !aniwho_sandbox_enter(frames.most_pixels, (unsigned)strtoul(words[4], NULL, 10))) return 1;
    const enum aniwho_outcome outcome = aniwho_decode(words[1], bytes, size, &frames);
    // Without the libraries' functions that run at the end.
    _exit(aniwho_reply(outcome, &frames) ? 0 : 1);
}
