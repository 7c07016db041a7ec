#define _GNU_SOURCE
#include <decoders.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#else
#error "the sandbox knows no numbers of system calls for this processor"
#endif

// AddressSanitizer reserves terabytes of address space, so its builds have no limit on memory.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER
#endif
#endif

/// Calls that touch nothing outside the process.
static const unsigned harmless[] = {
    SYS_exit, SYS_exit_group, SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_futex, SYS_rt_sigreturn, SYS_rt_sigprocmask,
    SYS_rt_sigaction, SYS_sigaltstack, SYS_sched_yield, SYS_sched_getaffinity, SYS_set_robust_list, SYS_rseq, SYS_gettid,
    SYS_getpid, SYS_clock_gettime, SYS_clock_nanosleep, SYS_nanosleep, SYS_restart_syscall, SYS_getrandom,
};

struct program {
    struct sock_filter code[160];
    unsigned short length;
};

static void add(struct program *program, struct sock_filter instruction) {
    program->code[program->length++] = instruction;
}

static void finish(struct program *program, unsigned action) {
    add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/// Loads the low half of an argument. The kernel reads only this half of what is compared below.
static void load(struct program *program, int argument) {
    const unsigned low = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : 4;
    const unsigned place = (unsigned)(offsetof(struct seccomp_data, args) + 8 * (size_t)argument) + low;
    add(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, place));
}

/// For the call of this number, allows what the argument has in common with `mask` only if that is `expected`.
static void allow_if(struct program *program, unsigned number, int argument, unsigned mask, unsigned expected) {
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 5));
    load(program, argument);
    add(program, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, expected, 0, 1));
    finish(program, SECCOMP_RET_ALLOW);
    finish(program, SECCOMP_RET_ERRNO | EPERM);
}

static void answer(struct program *program, unsigned number, unsigned action) {
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
    finish(program, action);
}

/// Everything that is not allowed fails with EPERM, so that a library that merely asks how many processors there are goes on without.
static void write_filter(struct program *program) {
    add(program,
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, arch)));
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
    finish(program, SECCOMP_RET_KILL_PROCESS);
    add(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, nr)));
#if defined(__x86_64__)
    // The numbers of the x32 interface.
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1));
    finish(program, SECCOMP_RET_KILL_PROCESS);
#endif
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) answer(program, harmless[i], SECCOMP_RET_ALLOW);
    allow_if(program, SYS_write, 0, ~0U, STDOUT_FILENO);
    allow_if(program, SYS_mmap, 2, PROT_EXEC, 0);
    allow_if(program, SYS_mprotect, 2, PROT_EXEC, 0);
    // Only its own limits, and only its own signals.
    allow_if(program, SYS_prlimit64, 0, ~0U, 0);
    allow_if(program, SYS_tgkill, 0, ~0U, (unsigned)getpid());
    // Threads, but no processes and no namespaces. glibc uses clone when there is no clone3, whose flags cannot be read from here.
    const unsigned spaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
                            CLONE_NEWNET;
    const unsigned thread = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD;
    allow_if(program, SYS_clone, 0, spaces | thread, thread);
    answer(program, SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
    finish(program, SECCOMP_RET_ERRNO | EPERM);
}

/// Sets a limit, within the one that the process has been given.
static bool limit(__rlimit_resource_t resource, rlim_t soft, rlim_t hard) {
    struct rlimit value;
    if (getrlimit(resource, &value) != 0) return false;
    if (hard < value.rlim_max) value.rlim_max = hard;
    value.rlim_cur = soft < value.rlim_max ? soft : value.rlim_max;
    return setrlimit(resource, &value) == 0;
}

/// Where memory runs out, the kernel should end this process before any other.
static void offer_to_be_killed(void) {
    const int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    (void)!write(file, "1000", 4);
    close(file);
}

bool aniwho_sandbox_enter(uint64_t most_pixels, unsigned seconds) {
    offer_to_be_killed();
    close_range(STDERR_FILENO + 1, ~0U, 0);
    // The heap of each further thread would reserve 128 MiB.
    mallopt(M_ARENA_MAX, 1);
#ifndef HAS_SANITIZER
    const rlim_t most = ANIWHO_BASE_MEMORY + most_pixels * (ANIWHO_PIXEL_MEMORY + ANIWHO_KEPT_MEMORY);
    if (!limit(RLIMIT_AS, ANIWHO_BASE_MEMORY, most)) return false;
#else
    (void)most_pixels;
#endif
    if (!limit(RLIMIT_CPU, seconds, seconds + 1) || !limit(RLIMIT_CORE, 0, 0) || !limit(RLIMIT_FSIZE, 0, 0)) return false;
    if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
    struct program program = {.length = 0};
    write_filter(&program);
    const struct sock_fprog filter = {.len = program.length, .filter = program.code};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

void aniwho_sandbox_sized(uint64_t bytes) {
#ifndef HAS_SANITIZER
    struct rlimit space;
    if (getrlimit(RLIMIT_AS, &space) != 0) return;
    space.rlim_cur = ANIWHO_BASE_MEMORY + bytes;
    if (space.rlim_cur > space.rlim_max) space.rlim_cur = space.rlim_max;
    setrlimit(RLIMIT_AS, &space);
#else
    (void)bytes;
#endif
}
