// Patch matrices for convolutions that go through the matrix product, and depthwise convolutions.

static void NAME(patches)(const ck_convolution *g, const float *input, int64_t row, int64_t rows, float *out) {
    const int64_t pixels = (int64_t)g->out_height * g->out_width, line = (int64_t)g->width * g->channels;
    const int64_t image_size = g->height * line, span = (int64_t)g->kernel_width * g->channels;
    for (int64_t r = row; r < row + rows; r++) {
        const int64_t pixel = r % pixels;
        const float *image = input + r / pixels * image_size;
        const int64_t top = pixel / g->out_width * g->stride - g->pad_top;
        const int64_t left = pixel % g->out_width * g->stride - g->pad_left;
        const int64_t before = left < 0 ? -left : 0;
        const int64_t after = left + g->kernel_width > g->width ? left + g->kernel_width - g->width : 0;
        for (int64_t ky = 0; ky < g->kernel_height; ky++, out += span) {
            const int64_t y = top + ky;
            if (y < 0 || y >= g->height || before + after >= g->kernel_width) {
                memset(out, 0, (size_t)span * 4);
                continue;
            }
            const float *from = image + y * line + (left + before) * g->channels;
            if (before + after == 0) {
                copy(out, from, span);
                continue;
            }
            const int64_t head = before * g->channels, tail = after * g->channels;
            memset(out, 0, (size_t)head * 4);
            copy(out + head, from, span - head - tail);
            memset(out + span - tail, 0, (size_t)tail * 4);
        }
    }
}

enum { DEPTHWISE_LARGEST = 5, DEPTHWISE_OUTPUTS = 4 };

/// The input of neighboring depthwise outputs: the lines of the window, NULL outside the image, and the column
/// of the first output's first tap, which may lie outside too.
typedef struct {
    const float *lines[DEPTHWISE_LARGEST];
    int64_t channels, width, left, out_stride;
} NAME(window);

/// `count` neighboring outputs of a row, `n` channels of each. A loaded input serves every output that it touches. All
/// constants must be known where this is inlined, so that the sums stay in registers.
INLINE void NAME(depthwise_vector)(const int kernel, const int stride, const int count, const int whole,
                                   const NAME(window) *w, const float *weights, int64_t channel, int64_t n,
                                   const ck_epilogue *e, float *output, int64_t offset) {
    vec sum[DEPTHWISE_OUTPUTS];
#pragma clang loop unroll(full)
    for (int i = 0; i < count; i++) sum[i] = (vec){};
#pragma clang loop unroll(full)
    for (int ky = 0; ky < kernel; ky++) {
        if (!w->lines[ky]) continue;
        const float *line = w->lines[ky] + channel;
        vec taps[DEPTHWISE_LARGEST];
#pragma clang loop unroll(full)
        for (int kx = 0; kx < kernel; kx++) taps[kx] = load_some(weights + (ky * kernel + kx) * w->channels + channel, n);
#pragma clang loop unroll(full)
        for (int x = 0; x < (count - 1) * stride + kernel; x++) {
            const int64_t column = w->left + x;
            if (!whole && (column < 0 || column >= w->width)) continue;
            const vec value = load_some(line + column * w->channels, n);
#pragma clang loop unroll(full)
            for (int i = 0; i < count; i++) {
                const int kx = x - i * stride;
                if (kx >= 0 && kx < kernel) sum[i] += value * taps[kx];
            }
        }
    }
    const int64_t place = offset + channel;
    finish(count, sum, e, channel, place, w->out_stride, n);
#pragma clang loop unroll(full)
    for (int i = 0; i < count; i++) store_some(output + place + i * w->out_stride, sum[i], n);
}

/// All channels of `count` neighboring outputs: channels are the inner loop, because they lie side by side.
INLINE void NAME(depthwise_outputs)(const int kernel, const int stride, const int count, const NAME(window) *w,
                                    const float *weights, const ck_epilogue *e, float *output, int64_t offset) {
    const int64_t vectors = w->channels / LANES * LANES;
    const int whole = w->left >= 0 && w->left + (count - 1) * stride + kernel <= w->width;
    if (whole)
        for (int64_t channel = 0; channel < vectors; channel += LANES)
            NAME(depthwise_vector)(kernel, stride, count, 1, w, weights, channel, LANES, e, output, offset);
    else
        for (int64_t channel = 0; channel < vectors; channel += LANES)
            NAME(depthwise_vector)(kernel, stride, count, 0, w, weights, channel, LANES, e, output, offset);
    if (vectors < w->channels)
        NAME(depthwise_vector)(kernel, stride, count, 0, w, weights, vectors, w->channels - vectors, e, output, offset);
}

