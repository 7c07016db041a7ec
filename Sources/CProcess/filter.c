// Uses posix_spawn(3), which does not copy the page tables of a large parent, as fork(2) does.
#define _GNU_SOURCE
#include "cprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <unistd.h>

/// - input, messages: -1 for /dev/null.
static int set_actions(posix_spawn_file_actions_t *actions, int input, int output, int messages) {
    int error = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
    if (!error)
        error = input < 0 ? posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
                          : posix_spawn_file_actions_adddup2(actions, input, STDIN_FILENO);
    if (!error)
        error = messages < 0 ? posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
                             : posix_spawn_file_actions_adddup2(actions, messages, STDERR_FILENO);
    if (!error) error = posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
    return error;
}

static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int error = posix_spawnattr_setsigdefault(attributes, &all);
    if (!error) error = posix_spawnattr_setsigmask(attributes, &none);
    if (!error)
        error = posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    return error;
}

/// A file in memory, to be read from its start; -1 if there is no memory for it.
static int memory_file(const char *bytes, unsigned long count) {
    const int file = memfd_create("input", MFD_CLOEXEC);
    unsigned long written = 0;
    while (file >= 0 && written < count) {
        const ssize_t piece = write(file, bytes + written, count - written);
        if (piece < 0 && errno == EINTR) continue;
        if (piece <= 0) {
            close(file);
            return -1;
        }
        written += (unsigned long)piece;
    }
    if (file >= 0) lseek(file, 0, SEEK_SET);
    return file;
}

static int start(
    const char *program, char *const *arguments, int input, int output, int messages, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    char *const environment[] = {NULL};
    int error = set_actions(&actions, input, output, messages);
    if (!error) error = set_attributes(&attributes);
    if (!error) error = posix_spawn(pid, program, &actions, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error;
}

int aniwho_start_filter(
    const char *program, char *const *arguments, const void *input, unsigned long count, int *output) {
    int answer[2];
    if (pipe2(answer, O_CLOEXEC) != 0) return -1;
    // A larger pipe is a matter of speed only.
    fcntl(answer[0], F_SETPIPE_SZ, 1 << 20);
    pid_t pid = -1;
    const int file = memory_file(input, count);
    const int error = file < 0 ? errno : start(program, arguments, file, answer[1], -1, &pid);
    if (file >= 0) close(file);
    close(answer[1]);
    if (error) {
        close(answer[0]);
        errno = error;
        return -1;
    }
    *output = answer[0];
    return pid;
}

int aniwho_start_source(const char *program, char *const *arguments, int *output, int *messages) {
    int answer[2], complaints[2];
    if (pipe2(answer, O_CLOEXEC) != 0) return -1;
    if (pipe2(complaints, O_CLOEXEC) != 0) {
        close(answer[0]);
        close(answer[1]);
        return -1;
    }
    fcntl(answer[0], F_SETPIPE_SZ, 1 << 20);
    pid_t pid = -1;
    const int error = start(program, arguments, -1, answer[1], complaints[1], &pid);
    close(answer[1]);
    close(complaints[1]);
    if (error) {
        close(answer[0]);
        close(complaints[0]);
        errno = error;
        return -1;
    }
    *output = answer[0];
    *messages = complaints[0];
    return pid;
}
