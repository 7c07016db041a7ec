#pragma once
#include <mpi.h>

// MPI's constants are macros that cast, which Swift cannot see through. Errors end all ranks, as MPI_COMM_WORLD does by default.

/// Initializes MPI for calls from one thread at a time. Returns whether the library allows them.
static inline int cmpi_initialize(void) {
    int provided = 0;
    MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
    return provided >= MPI_THREAD_SERIALIZED;
}

static inline int cmpi_rank(void) {
    int rank = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

static inline int cmpi_ranks(void) {
    int ranks = 1;
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    return ranks;
}

/// Replaces values by their sums over all ranks.
static inline void cmpi_sum_doubles(double *values, int count) {
    MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

static inline void cmpi_sum_floats(float *values, int count) {
    MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
}

/// Gives every rank one number of each.
static inline void cmpi_gather_counts(int count, int *counts) {
    MPI_Allgather(&count, 1, MPI_INT, counts, 1, MPI_INT, MPI_COMM_WORLD);
}

/// Gives every rank the bytes of each, one after the other.
static inline void cmpi_gather_bytes(const void *bytes, int count, void *all, const int *counts, const int *starts) {
    MPI_Allgatherv(bytes, count, MPI_BYTE, all, counts, starts, MPI_BYTE, MPI_COMM_WORLD);
}

/// Gives every rank the bytes of rank 0.
static inline void cmpi_share(void *bytes, int count) { MPI_Bcast(bytes, count, MPI_BYTE, 0, MPI_COMM_WORLD); }

static inline void cmpi_share_count(long long *count) { MPI_Bcast(count, 1, MPI_LONG_LONG, 0, MPI_COMM_WORLD); }

static inline void cmpi_finalize(void) { MPI_Finalize(); }