#define DEPTHWISE_COUNTS(kernel, stride)          \
    switch (count) {                              \
        case 4: BODY(kernel, stride, 4); break;   \
        case 3: BODY(kernel, stride, 3); break;   \
        case 2: BODY(kernel, stride, 2); break;   \
        default: BODY(kernel, stride, 1); break;  \
    }
/// For up to four neighboring outputs after the other of output rows [row, row + rows): BODY(kernel, stride, count) with constants,
/// the outputs' window `w`, and `offset`, where the first of them lies.
#define EACH_DEPTHWISE                                                                                                   \
    for (int64_t r = row; r < row + rows; r++)                                                                           \
        for (int64_t ox = 0; ox < g->out_width; ox += DEPTHWISE_OUTPUTS) {                                               \
            const int64_t left = g->out_width - ox, count = left < DEPTHWISE_OUTPUTS ? left : DEPTHWISE_OUTPUTS;         \
            const int64_t offset = (r * g->out_width + ox) * g->out_stride;                                              \
            const NAME(window) w = NAME(depthwise_window)(g, input, r, ox);                                              \
            switch (g->kernel_width * 2 + g->stride) {                                                                   \
                case 3 * 2 + 1: DEPTHWISE_COUNTS(3, 1) break;                                                            \
                case 3 * 2 + 2: DEPTHWISE_COUNTS(3, 2) break;                                                            \
                case 5 * 2 + 1: DEPTHWISE_COUNTS(5, 1) break;                                                            \
                default: DEPTHWISE_COUNTS(5, 2) break;                                                                   \
            }                                                                                                            \
        }

/// The window of the outputs from `ox` on in output row `r`, counted over all images.
INLINE NAME(window) NAME(depthwise_window)(const ck_convolution *g, const float *input, int64_t r, int64_t ox) {
    const int64_t line = (int64_t)g->width * g->channels, top = r % g->out_height * g->stride - g->pad_top;
    const float *image = input + r / g->out_height * g->height * line;
    NAME(window) w = {.channels = g->channels, .width = g->width, .left = ox * g->stride - g->pad_left, .out_stride = g->out_stride};
    for (int ky = 0; ky < g->kernel_width; ky++) {
        const int64_t y = top + ky;
        w.lines[ky] = y < 0 || y >= g->height ? NULL : image + y * line;
    }
    return w;
}

/// `runs` times four neighboring outputs of one vector of channels, where the whole window lies inside the image: the taps stay in registers, and
/// every address is a step of a constant.
/// - lines: of the first output's first tap.
INLINE void NAME(depthwise_run)(const int stride, int64_t runs, const float *const lines[3], int64_t channels, const float *weights,
                                int64_t channel, const ck_epilogue *e, float *output, int64_t offset, int64_t out_stride) {
    const float *line0 = lines[0] + channel, *line1 = lines[1] + channel, *line2 = lines[2] + channel;
    vec taps[9];
#pragma clang loop unroll(full)
    for (int i = 0; i < 9; i++) taps[i] = load(weights + i * channels + channel);
    const int64_t ahead = DEPTHWISE_OUTPUTS * stride * channels;
    for (; runs > 0; runs--, line0 += ahead, line1 += ahead, line2 += ahead, offset += DEPTHWISE_OUTPUTS * out_stride) {
        vec sum[DEPTHWISE_OUTPUTS];
#pragma clang loop unroll(full)
        for (int i = 0; i < DEPTHWISE_OUTPUTS; i++) sum[i] = (vec){};
#define LINE(ky)                                                                                              \
    _Pragma("clang loop unroll(full)") for (int x = 0; x < (DEPTHWISE_OUTPUTS - 1) * stride + 3; x++) {        \
        const vec value = load(line##ky + x * channels);                                                      \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < DEPTHWISE_OUTPUTS; i++) {                       \
            const int kx = x - i * stride;                                                                    \
            if (kx >= 0 && kx < 3) sum[i] += value * taps[ky * 3 + kx];                                       \
        }                                                                                                     \
    }
        LINE(0) LINE(1) LINE(2)
#undef LINE
        finish(DEPTHWISE_OUTPUTS, sum, e, channel, offset + channel, out_stride, LANES);
#pragma clang loop unroll(full)
        for (int i = 0; i < DEPTHWISE_OUTPUTS; i++) store(output + offset + channel + i * out_stride, sum[i]);
    }
}

