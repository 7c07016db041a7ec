// Reports contended locks of Swift's Synchronization.Mutex to ThreadSanitizer. The library that waits and wakes is not instrumented, so
// ThreadSanitizer would only see locks that are taken at once. scripts/test-sanitized preloads this library.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

#define SELF __attribute__((swift_context)) void *mutex
typedef __attribute__((swiftcall)) void lock_slow(uint32_t thread, SELF);
typedef __attribute__((swiftcall)) void unlock_slow(SELF);

__attribute__((weak)) void __tsan_acquire(void *);
__attribute__((weak)) void __tsan_release(void *);

lock_slow mutex_lock_slow __asm__(LOCK_SLOW);
unlock_slow mutex_unlock_slow __asm__(UNLOCK_SLOW);

__attribute__((swiftcall)) void mutex_lock_slow(uint32_t thread, SELF) {
    static lock_slow *_Atomic next;
    if (!next) next = (lock_slow *)dlsym(RTLD_NEXT, LOCK_SLOW);
    next(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

__attribute__((swiftcall)) void mutex_unlock_slow(SELF) {
    static unlock_slow *_Atomic next;
    if (!next) next = (unlock_slow *)dlsym(RTLD_NEXT, UNLOCK_SLOW);
    if (__tsan_release) __tsan_release(mutex);
    next(mutex);
}
