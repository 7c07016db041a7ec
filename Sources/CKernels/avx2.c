// AVX2 with FMA: 16 registers of 8 floats hold 6 × 16 sums.
#if defined(__x86_64__)
#include <immintrin.h>
#define SUFFIX avx2
#define SET_NAME "avx2"
#define VECTOR_BYTES 32
#define ROWS 6
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "body/all.h"
#pragma clang attribute pop
#else
typedef int not_for_this_architecture;
#endif
