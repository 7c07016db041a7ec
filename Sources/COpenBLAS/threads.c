#include "COpenBLAS.h"

// OpenBLAS's own threads stay off in every program that links this module. Whatever calls OpenBLAS here runs on threads of its own
// already, and with one thread a product is the same sum in the same order on every machine.
//
// A constructor runs before main and after the library's own initialization, so the setting holds for the first call as for the last.
__attribute__((constructor)) static void use_one_thread(void) { openblas_set_num_threads(1); }
