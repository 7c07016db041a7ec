// OpenBLAS with its own threads off (threads.c): the C interface to BLAS, and the functions of LAPACK that AniWho calls.
#pragma once
#include <cblas.h>

// LAPACK as OpenBLAS exports it: Fortran's interface, matrices column-major.

/// Eigenvalues (ascending) and eigenvectors of a symmetric matrix.
void dsyevd_(const char *job, const char *triangle, const int *n, double *a, const int *lda, double *w, double *work,
             const int *lwork, int *iwork, const int *liwork, int *info);

/// Eigenvalues (ascending) and eigenvectors of A v = w B v (kind 1), A symmetric, B symmetric positive definite; Vᵀ B V = I.
void dsygvd_(const int *kind, const char *job, const char *triangle, const int *n, double *a, const int *lda, double *b,
             const int *ldb, double *w, double *work, const int *lwork, int *iwork, const int *liwork, int *info);

/// The Cholesky factor of a symmetric positive definite matrix.
void dpotrf_(const char *triangle, const int *n, double *a, const int *lda, int *info);

/// QR with column pivoting: R's diagonal does not ascend in magnitude.
void dgeqp3_(const int *m, const int *n, double *a, const int *lda, int *pivots, double *tau, double *work, const int *lwork,
             int *info);

/// The first n columns of Q from the k reflectors of a QR.
void dorgqr_(const int *m, const int *n, const int *k, double *a, const int *lda, const double *tau, double *work,
             const int *lwork, int *info);
