// A pool for loops of a few microseconds: a network is some sixty short loops in a row, and waking a sleeping thread for
// each would cost more than the loops. Workers therefore spin for a moment before they sleep.
#include "ckernels.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#if defined(__x86_64__)
#define RELAX() __builtin_ia32_pause()
#else
#define RELAX() __asm__ volatile("yield")
#endif

enum { SPINS_BEFORE_CLOCK = 64, SPIN_NANOSECONDS = 100000 };

typedef void (*loop_body)(void *context, int64_t index, int32_t thread);

struct ck_pool {
    int32_t threads;
    pthread_t *workers;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    // Written by the caller before `generation` is raised, read by workers after they see it raised.
    loop_body body;
    void *context;
    int64_t count;
    _Atomic int64_t next;
    _Atomic int32_t busy;
    _Atomic uint64_t generation;
    _Atomic int32_t sleeping;
    _Atomic int stop;
};

typedef struct { ck_pool *pool; int32_t index; } worker_start;

static int64_t nanoseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void take_part(ck_pool *pool, int32_t thread) {
    for (;;) {
        int64_t index = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
        if (index >= pool->count) return;
        pool->body(pool->context, index, thread);
    }
}

static void wait_for_work(ck_pool *pool, uint64_t seen) {
    int64_t start = nanoseconds();
    do {
        for (int i = 0; i < SPINS_BEFORE_CLOCK; i++) {
            if (atomic_load_explicit(&pool->generation, memory_order_acquire) != seen) return;
            RELAX();
        }
    } while (nanoseconds() - start < SPIN_NANOSECONDS);
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_add(&pool->sleeping, 1);
    while (atomic_load(&pool->generation) == seen) pthread_cond_wait(&pool->wake, &pool->mutex);
    atomic_fetch_sub(&pool->sleeping, 1);
    pthread_mutex_unlock(&pool->mutex);
}

static void raise_generation(ck_pool *pool) {
    atomic_fetch_add(&pool->generation, 1);
    if (atomic_load(&pool->sleeping) > 0) {
        pthread_mutex_lock(&pool->mutex);
        pthread_cond_broadcast(&pool->wake);
        pthread_mutex_unlock(&pool->mutex);
    }
}

static void *worker(void *argument) {
    worker_start start = *(worker_start *)argument;
    free(argument);
    ck_pool *pool = start.pool;
    uint64_t seen = 0;
    for (;;) {
        wait_for_work(pool, seen);
        seen++;
        if (atomic_load(&pool->stop)) return NULL;
        take_part(pool, start.index);
        atomic_fetch_sub_explicit(&pool->busy, 1, memory_order_release);
    }
}

ck_pool *ck_pool_create(int32_t threads) {
    ck_pool *pool = calloc(1, sizeof *pool);
    if (!pool) abort();
    pool->threads = threads < 1 ? 1 : threads;
    pool->workers = calloc((size_t)pool->threads, sizeof(pthread_t));
    if (!pool->workers) abort();
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->wake, NULL);
    for (int32_t i = 1; i < pool->threads; i++) {
        worker_start *start = malloc(sizeof *start);
        if (!start) abort();
        *start = (worker_start){pool, i};
        if (pthread_create(&pool->workers[i], NULL, worker, start) != 0) {  // go on with the threads there are
            free(start);
            pool->threads = i;
        }
    }
    return pool;
}

void ck_pool_destroy(ck_pool *pool) {
    atomic_store(&pool->stop, 1);
    raise_generation(pool);
    for (int32_t i = 1; i < pool->threads; i++) pthread_join(pool->workers[i], NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->workers);
    free(pool);
}

int32_t ck_pool_threads(const ck_pool *pool) { return pool->threads; }

void ck_pool_run(ck_pool *pool, int64_t count, void *context, loop_body body) {
    if (pool->threads == 1 || count == 1) {
        for (int64_t i = 0; i < count; i++) body(context, i, 0);
        return;
    }
    pool->body = body;
    pool->context = context;
    pool->count = count;
    atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
    atomic_store_explicit(&pool->busy, pool->threads - 1, memory_order_relaxed);
    raise_generation(pool);
    take_part(pool, 0);
    while (atomic_load_explicit(&pool->busy, memory_order_acquire) > 0) RELAX();
}
