// Matrix product with packed B and fused epilogue.
//
// The inner loop (BLIS calls it the micro-kernel) keeps ROWS × 2 vectors of C in registers and walks k: two loads of B, one broadcast of A a row. A is
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

enum { PACK_BLOCK = 64 };

static void NAME(pack_transposed)(int64_t k, int64_t n, const float *b, int64_t ldb, float *packed) {
    for (int64_t column = 0; column < n; column += PANEL, packed += k * PANEL) {
        const int64_t width = n - column < PANEL ? n - column : PANEL;
        // Few rows of the panel at a time: they stay in the first-level cache while one column after the other fills them.
        for (int64_t block = 0; block < k; block += PACK_BLOCK) {
            const int64_t end = block + PACK_BLOCK < k ? block + PACK_BLOCK : k;
            for (int64_t j = 0; j < width; j++)
                for (int64_t row = block; row < end; row++) packed[row * PANEL + j] = b[(column + j) * ldb + row];
            for (int64_t row = block; row < end; row++) memset(packed + row * PANEL + width, 0, (size_t)(PANEL - width) * 4);
        }
    }
}

/// Stores n lanes of a column of rows, behind the epilogue.
INLINE void NAME(put)(const int rows, vec *y, const ck_epilogue *e, int64_t column, float *c, int64_t ldc, int64_t place,
                      int64_t n) {
    if (e) finish(rows, y, e, column, place, ldc, n);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) store_some(c + place + i * ldc, y[i], n);
}

/// `rows` × `vectors` vectors of C. `ahead` are bytes of B that are needed next: a share of them is fetched on the way.
INLINE void NAME(micro)(const int rows, const int vectors, int64_t width, int64_t k, const float *a, int64_t lda,
                        const float *b, const float *ahead, int64_t share, const ck_epilogue *e, int64_t column, float *c,
                        int64_t ldc, int64_t offset) {
    vec sum[ROWS * 2];
#pragma clang loop unroll(full)
    for (int i = 0; i < rows * vectors; i++) sum[i] = (vec){};
    for (int64_t p = 0; p < k; p++, b += PANEL, ahead += share) {
        __builtin_prefetch(ahead);
        const vec b0 = load(b), b1 = vectors > 1 ? load(b + LANES) : b0;
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; i++) {
            const vec x = splat(a[i * lda + p]);
            sum[i * vectors] += x * b0;
            if (vectors > 1) sum[i * vectors + 1] += x * b1;
        }
    }
#pragma clang loop unroll(full)
    for (int half = 0; half < vectors; half++) {
        const int64_t at = column + half * LANES, n = width - half * LANES;
        vec y[2 * ROWS];
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; i++) y[i] = sum[i * vectors + half];
        if (n >= LANES) NAME(put)(rows, y, e, at, c, ldc, offset + at, LANES);
        else if (n > 0) NAME(put)(rows, y, e, at, c, ldc, offset + at, n);
    }
}

static void NAME(gemm)(int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, const float *packed,
                       const ck_epilogue *e, float *c, int64_t ldc) {
    if (m <= 0) return;
    // With few rows a panel is used up before the next has come from memory, so its fetching is spread over the blocks.
    const int64_t blocks = (m + ROWS - 1) / ROWS, share = PANEL / blocks;
    for (int64_t column = 0; column < n; column += PANEL, packed += k * PANEL) {
        const int64_t width = n - column < PANEL ? n - column : PANEL;
        const float *ahead = column + PANEL < n ? packed + k * PANEL : packed;
        int64_t row = 0;
#define MICRO(rows, vectors)                                                                                        \
    NAME(micro)(rows, vectors, width, k, a + row * lda, lda, packed, ahead, share, e, column, c, ldc, row * ldc),   \
        row += rows, ahead += k * share
        if (width <= LANES)
            while (row + 2 * ROWS <= m) MICRO(2 * ROWS, 1);
        while (row + ROWS <= m) MICRO(ROWS, 2);
        // The loop over rows must unroll, so each remainder has a function of its own.
        switch (m - row) {
#define REST(r) case r: MICRO(r, 2); break;
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
#undef MICRO
    }
}
