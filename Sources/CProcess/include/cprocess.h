#pragma once
// It includes no header of the system: Swift would see the system's types here as well, and refuse those that depend on _GNU_SOURCE.

/// The settings of a child process.
struct aniwho_child {
    /// Path of the program.
    const char *program;
    /// Ends with NULL; the first one is the program's name.
    char *const *arguments;
    /// Working folder.
    const char *directory;
    /// A descriptor that becomes its standard error.
    int messages;
    /// A descriptor that it keeps open, as number 3, until it ends.
    int lock;
    /// 0 to 19.
    int niceness;
};

/// Starts a child of the calling *thread*: in its own process group, with default signals, /dev/null as standard input, and no other
/// descriptors of its parent. The kernel kills the child when that thread ends, which includes the death of the parent.
///
/// Returns the child's process id, and in `output` the descriptor to read its standard output from; or -1, with errno set.
int aniwho_spawn(const struct aniwho_child *child, int *output);

/// Starts a program that reads `count` bytes from its standard input and writes an answer: in its own process group, with default signals,
/// an empty environment, messages to nowhere, and no other descriptors of its parent.
///
/// Returns the child's process id, and in `output` the descriptor to read its standard output from; or -1, with errno set. `arguments` ends
/// with NULL; the first one is the program's name.
int aniwho_start_filter(
    const char *program, char *const *arguments, const void *input, unsigned long count, int *output);

/// Starts a program that reads nothing: in its own process group, with default signals, an empty environment, /dev/null as standard input, and
/// no other descriptors of its parent.
///
/// Returns the child's process id, and the descriptors to read its standard output (`output`) and standard error (`messages`) from; or -1,
/// with errno set. `arguments` ends with NULL; the first one is the program's name.
int aniwho_start_source(const char *program, char *const *arguments, int *output, int *messages);
