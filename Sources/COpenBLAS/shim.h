#pragma once
#include <cblas.h>

/// LAPACK's eigenvalues (ascending) and eigenvectors of a symmetric matrix, as OpenBLAS exports it (Fortran's interface).
void dsyevd_(const char *job, const char *triangle, const int *n, double *a, const int *lda, double *w, double *work,
             const int *lwork, int *iwork, const int *liwork, int *info);
