// Gradients of convolutions that do not go through Winograd: the inverse of `patches`, and depthwise.

static void NAME(scatter)(const ck_convolution *g, const float *patches, int64_t row, int64_t rows, float *gradient) {
    const int64_t pixels = (int64_t)g->out_height * g->out_width, line = (int64_t)g->width * g->channels;
    const int64_t image_size = g->height * line, span = (int64_t)g->kernel_width * g->channels;
    for (int64_t r = row; r < row + rows; r++) {
        const int64_t pixel = r % pixels;
        float *image = gradient + r / pixels * image_size;
        const int64_t top = pixel / g->out_width * g->stride - g->pad_top;
        const int64_t left = pixel % g->out_width * g->stride - g->pad_left;
        const int64_t before = left < 0 ? -left : 0;
        const int64_t after = left + g->kernel_width > g->width ? left + g->kernel_width - g->width : 0;
        for (int64_t ky = 0; ky < g->kernel_height; ky++, patches += span) {
            const int64_t y = top + ky, n = (g->kernel_width - before - after) * g->channels;
            if (y < 0 || y >= g->height || n <= 0) continue;
            float *to = image + y * line + (left + before) * g->channels;
            const float *from = patches + before * g->channels;
            for (int64_t i = 0; i < n; i += LANES) store_some(to + i, load_some(to + i, n - i) + load_some(from + i, n - i), n - i);
        }
    }
}

/// The taps of a depthwise convolution that read one input pixel: each with the output that it wrote to.
typedef struct {
    const float *gradients[DEPTHWISE_LARGEST * DEPTHWISE_LARGEST], *weights[DEPTHWISE_LARGEST * DEPTHWISE_LARGEST];
    int count;
} NAME(taps);

INLINE NAME(taps) NAME(taps_of)(const ck_convolution *g, const float *image, const float *weights, int64_t y, int64_t x) {
    NAME(taps) taps = {.count = 0};
    for (int64_t ky = 0; ky < g->kernel_width; ky++) {
        const int64_t down = y + g->pad_top - ky, oy = down / g->stride;
        if (down < 0 || down % g->stride != 0 || oy >= g->out_height) continue;
        for (int64_t kx = 0; kx < g->kernel_width; kx++) {
            const int64_t right = x + g->pad_left - kx, ox = right / g->stride;
            if (right < 0 || right % g->stride != 0 || ox >= g->out_width) continue;
            taps.gradients[taps.count] = image + (oy * g->out_width + ox) * g->channels;
            taps.weights[taps.count++] = weights + (ky * g->kernel_width + kx) * g->channels;
        }
    }
    return taps;
}

static void NAME(depthwise_input_gradient)(const ck_convolution *g, const float *gradient, const float *weights, int64_t row,
                                           int64_t rows, const float *more, float *out) {
    const int64_t channels = g->channels, image_size = (int64_t)g->out_height * g->out_width * channels;
    for (int64_t r = row; r < row + rows; r++) {
        const float *image = gradient + r / g->height * image_size;
        for (int64_t x = 0; x < g->width; x++) {
            const NAME(taps) taps = NAME(taps_of)(g, image, weights, r % g->height, x);
            const int64_t place = (r * g->width + x) * channels;
            for (int64_t channel = 0; channel < channels; channel += LANES) {
                const int64_t n = channels - channel;
                vec sum = more ? load_some(more + place + channel, n) : (vec){};
                for (int i = 0; i < taps.count; i++)
                    sum += load_some(taps.gradients[i] + channel, n) * load_some(taps.weights[i] + channel, n);
                store_some(out + place + channel, sum, n);
            }
        }
    }
}

/// The weights' gradient of `n` channels that follows from `count` neighboring outputs of a row. The sums stay in memory: another order,
/// one channel after the other over all pixels, reads a part of each cache line at a time.
INLINE void NAME(depthwise_taps_vector)(const int kernel, const int stride, const int count, const int whole,
                                        const NAME(window) *w, const float *gradient, int64_t channel, int64_t n,
                                        float *sums) {
    vec d[DEPTHWISE_OUTPUTS];
#pragma clang loop unroll(full)
    for (int i = 0; i < count; i++) d[i] = load_some(gradient + i * w->channels + channel, n);
#pragma clang loop unroll(full)
    for (int ky = 0; ky < kernel; ky++) {
        if (!w->lines[ky]) continue;
        const float *line = w->lines[ky] + channel;
        float *taps = sums + ky * kernel * w->channels + channel;
        vec sum[DEPTHWISE_LARGEST];
#pragma clang loop unroll(full)
        for (int kx = 0; kx < kernel; kx++) sum[kx] = load_some(taps + kx * w->channels, n);
#pragma clang loop unroll(full)
        for (int x = 0; x < (count - 1) * stride + kernel; x++) {
            const int64_t column = w->left + x;
            if (!whole && (column < 0 || column >= w->width)) continue;
            const vec value = load_some(line + column * w->channels, n);
#pragma clang loop unroll(full)
            for (int i = 0; i < count; i++) {
                const int kx = x - i * stride;
                if (kx >= 0 && kx < kernel) sum[kx] += value * d[i];
            }
        }
#pragma clang loop unroll(full)
        for (int kx = 0; kx < kernel; kx++) store_some(taps + kx * w->channels, sum[kx], n);
    }
}

INLINE void NAME(depthwise_taps)(const int kernel, const int stride, const int count, const NAME(window) *w,
                                 const float *gradient, float *sums) {
    const int64_t vectors = w->channels / LANES * LANES;
    const int whole = w->left >= 0 && w->left + (count - 1) * stride + kernel <= w->width;
    if (whole)
        for (int64_t channel = 0; channel < vectors; channel += LANES)
            NAME(depthwise_taps_vector)(kernel, stride, count, 1, w, gradient, channel, LANES, sums);
    else
        for (int64_t channel = 0; channel < vectors; channel += LANES)
            NAME(depthwise_taps_vector)(kernel, stride, count, 0, w, gradient, channel, LANES, sums);
    if (vectors < w->channels)
        NAME(depthwise_taps_vector)(kernel, stride, count, 0, w, gradient, vectors, w->channels - vectors, sums);
}

static void NAME(depthwise_weight_gradient)(const ck_convolution *g, const float *input, const float *gradient, int64_t row,
                                            int64_t rows, float *sums) {
#define BODY(kernel, stride, count) NAME(depthwise_taps)(kernel, stride, count, &w, gradient + offset, sums)
    EACH_DEPTHWISE
#undef BODY
}
