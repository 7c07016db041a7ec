// Tells ThreadSanitizer of locks of Swift's Synchronization.Mutex that were waited for: the library that waits is not instrumented,
// so that it sees only those that are had at once. Preloaded by scripts/test-sanitized.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"

typedef __attribute__((swiftcall)) void lock_slow(uint32_t state, __attribute__((swift_context)) void *mutex);

__attribute__((weak)) void __tsan_acquire(void *);

lock_slow mutex_lock_slow __asm__(LOCK_SLOW);

__attribute__((swiftcall)) void mutex_lock_slow(uint32_t state, __attribute__((swift_context)) void *mutex) {
    static lock_slow *_Atomic next;
    if (!next) next = (lock_slow *)dlsym(RTLD_NEXT, LOCK_SLOW);
    next(state, mutex);
    // Unlocking is inlined in instrumented code: its release is known by this address.
    if (__tsan_acquire) __tsan_acquire(mutex);
}
