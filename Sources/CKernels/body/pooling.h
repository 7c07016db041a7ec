// Pooling over NHWC images: the maximum or the mean of a window's pixels that lie inside the image; and copies of rows.

/// A window's pixels inside the image.
typedef struct { int64_t top, bottom, left, right; } NAME(pool_window);

INLINE NAME(pool_window) NAME(window_at)(const ck_convolution *g, int64_t oy, int64_t ox) {
    const int64_t y = oy * g->stride - g->pad_top, x = ox * g->stride - g->pad_left;
    const int64_t bottom = y + g->kernel_height, right = x + g->kernel_width;
    return (NAME(pool_window)){y < 0 ? 0 : y, bottom < g->height ? bottom : g->height, x < 0 ? 0 : x,
                               right < g->width ? right : g->width};
}

static void NAME(pool)(const ck_convolution *g, ck_pooling kind, const float *input, int64_t row, int64_t rows,
                       float *output) {
    const int64_t channels = g->channels, line = (int64_t)g->width * channels;
    for (int64_t r = row; r < row + rows; r++) {
        const float *image = input + r / g->out_height * g->height * line;
        for (int64_t ox = 0; ox < g->out_width; ox++) {
            const NAME(pool_window) w = NAME(window_at)(g, r % g->out_height, ox);
            const vec count = splat((float)((w.bottom - w.top) * (w.right - w.left)));
            float *to = output + (r * g->out_width + ox) * g->out_stride;
            for (int64_t channel = 0; channel < channels; channel += LANES) {
                const int64_t n = channels - channel;
                vec value = kind == CK_POOL_MAXIMUM ? splat(-__builtin_inff()) : (vec){};
                for (int64_t y = w.top; y < w.bottom; y++)
                    for (int64_t x = w.left; x < w.right; x++) {
                        const vec pixel = load_some(image + y * line + x * channels + channel, n);
                        // A pixel that is not a number fails the comparison, and stays: damage shows.
                        const mask keep = (pixel <= value) | (value != value);
                        value = kind == CK_POOL_MAXIMUM ? choose(keep, value, pixel) : value + pixel;
                    }
                store_some(to + channel, kind == CK_POOL_MAXIMUM ? value : value / count, n);
            }
        }
    }
}

static void NAME(pool_gradient)(const ck_convolution *g, ck_pooling kind, const float *input, const float *gradient,
                                float *out) {
    const int64_t channels = g->channels, line = (int64_t)g->width * channels;
    for (int64_t oy = 0; oy < g->out_height; oy++)
        for (int64_t ox = 0; ox < g->out_width; ox++) {
            const NAME(pool_window) w = NAME(window_at)(g, oy, ox);
            const vec count = splat((float)((w.bottom - w.top) * (w.right - w.left)));
            const float *from = gradient + (oy * g->out_width + ox) * channels;
            for (int64_t channel = 0; channel < channels; channel += LANES) {
                const int64_t n = channels - channel;
                const vec d = load_some(from + channel, n);
                vec best = splat(-__builtin_inff());
                if (kind == CK_POOL_MAXIMUM)
                    for (int64_t y = w.top; y < w.bottom; y++)
                        for (int64_t x = w.left; x < w.right; x++) {
                            const vec pixel = load_some(input + y * line + x * channels + channel, n);
                            best = choose(pixel <= best, best, pixel);
                        }
                mask left = (mask){} - 1;  // lanes whose maximum has not been met yet
                for (int64_t y = w.top; y < w.bottom; y++)
                    for (int64_t x = w.left; x < w.right; x++) {
                        const int64_t place = y * line + x * channels + channel;
                        vec part = d / count;
                        if (kind == CK_POOL_MAXIMUM) {
                            const mask here = left & (load_some(input + place, n) == best);
                            part = (vec)(here & (mask)d);
                            left &= ~here;
                        }
                        store_some(out + place, load_some(out + place, n) + part, n);
                    }
            }
        }
}

static void NAME(copy_rows)(int64_t rows, int64_t n, const float *from, int64_t from_stride, float *to, int64_t to_stride,
                            int32_t adding) {
    for (int64_t r = 0; r < rows; r++, from += from_stride, to += to_stride) {
        if (!adding) {
            copy(to, from, n);
            continue;
        }
        for (int64_t i = 0; i < n; i += LANES) store_some(to + i, load_some(to + i, n - i) + load_some(from + i, n - i), n - i);
    }
}

static void NAME(sigmoid_all)(int64_t count, const float *x, float *y) {
    for (int64_t i = 0; i < count; i += LANES) store_some(y + i, sigmoid(load_some(x + i, count - i)), count - i);
}

static void NAME(swish_gradient)(int64_t rows, int64_t channels, const float *x, const float *scale, const float *bias,
                                 float *gradient) {
    for (int64_t r = 0; r < rows; r++)
        for (int64_t channel = 0; channel < channels; channel += LANES) {
            const int64_t n = channels - channel, place = r * channels + channel;
            vec z = load_some(x + place, n);
            if (scale) z *= load_some(scale + channel, n);
            if (bias) z += load_some(bias + channel, n);
            store_some(gradient + place, before_swish(load_some(gradient + place, n), z), n);
        }
}
