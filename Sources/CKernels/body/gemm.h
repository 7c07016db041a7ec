// Matrix product with packed B and fused epilogue.
//
// The micro-kernel keeps ROWS × 2 vectors of C in registers and walks k: two loads of B, one broadcast of A a row. A is
// read where it lies (rows of activations), so only the constant weights are ever packed. The caller blocks m so that
// its rows of A stay in the second-level cache while the panels of B stream past.

static void NAME(pack)(int64_t k, int64_t n, const float *b, int64_t ldb, float *packed) {
    for (int64_t column = 0; column < n; column += PANEL) {
        int64_t width = n - column < PANEL ? n - column : PANEL;
        for (int64_t row = 0; row < k; row++, packed += PANEL) {
            memcpy(packed, b + row * ldb + column, (size_t)width * 4);
            memset(packed + width, 0, (size_t)(PANEL - width) * 4);
        }
    }
}

INLINE void NAME(micro)(const int rows, int64_t width, int64_t k, const float *a, int64_t lda, const float *b,
                        const ck_epilogue *e, int64_t column, float *c, int64_t ldc, int64_t offset) {
    vec sum[ROWS][2];
    for (int i = 0; i < rows; i++) sum[i][0] = sum[i][1] = (vec){};
    for (int64_t p = 0; p < k; p++, b += PANEL) {
        vec b0 = load(b), b1 = load(b + LANES);
        for (int i = 0; i < rows; i++) {
            vec x = splat(a[i * lda + p]);
            sum[i][0] += x * b0;
            sum[i][1] += x * b1;
        }
    }
    for (int i = 0; i < rows; i++) {
        for (int half = 0; half < 2; half++) {
            int64_t at = half * LANES, n = width - at;
            if (n <= 0) break;
            int64_t place = offset + i * ldc + column + at;
            vec y = sum[i][half];
            if (e) y = finish(y, e, column + at, place, n);
            store_some(c + place, y, n);
        }
    }
}

static void NAME(gemm)(int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, const float *packed,
                       const ck_epilogue *e, float *c, int64_t ldc) {
    for (int64_t column = 0; column < n; column += PANEL, packed += k * PANEL) {
        int64_t width = n - column < PANEL ? n - column : PANEL, row = 0;
        for (; row + ROWS <= m; row += ROWS)
            NAME(micro)(ROWS, width, k, a + row * lda, lda, packed, e, column, c, ldc, row * ldc);
        const float *rest = a + row * lda;
        // The loop over rows must unroll, so each remainder is a kernel of its own.
        switch (m - row) {
#define REST(r) case r: NAME(micro)(r, width, k, rest, lda, packed, e, column, c, ldc, row * ldc); break;
            REST(1) REST(2) REST(3)
#if ROWS > 4
            REST(4) REST(5)
#endif
#if ROWS > 6
            REST(6) REST(7)
#endif
#if ROWS > 8
            REST(8) REST(9) REST(10) REST(11)
#endif
#undef REST
            default: break;
        }
    }
}
