// What every processor of the architecture has: SSE2 on x86-64, NEON on arm64.

#if defined(__aarch64__)
#include <arm_neon.h>
#endif
#define SUFFIX base
#define SET_NAME "base"
#define VECTOR_BYTES 16
#define ROWS 4

#include "body/all.h"

