// The SIMD loops of the engine and of the search. Every tensor is NHWC float32; every size is in floats, never in bytes.
//
// The same code (body/*.h) is compiled once for each instruction set; ck_kernels_best() chooses at run time. No loop allocates. An output
// element is the same sum in the same order however many rows a call has, so results depend neither on the size of a batch nor on the
// number of threads.
//
// In the module's name, a kernel is such a loop. Everywhere else in the engine it is a convolution's weights and their size, and these
// functions are called loops.
#pragma once
#include <stdint.h>

typedef enum { CK_ACTIVATION_NONE = 0, CK_ACTIVATION_RELU = 1, CK_ACTIVATION_RELU6 = 2, CK_ACTIVATION_SWISH = 3 } ck_activation;

/// What happens to a sum before it is stored: y = activation(sum + bias[column] + residual[row][column]).
typedef struct {
    const float *bias;      ///< one value for each column, or NULL
    const float *residual;  ///< same layout as the output, or NULL
    ck_activation activation;
} ck_epilogue;

/// Geometry of a convolution, or of a pooling, over NHWC images.
typedef struct {
    int32_t height, width, channels;              ///< of the input
    int32_t out_height, out_width, out_channels;  ///< of the output
    int32_t kernel_height, kernel_width, stride;  ///< depthwise kernels are square
    int32_t pad_top, pad_left;
    int32_t out_stride;  ///< from one output pixel to the next: more than out_channels where only some of the output's channels are written
} ck_convolution;

typedef enum { CK_POOL_MAXIMUM = 0, CK_POOL_AVERAGE = 1 } ck_pooling;

/// What makes y from x: y = activation(x · scale + bias), with one value for each channel.
typedef struct {
    const float *scale, *bias;
    ck_activation activation;
} ck_gate;

/// The gradient of a batch norm's input is scale · gradient + slope · (x − mean) + offset, with one value for each channel.
typedef struct {
    const float *scale, *slope, *mean, *offset;
} ck_norm_gradient;

/// A layout of a convolution's weights: floats from one output, input or tap to the next.
typedef struct {
    int64_t output, input, tap;
} ck_order;

/// A query against codes of one bit a value: a row's squared distance is square + its own square − its factor · (scale · sum + offset).
typedef struct {
    float square, scale, offset;
} ck_code_query;

/// What a code of one byte a value stands for: the value of 1, the vector's squared length, and its distance from its code.
typedef struct {
    float step, square, error;
} ck_byte_terms;

