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

/// One line of taps, `n` channels: the sums stay in registers over all rows.
INLINE void NAME(depthwise_tap_line)(const int kernel, const int stride, const int64_t n, const ck_convolution *g,
                                     const float *input, const float *gradient, int64_t row, int64_t rows, int64_t ky,
                                     float *sums) {
    const int64_t channels = g->channels, line = (int64_t)g->width * channels;
    vec sum[DEPTHWISE_LARGEST];
#pragma clang loop unroll(full)
    for (int kx = 0; kx < kernel; kx++) sum[kx] = load_some(sums + kx * channels, n);
    for (int64_t r = row; r < row + rows; r++) {
        const int64_t y = r % g->out_height * stride - g->pad_top + ky;
        if (y < 0 || y >= g->height) continue;
        const float *from = input + (r / g->out_height * g->height + y) * line, *at = gradient + r * g->out_width * channels;
        for (int64_t ox = 0; ox < g->out_width; ox++, at += channels) {
            const vec d = load_some(at, n);
            const int64_t left = ox * stride - g->pad_left;
            const int whole = left >= 0 && left + kernel <= g->width;
#pragma clang loop unroll(full)
            for (int kx = 0; kx < kernel; kx++)
                if (whole || (left + kx >= 0 && left + kx < g->width))
                    sum[kx] += d * load_some(from + (left + kx) * channels, n);
        }
    }
#pragma clang loop unroll(full)
    for (int kx = 0; kx < kernel; kx++) store_some(sums + kx * channels, sum[kx], n);
}

static void NAME(depthwise_weight_gradient)(const ck_convolution *g, const float *input, const float *gradient, int64_t row,
                                            int64_t rows, float *sums) {
#define TAP_LINE(size, step, lanes)                                                                                     \
    NAME(depthwise_tap_line)(size, step, lanes, g, input + channel, gradient + channel, row, rows, ky,                  \
                             sums + ky * g->kernel_width * g->channels + channel)
#define TAP_LINES(size, step) if (n >= LANES) TAP_LINE(size, step, LANES); else TAP_LINE(size, step, n)
    for (int64_t ky = 0; ky < g->kernel_width; ky++)
        for (int64_t channel = 0; channel < g->channels; channel += LANES) {
            const int64_t n = g->channels - channel;
            switch (g->kernel_width * 2 + g->stride) {
                case 3 * 2 + 1: TAP_LINES(3, 1); break;
                case 3 * 2 + 2: TAP_LINES(3, 2); break;
                case 5 * 2 + 1: TAP_LINES(5, 1); break;
                default: TAP_LINES(5, 2); break;
            }
        }
#undef TAP_LINE
#undef TAP_LINES
}
