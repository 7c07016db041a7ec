#include "cpixels.h"
#include <stddef.h>
#include <string.h>

extern const cp_pixels cp_pixels_base;
#if defined(__x86_64__)
extern const cp_pixels cp_pixels_avx2;
#endif

const cp_pixels *cp_pixels_named(const char *name) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (strcmp(name, "avx2") == 0 && __builtin_cpu_supports("avx2")) return &cp_pixels_avx2;
#endif
    return strcmp(name, "base") == 0 ? &cp_pixels_base : NULL;
}

const cp_pixels *cp_pixels_best(void) {
    const cp_pixels *best = cp_pixels_named("avx2");
    return best ? best : &cp_pixels_base;
}
