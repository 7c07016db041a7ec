#include "ckernels.h"
#include <stddef.h>
#include <string.h>

extern const ck_kernels ck_kernels_base;
#if defined(__x86_64__)
extern const ck_kernels ck_kernels_avx2, ck_kernels_avx512;
#endif

const ck_kernels *ck_kernels_named(const char *name) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (strcmp(name, "avx512") == 0 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
        return &ck_kernels_avx512;
    if (strcmp(name, "avx2") == 0 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return &ck_kernels_avx2;
#endif
    return strcmp(name, "base") == 0 ? &ck_kernels_base : NULL;
}

const ck_kernels *ck_kernels_best(void) {
    const ck_kernels *best = ck_kernels_named("avx512");
    if (!best) best = ck_kernels_named("avx2");
    return best ? best : &ck_kernels_base;
}