/// One output row of a 3×3 kernel, all its outputs for one vector of channels after the other. With few channels, finding a window's addresses
/// would take longer than computing its outputs.
INLINE void NAME(depthwise_row)(const int stride, const ck_convolution *g, const float *input, const float *weights, int64_t r,
                                const ck_epilogue *e, float *output) {
    NAME(window) w = NAME(depthwise_window)(g, input, r, 0);
    // The outputs before the first whole window, and the runs of whole windows.
    const int64_t before = (g->pad_left + stride - 1) / stride, left = before * stride - g->pad_left;
    const int64_t inside = w.width - left - ((DEPTHWISE_OUTPUTS - 1) * stride + 3), most = (g->out_width - before) / DEPTHWISE_OUTPUTS;
    int64_t runs = inside < 0 || most < 0 ? 0 : inside / (DEPTHWISE_OUTPUTS * stride) + 1;
    if (runs > most) runs = most;
    if (!w.lines[0] || !w.lines[1] || !w.lines[2]) runs = 0;
    const int64_t row = r * g->out_width * w.out_stride;
    for (int64_t channel = 0; channel < w.channels; channel += LANES) {
        const int64_t n = w.channels - channel, done = n < LANES ? 0 : runs * DEPTHWISE_OUTPUTS;
        if (done) {
            const float *lines[3];
            for (int ky = 0; ky < 3; ky++) lines[ky] = w.lines[ky] + left * w.channels;
            NAME(depthwise_run)(stride, runs, lines, w.channels, weights, channel, e, output, row + before * w.out_stride, w.out_stride);
        }
        for (int64_t ox = 0; ox < g->out_width; ox++) {
            if (ox == before) ox += done;
            if (ox >= g->out_width) break;
            w.left = ox * stride - g->pad_left;
            NAME(depthwise_vector)(3, stride, 1, 0, &w, weights, channel, n, e, output, row + ox * w.out_stride);
        }
    }
}

enum { DEPTHWISE_FEW = 4 };  // vectors of channels

static void NAME(depthwise)(const ck_convolution *g, const float *input, const float *weights, int64_t row, int64_t rows,
                            const ck_epilogue *e, float *output) {
    if (g->kernel_width == 3 && g->channels <= DEPTHWISE_FEW * LANES) {
        for (int64_t r = row; r < row + rows; r++) {
            if (g->stride == 1) NAME(depthwise_row)(1, g, input, weights, r, e, output);
            else NAME(depthwise_row)(2, g, input, weights, r, e, output);
        }
        return;
    }
#define BODY(kernel, stride, count) NAME(depthwise_outputs)(kernel, stride, count, &w, weights, e, output, offset)
    EACH_DEPTHWISE
#undef BODY
}

INLINE void NAME(elementwise_vector)(const int count, int64_t place, int64_t channels, int64_t channel, int64_t n, const float *x,
                                     const float *scale, const ck_epilogue *e, float *y) {
    // Product and bias in one expression, as the gradient's gate has them: both are rounded alike.
    const vec factor = scale ? load_some(scale + channel, n) : splat(1);
    const vec bias = e->bias ? load_some(e->bias + channel, n) : (vec){};
    const ck_epilogue rest = {.residual = e->residual, .activation = e->activation};
    vec value[4];
#pragma clang loop unroll(full)
    for (int i = 0; i < count; i++) value[i] = load_some(x + place + i * channels, n) * factor + bias;
    finish(count, value, &rest, channel, place, channels, n);
#pragma clang loop unroll(full)
    for (int i = 0; i < count; i++) store_some(y + place + i * channels, value[i], n);
}

INLINE void NAME(elementwise_rows)(const int count, int64_t row, int64_t channels, const float *x, const float *scale,
                                   const ck_epilogue *e, float *y) {
    int64_t channel = 0;
    for (; channel + LANES <= channels; channel += LANES)
        NAME(elementwise_vector)(count, row * channels + channel, channels, channel, LANES, x, scale, e, y);
    if (channel < channels)
        NAME(elementwise_vector)(count, row * channels + channel, channels, channel, channels - channel, x, scale, e, y);
}

static void NAME(elementwise)(int64_t rows, int64_t channels, const float *x, const float *scale, const ck_epilogue *e,
                              float *y) {
    int64_t row = 0;
    for (; row + 4 <= rows; row += 4) NAME(elementwise_rows)(4, row, channels, x, scale, e, y);
    for (; row < rows; row++) NAME(elementwise_rows)(1, row, channels, x, scale, e, y);
}

static void NAME(average)(int64_t pixels, int64_t channels, const float *x, float *mean) {
    for (int64_t channel = 0; channel < channels; channel += LANES) {
        int64_t n = channels - channel;
        vec sum = {};
        for (int64_t p = 0; p < pixels; p++) sum += load_some(x + p * channels + channel, n);
        store_some(mean + channel, sum / splat((float)pixels), n);
    }
}
