#if defined(__x86_64__)
#define SUFFIX avx2
#define SET_NAME "avx2"
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "body.h"
#pragma clang attribute pop
#else
typedef int not_for_this_architecture;
#endif
