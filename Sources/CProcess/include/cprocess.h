#pragma once
// As in CMicroHTTPD's header: Swift sees both, and the system's types must be the same in both.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sys/types.h>

/// How a child process is started.
struct aniwho_child {
    /// Path of the program.
    const char *program;
    /// Ends with NULL; the first is the program's name.
    char *const *arguments;
    /// Working folder.
    const char *directory;
    /// A descriptor that becomes its standard error.
    int messages;
    /// A descriptor that it holds as number 3 for as long as it lives.
    int lock;
    /// 0 to 19.
    int niceness;
};

/// Starts a child of the calling *thread*: in a process group of its own, with default signals, nothing to read, and no other
/// descriptors of its parent's. The kernel kills it when that thread ends, so also when the parent is killed.
///
/// Returns its number, and in `output` the descriptor that its standard output is read from; or -1 with errno.
pid_t aniwho_spawn(const struct aniwho_child *child, int *output);
