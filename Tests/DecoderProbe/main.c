// A decoder that was taken over: it enters the sandbox as aniwho-decode does, then tries what the input names. Replies with a picture of
// one pixel: white if it succeeded, black if the sandbox refused.
#define _GNU_SOURCE
#include <decoders.h>
#include <reply.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void *do_nothing(void *nothing) { return nothing; }

static bool starts_thread(void) {
    pthread_t thread;
    return pthread_create(&thread, NULL, do_nothing, NULL) == 0 && pthread_join(thread, NULL) == 0;
}

static bool gets_more_memory(void) {
    const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    return setrlimit(RLIMIT_AS, &none) == 0;
}

/// Each piece can be seen from outside, so that the compiler cannot leave it out.
static void *volatile eaten;

static void eat_memory(void) {
    for (;;) {
        char *piece = malloc(1 << 20);
        if (!piece) abort();
        memset(piece, 1, 1 << 20);
        eaten = piece;
    }
}

static void talk_nonsense(const char *kind) {
    uint32_t header[6] = {ANIWHO_REPLY_MARK, 0, 1, 1, 1, 1};
    if (strcmp(kind, "huge") == 0) header[3] = header[4] = 0xFFFFFFFF;
    if (strcmp(kind, "mark") == 0) header[0] = 0;
    if (strcmp(kind, "frames") == 0) header[5] = 17;
    if (strcmp(kind, "turned") == 0) header[2] = 9;
    (void)!write(STDOUT_FILENO, header, sizeof header);
    _exit(0);
}

static bool tries(const char *deed) {
    if (strcmp(deed, "read") == 0) return open("/etc/passwd", O_RDONLY) >= 0;
    if (strcmp(deed, "write") == 0) return open("/tmp/aniwho-probe", O_WRONLY | O_CREAT, 0600) >= 0;
    if (strcmp(deed, "look") == 0) return access("/etc/passwd", F_OK) == 0;
    if (strcmp(deed, "unix") == 0) return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
    if (strcmp(deed, "internet") == 0) return socket(AF_INET, SOCK_STREAM, 0) >= 0;
    if (strcmp(deed, "fork") == 0) return fork() >= 0;
    if (strcmp(deed, "execute") == 0) return execl("/bin/true", "true", (char *)NULL) == 0;
    if (strcmp(deed, "signal") == 0) return kill(getppid(), 0) == 0;
    if (strcmp(deed, "trace") == 0) return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
    if (strcmp(deed, "code") == 0) return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
    if (strcmp(deed, "limit") == 0) return gets_more_memory();
    if (strcmp(deed, "stderr") == 0) return write(STDERR_FILENO, "x", 1) == 1;
    if (strcmp(deed, "thread") == 0) return starts_thread();
    if (strcmp(deed, "environment") == 0) return getenv("PATH") != NULL;
    if (strcmp(deed, "crash") == 0) raise(SIGSEGV), abort();
    if (strcmp(deed, "hang") == 0)
        for (volatile int i = 0;; i++) {}
    if (strcmp(deed, "sleep") == 0)
        for (;;) sleep(1);
    if (strcmp(deed, "eat") == 0) eat_memory();
    if (strcmp(deed, "leave") == 0) _exit(3);
    talk_nonsense(deed);
    return false;
}

int main(int count, char **words) {
    char deed[32] = "";
    if (count != 5 || read(STDIN_FILENO, deed, sizeof deed - 1) <= 0) return 1;
    if (!aniwho_sandbox_enter(strtoull(words[2], NULL, 10), (unsigned)strtoul(words[4], NULL, 10))) return 2;
    uint8_t pixel[3];
    memset(pixel, tries(deed) ? 255 : 0, sizeof pixel);
    struct aniwho_frames frames = {.width = 1, .height = 1, .orientation = 1, .count = 1};
    frames.frames[0].rgb = pixel;
    _exit(aniwho_reply(ANIWHO_DECODED, &frames) ? 0 : 1);
}
