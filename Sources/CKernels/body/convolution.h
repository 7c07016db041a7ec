// Patch matrices for convolutions that go through the matrix product, and depthwise convolutions.

static void NAME(patches)(const ck_convolution *g, const float *input, int64_t row, int64_t rows, float *out) {
    const int64_t pixels = (int64_t)g->out_height * g->out_width, line = (int64_t)g->width * g->channels;
    const int64_t image_size = g->height * line, span = (int64_t)g->kernel * g->channels;
    for (int64_t r = row; r < row + rows; r++) {
        const int64_t pixel = r % pixels;
        const float *image = input + r / pixels * image_size;
        const int64_t top = pixel / g->out_width * g->stride - g->pad_top;
        const int64_t left = pixel % g->out_width * g->stride - g->pad_left;
        const int64_t before = left < 0 ? -left : 0;
        const int64_t after = left + g->kernel > g->width ? left + g->kernel - g->width : 0;
        for (int64_t ky = 0; ky < g->kernel; ky++, out += span) {
            const int64_t y = top + ky;
            if (y < 0 || y >= g->height || before + after >= g->kernel) {
                memset(out, 0, (size_t)span * 4);
                continue;
            }
            const int64_t head = before * g->channels, tail = after * g->channels;
            memset(out, 0, (size_t)head * 4);
            memcpy(out + head, image + y * line + (left + before) * g->channels, (size_t)(span - head - tail) * 4);
            memset(out + span - tail, 0, (size_t)tail * 4);
        }
    }
}

/// `count` neighbouring outputs of a 3×3 depthwise row away from the left and right edges: weights stay in registers and a
/// loaded input serves every output that it touches.
INLINE void NAME(depthwise3_inner)(const int count, const int stride, const float *const lines[3], int64_t channels,
                                   int64_t n, const vec w[9], const ck_epilogue *e, int64_t channel, float *output,
                                   int64_t offset) {
    vec sum[4];
    for (int i = 0; i < count; i++) sum[i] = (vec){};
    for (int ky = 0; ky < 3; ky++) {
        if (!lines[ky]) continue;
        const float *line = lines[ky];
        for (int x = 0; x < (count - 1) * stride + 3; x++) {
            vec value = load_some(line + x * channels, n);
            for (int i = 0; i < count; i++) {
                int kx = x - i * stride;
                if (kx >= 0 && kx < 3) sum[i] += value * w[ky * 3 + kx];
            }
        }
    }
    for (int i = 0; i < count; i++) {
        int64_t place = offset + i * channels;
        store_some(output + place, finish(sum[i], e, channel, place, n), n);
    }
}

/// One output of any depthwise convolution, edges included.
INLINE void NAME(depthwise_point)(const ck_convolution *g, const float *image, const float *weights, int64_t oy, int64_t ox,
                                  int64_t channel, int64_t n, const ck_epilogue *e, float *output, int64_t offset) {
    vec sum = {};
    for (int64_t ky = 0; ky < g->kernel; ky++) {
        const int64_t y = oy * g->stride - g->pad_top + ky;
        if (y < 0 || y >= g->height) continue;
        for (int64_t kx = 0; kx < g->kernel; kx++) {
            const int64_t x = ox * g->stride - g->pad_left + kx;
            if (x < 0 || x >= g->width) continue;
            sum += load_some(image + (y * g->width + x) * g->channels + channel, n)
                * load_some(weights + (ky * g->kernel + kx) * g->channels + channel, n);
        }
    }
    store_some(output + offset, finish(sum, e, channel, offset, n), n);
}

INLINE void NAME(depthwise_row)(const ck_convolution *g, const float *image, const float *weights, int64_t oy,
                                int64_t channel, int64_t n, const ck_epilogue *e, float *output, int64_t offset) {
    const int64_t channels = g->channels;
    // The outputs whose whole window lies inside the line.
    int64_t first = (g->pad_left + g->stride - 1) / g->stride;
    int64_t last = (g->width - g->kernel + g->pad_left) / g->stride;
    if (g->width + g->pad_left < g->kernel) last = -1;
    if (last >= g->out_width) last = g->out_width - 1;
    int64_t ox = 0;
    if (g->kernel == 3 && g->stride <= 2 && first <= last) {
        for (; ox < first; ox++)
            NAME(depthwise_point)(g, image, weights, oy, ox, channel, n, e, output, offset + ox * channels);
        vec w[9];
        const float *lines[3];
        for (int i = 0; i < 9; i++) w[i] = load_some(weights + i * channels + channel, n);
        while (ox <= last) {
            for (int ky = 0; ky < 3; ky++) {
                int64_t y = oy * g->stride - g->pad_top + ky, x = ox * g->stride - g->pad_left;
                lines[ky] = y < 0 || y >= g->height ? 0 : image + (y * g->width + x) * channels + channel;
            }
            int64_t place = offset + ox * channels;
            if (ox + 3 <= last) {
                if (g->stride == 1) NAME(depthwise3_inner)(4, 1, lines, channels, n, w, e, channel, output, place);
                else NAME(depthwise3_inner)(4, 2, lines, channels, n, w, e, channel, output, place);
                ox += 4;
            } else {
                NAME(depthwise3_inner)(1, 1, lines, channels, n, w, e, channel, output, place);
                ox += 1;
            }
        }
    }
    for (; ox < g->out_width; ox++)
        NAME(depthwise_point)(g, image, weights, oy, ox, channel, n, e, output, offset + ox * channels);
}

static void NAME(depthwise)(const ck_convolution *g, const float *input, const float *weights, int64_t row, int64_t rows,
                            const ck_epilogue *e, float *output) {
    const int64_t channels = g->channels, out_line = (int64_t)g->out_width * channels;
    const int64_t image_size = (int64_t)g->height * g->width * channels;
    for (int64_t r = row; r < row + rows; r++) {
        const float *image = input + r / g->out_height * image_size;
        const int64_t oy = r % g->out_height;
        int64_t channel = 0;
        for (; channel + LANES <= channels; channel += LANES)
            NAME(depthwise_row)(g, image, weights, oy, channel, LANES, e, output, r * out_line + channel);
        if (channel < channels)
            NAME(depthwise_row)(g, image, weights, oy, channel, channels - channel, e, output, r * out_line + channel);
    }
}

static void NAME(elementwise)(int64_t rows, int64_t channels, const float *x, const float *scale, const ck_epilogue *e,
                              float *y) {
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t channel = 0; channel < channels; channel += LANES) {
            int64_t n = channels - channel, place = row * channels + channel;
            vec value = load_some(x + place, n);
            if (scale) value *= load_some(scale + channel, n);
            store_some(y + place, finish(value, e, channel, place, n), n);
        }
    }
}

static void NAME(average)(int64_t pixels, int64_t channels, const float *x, float *mean) {
    for (int64_t channel = 0; channel < channels; channel += LANES) {
        int64_t n = channels - channel;
        vec sum = {};
        for (int64_t p = 0; p < pixels; p++) sum += load_some(x + p * channels + channel, n);
        store_some(mean + channel, sum / splat((float)pixels), n);
    }
}