/// The loops of one instruction set.
typedef struct {
    const char *name;    ///< "avx512", "avx2" or "base"
    int32_t panel;       ///< columns of one packed panel
    int32_t row_block;   ///< rows that `gemm` computes at once

    /// Packs B (k × n, row stride ldb) into panels of `panel` columns, the last one filled with zeros.
    /// `packed` holds k × (n rounded up to `panel`) floats.
    void (*pack)(int64_t k, int64_t n, const float *b, int64_t ldb, float *packed);

    /// The same from the transpose of B (n × k, row stride ldb).
    void (*pack_transposed)(int64_t k, int64_t n, const float *b, int64_t ldb, float *packed);

    /// C (m × n) = epilogue(A (m × k) · B), B packed. `epilogue` may be NULL. The residual has row stride ldc.
    void (*gemm)(int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, const float *packed,
                 const ck_epilogue *epilogue, float *c, int64_t ldc);

    /// Rows [row, row + rows) of the patch matrix of a convolution (row = image pixel, column = (ky, kx, channel)).
    void (*patches)(const ck_convolution *g, const float *input, int64_t row, int64_t rows, float *out);

    /// Winograd's filtering of 3×3 kernels of stride 1 (6 points along a side of a tile) or 2 (9), 4×4 outputs a tile: tiles
    /// [tile, tile + tiles) of the input into points² planes of tiles × channels. Plane (y, x) goes with the matrix
    /// (min(y, 5), min(x, 5)) of 6×6.
    void (*winograd_input)(const ck_convolution *g, const float *input, int64_t tile, int64_t tiles,
                           float *planes, int64_t plane_stride);

    /// The inverse, with the epilogue, from the planes of tiles × out_channels.
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

    /// Output rows [row, row + rows) (counted over all images) of a pooling; what lies outside of the image does not count.
    void (*pool)(const ck_convolution *g, ck_pooling kind, const float *input, int64_t row, int64_t rows, float *output);

    /// Copies rows of n floats from one matrix into another, or adds them to its values.
    void (*copy_rows)(int64_t rows, int64_t n, const float *from, int64_t from_stride, float *to, int64_t to_stride,
                      int32_t adding);

    /// y = 1 / (1 + e^−x).
    void (*sigmoid)(int64_t count, const float *x, float *y);

    // For training only, from here on.

    /// Adds the gradient of one image's pooling to the gradient of its input. A maximum's gradient goes to the first pixel that has the maximum.
    void (*pool_gradient)(const ck_convolution *g, ck_pooling kind, const float *input, const float *gradient, float *out);

    /// The gradient before y = swish(z), z = x · scale[channel] + bias[channel], in place; scale and bias may be NULL.
    void (*swish_gradient)(int64_t rows, int64_t channels, const float *x, const float *scale, const float *bias,
                           float *gradient);

    /// Per channel, the sums of x − shift and of its square.
    void (*moments)(int64_t rows, int64_t channels, const float *x, const float *shift, float *sum, float *square);

    /// The gradient before an activation that gave y (not swish), in place.
    void (*activation_gradient)(int64_t count, const float *y, ck_activation activation, float *gradient);

    /// Per channel, the sums of the gradient and of gradient · (x − mean). With a gate, the gradient is the gradient of y and goes back
    /// through the gate first. For swish it changes in place, since computing swish twice costs more than writing to memory. For another
    /// activation it changes only for the sums, and `norm_gradient` goes back through the gate again.
    void (*norm_sums)(int64_t rows, int64_t channels, const ck_gate *gate, const float *x, const float *mean,
                      float *gradient, float *sum, float *dot);

    /// out = the gradient of a batch norm's input + more; `gate` (not swish) and `more` may be NULL, and the gradient and
    /// `more` may each lie where `out` does.
    void (*norm_gradient)(int64_t rows, int64_t channels, const float *gradient, const float *x, const ck_gate *gate,
                          const ck_norm_gradient *norm, const float *more, float *out);

    /// The transpose of `patches`: adds rows [row, row + rows) of a patch matrix to the pixels that they were gathered from.
    void (*scatter)(const ck_convolution *g, const float *patches, int64_t row, int64_t rows, float *gradient);

    /// Input rows [row, row + rows) (counted over all images) of the gradient of a depthwise convolution's input, plus
    /// `more`, which may be NULL.
    void (*depthwise_input_gradient)(const ck_convolution *g, const float *gradient, const float *weights, int64_t row,
                                     int64_t rows, const float *more, float *out);

    /// Adds to `sums` (kernel × kernel × channels) the weights' gradient that follows from output rows [row, row + rows).
    void (*depthwise_weight_gradient)(const ck_convolution *g, const float *input, const float *gradient, int64_t row,
                                      int64_t rows, float *sums);

    /// Weights in another layout: `to` becomes the sum of `parts` kernels that lie `part` floats apart, plus its own values where
    /// `adding` is not 0.
    void (*reorder)(int64_t outputs, int64_t inputs, int64_t taps, const float *from, const ck_order *source,
                    int64_t parts, int64_t part, float *to, const ck_order *target, int32_t adding);

    /// Winograd's 36 matrices in packed panels, rows [row, row + rows) of each, from nine matrices (ky, kx) of k × n.
    void (*winograd_pack)(int64_t k, int64_t n, const float *kernel, int64_t row, int64_t rows, float *packed);

    /// Tiles [tile, tile + tiles) of the output's gradient into 36 planes of tiles × out_channels: A dY Aᵀ.
    void (*winograd_output_gradient)(const ck_convolution *g, const float *gradient, int64_t tile, int64_t tiles,
                                     float *planes, int64_t plane_stride);

    /// Values [first, first + values) of the nine matrices Gᵀ dU G; every matrix holds `count` values.
    void (*winograd_kernel_gradient)(int64_t count, int64_t first, int64_t values, const float *planes, float *kernel);

    // For the search only, from here on.

    /// One round of a rotation: x times signs, sums and differences at distances of 8, 16 and 32 in each 64 values, which destroy x, in
    /// another order into y. `width` is a multiple of 64.
    void (*rotate)(int64_t width, const float *signs, const int32_t *order, float *x, float *y);

    /// The place of the least of some values; of several, the first.
    int32_t (*least)(int64_t count, const float *values);

    /// Writes the numbers of the values below a bound, counted from `first`, into `rows`, and infinity in place of these values.
    /// Returns how many there are.
    int64_t (*take_below)(float bound, int64_t first, int64_t count, float *values, int32_t *rows);

    /// A vector's code of one byte a value; `width` is a multiple of 64.
    void (*byte_code)(int64_t width, const float *x, int8_t *code, ck_byte_terms *terms);

    /// Squared distances of `blocks` blocks of 32 rows to a query. A row's code has `groups` groups of four bits, a multiple of 16; byte
    /// g · 16 + r of a block holds group g of row r in its lower half and of row r + 16 in its upper one. A row's sum is that of
    /// `tables`' entries g · 16 + (group g): each is below 64, and the sum below 65536.
    void (*binary_distances)(int64_t groups, const uint8_t *tables, int64_t blocks, const uint8_t *codes, const float *squares,
                             const float *factors, const ck_code_query *query, float *distances);

    /// Σ code · query for the rows listed, of `width` values, a multiple of 64.
    void (*byte_products)(int64_t count, const int32_t *rows, int64_t width, const int8_t *codes, const float *query,
                          float *products);
} ck_kernels;

/// The loops of the fastest instruction set that this processor has.
const ck_kernels *ck_kernels_best(void);
/// The loops of an instruction set by name, or NULL where this processor (or architecture) lacks it.
const ck_kernels *ck_kernels_named(const char *name);

/// A pool of threads that runs `work(context, index, thread)` for every index below count; the caller works as thread 0. Worker threads spin
/// for a moment between calls, then sleep. A pool runs one call at a time.
typedef struct ck_pool ck_pool;
ck_pool *ck_pool_create(int32_t threads);
void ck_pool_destroy(ck_pool *pool);
int32_t ck_pool_threads(const ck_pool *pool);
void ck_pool_run(ck_pool *pool, int64_t count, void *context, void (*work)(void *context, int64_t index, int32_t thread));
