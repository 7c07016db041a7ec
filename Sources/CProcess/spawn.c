// Uses fork(2) and execv(2), because posix_spawn(3) can neither lower the priority nor have the child killed when its parent dies.
#define _GNU_SOURCE
#include "cprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/// Runs in the child. The parent has threads, so only async-signal-safe functions may be called here.
static void become(const struct aniwho_child *child, pid_t parent, int nothing, int output, int report) {
    // First moves the descriptors above all numbers that are set below, so that none is overwritten before it is used.
    const int sources[5] = {nothing, output, child->messages, child->lock, report};
    int moved[5];
    for (int i = 0; i < 5; i++)
        if ((moved[i] = fcntl(sources[i], F_DUPFD_CLOEXEC, 16)) < 0) goto failed;
    for (int i = 0; i < 4; i++)
        if (dup2(moved[i], i) < 0) goto failed;
    if (dup3(moved[4], 4, O_CLOEXEC) < 0) goto failed;
    report = 4;
    close_range(5, ~0U, 0);

    // Ignored signals would stay ignored across execv, and the daemon ignores some.
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);

    if (setpgid(0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) goto failed;
    // The parent may have died before prctl.
    if (getppid() != parent) _exit(127);
    if (setpriority(PRIO_PROCESS, 0, child->niceness) != 0 || chdir(child->directory) != 0) goto failed;
    execv(child->program, child->arguments);
failed:;
    const int reason = errno;
    (void)!write(report, &reason, sizeof reason);
    _exit(127);
}

static pid_t start(const struct aniwho_child *child, int nothing, int output, const int report[2]) {
    const pid_t parent = getpid(), pid = fork();
    if (pid == 0) become(child, parent, nothing, output, report[1]);
    int reason = errno;
    close(report[1]);
    ssize_t count = sizeof reason;
    if (pid > 0) {
        // read returns 0 bytes when execv has closed the other end.
        do { count = read(report[0], &reason, sizeof reason); } while (count < 0 && errno == EINTR);
        if (count == sizeof reason) waitpid(pid, NULL, 0);
    }
    close(report[0]);
    errno = reason;
    return count == sizeof reason ? -1 : pid;
}

int aniwho_spawn(const struct aniwho_child *child, int *output) {
    int nothing = -1, lines[2] = {-1, -1}, report[2];
    pid_t pid = -1;
    if ((nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0 && pipe2(lines, O_CLOEXEC) == 0 &&
        pipe2(report, O_CLOEXEC) == 0)
        pid = start(child, nothing, lines[1], report);
    const int reason = errno;
    if (nothing >= 0) close(nothing);
    if (lines[1] >= 0) close(lines[1]);
    if (pid < 0 && lines[0] >= 0) close(lines[0]);
    *output = lines[0];
    errno = reason;
    return pid;
}
