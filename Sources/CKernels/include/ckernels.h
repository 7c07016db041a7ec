// The SIMD loops of the engine. Every tensor is NHWC float32; every size is in floats, never in bytes.
//
// One body (body/*.h) is compiled once for each instruction set; ck_kernels_best() picks at run time.
// Nothing here allocates, and nothing depends on the number of rows given at once: an output element is the same sum in
// the same order whatever the batch, so results do not change with batch size or thread count.
#pragma once
#include <stdint.h>

typedef enum { CK_ACTIVATION_NONE = 0, CK_ACTIVATION_RELU = 1, CK_ACTIVATION_RELU6 = 2 } ck_activation;

/// What happens to a sum before it is stored: y = activation(sum + bias[column] + residual[row][column]).
typedef struct {
    const float *bias;      ///< one value a column, or NULL
    const float *residual;  ///< same layout as the output, or NULL
    ck_activation activation;
} ck_epilogue;

/// Geometry of a convolution over NHWC images.
typedef struct {
    int32_t height, width, channels;              ///< of the input
    int32_t out_height, out_width, out_channels;  ///< of the output
    int32_t kernel, stride;
    int32_t pad_top, pad_left;
} ck_convolution;

typedef struct {
    const char *name;    ///< "avx512", "avx2" or "base"
    int32_t panel;       ///< columns of one packed panel
    int32_t row_block;   ///< rows the micro-kernel computes at once

    /// Packs B (k × n, row stride ldb) into panels of `panel` columns, the last one filled with zeros.
    /// `packed` holds k × (n rounded up to `panel`) floats.
    void (*pack)(int64_t k, int64_t n, const float *b, int64_t ldb, float *packed);

    /// C (m × n) = epilogue(A (m × k) · B), B packed. `epilogue` may be NULL. The residual has row stride ldc.
    void (*gemm)(int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, const float *packed,
                 const ck_epilogue *epilogue, float *c, int64_t ldc);

    /// Rows [row, row + rows) of the patch matrix of a convolution (row = image pixel, column = (ky, kx, channel)).
    void (*patches)(const ck_convolution *g, const float *input, int64_t row, int64_t rows, float *out);

    /// Winograd F(4×4, 3×3): tiles [tile, tile + tiles) of the input into 36 planes of tiles × channels.
    void (*winograd_input)(const ck_convolution *g, const float *input, int64_t tile, int64_t tiles,
                           float *planes, int64_t plane_stride);

    /// The inverse, with the epilogue, from 36 planes of tiles × out_channels.
    void (*winograd_output)(const ck_convolution *g, const float *planes, int64_t plane_stride, int64_t tile,
                            int64_t tiles, const ck_epilogue *epilogue, float *output);

    /// Output rows [row, row + rows) (counted over all images) of a depthwise convolution; weights are
    /// kernel × kernel × channels.
    void (*depthwise)(const ck_convolution *g, const float *input, const float *weights, int64_t row, int64_t rows,
                      const ck_epilogue *epilogue, float *output);

    /// y = activation(x · scale[channel] + bias[channel] + residual) over rows of `channels`; scale may be NULL.
    void (*elementwise)(int64_t rows, int64_t channels, const float *x, const float *scale,
                        const ck_epilogue *epilogue, float *y);

    /// The mean of `pixels` rows of `channels`.
    void (*average)(int64_t pixels, int64_t channels, const float *x, float *mean);
} ck_kernels;

/// The fastest set that this processor runs.
const ck_kernels *ck_kernels_best(void);
/// A set by name, or NULL where this processor (or architecture) lacks it. For tests.
const ck_kernels *ck_kernels_named(const char *name);

/// A pool of threads that runs `work(context, index, thread)` for every index below count; the caller takes part as thread 0.
/// Workers spin for a moment between calls, then sleep. One call at a time for each pool.
typedef struct ck_pool ck_pool;
ck_pool *ck_pool_create(int32_t threads);
void ck_pool_destroy(ck_pool *pool);
int32_t ck_pool_threads(const ck_pool *pool);
void ck_pool_run(ck_pool *pool, int64_t count, void *context, void (*work)(void *context, int64_t index, int32_t thread));
