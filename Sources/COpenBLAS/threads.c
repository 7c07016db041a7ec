#include "COpenBLAS.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

// OpenBLAS's own threads stay off in every program that links this module. Whatever calls OpenBLAS here runs on threads of its own
// already, and with one thread a product is the same sum in the same order on every machine.
//
// A constructor runs before main and after the library's own initialization, so the setting holds for the first call as for the last.
//
// The library's initialization has started its threads already, and each of them asks for 128 MiB of address space. Where the limit of
// the process (ulimit -v) refuses that, the thread asks again for ever, at full speed, and the program's end waits for the thread. Only
// the environment can keep the library from starting threads, so under such a limit the program is started again with it.
__attribute__((constructor)) static void use_one_thread(int count, char **arguments, char **environment) {
    (void)count, (void)environment;
    openblas_set_num_threads(1);
    const char *variable = "OPENBLAS_NUM_THREADS", *chosen = getenv(variable);
    struct rlimit space;
    if (getrlimit(RLIMIT_AS, &space) != 0 || space.rlim_cur == RLIM_INFINITY) return;
    if (chosen != NULL && strcmp(chosen, "1") == 0) return;
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0 || setenv(variable, "1", 1) != 0) return;
    program[length] = 0;
    execv(program, arguments);
}
