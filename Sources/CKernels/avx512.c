// AVX-512: 32 registers of 16 floats hold 12 × 32 sums.
#if defined(__x86_64__)
#include <immintrin.h>
#define SUFFIX avx512
#define SET_NAME "avx512"
#define VECTOR_BYTES 64
#define ROWS 12
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)
#include "body/all.h"
#pragma clang attribute pop
#else
typedef int not_for_this_architecture;
#endif
