// The instruction set of every processor of the architecture: SSE2 on x86-64, NEON on arm64.
#define SUFFIX base
#define SET_NAME "base"
#include "body.h"
