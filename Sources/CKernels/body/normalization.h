// Batch norm in training: statistics and gradients of rows of channels. The caller cuts the rows into blocks of a fixed size
// and adds the blocks' sums in order, so that a result does not depend on the threads.

enum { COLUMN_VECTORS = 4 };

/// Runs `body(vectors, channel, n)` over all channels: several vectors at a time where they are whole.
#define EACH_COLUMN(body)                                                                              \
    int64_t channel = 0;                                                                               \
    for (; channel + COLUMN_VECTORS * LANES <= channels; channel += COLUMN_VECTORS * LANES)            \
        body(COLUMN_VECTORS, COLUMN_VECTORS * LANES);                                                  \
    for (; channel + LANES <= channels; channel += LANES) body(1, LANES);                              \
    if (channel < channels) body(1, channels - channel);

INLINE void NAME(moments_columns)(const int vectors, const int64_t n, int64_t rows, int64_t channels, const float *x,
                                  const float *shift, float *sum, float *square) {
    vec s[COLUMN_VECTORS], q[COLUMN_VECTORS], at[COLUMN_VECTORS];
    for (int i = 0; i < vectors; i++) {
        s[i] = q[i] = (vec){};
        at[i] = load_some(shift + i * LANES, n - i * LANES);
    }
    for (int64_t r = 0; r < rows; r++, x += channels) {
#pragma clang loop unroll(full)
        for (int i = 0; i < vectors; i++) {
            const vec d = load_some(x + i * LANES, n - i * LANES) - at[i];
            s[i] += d;
            q[i] += d * d;
        }
    }
    for (int i = 0; i < vectors; i++) {
        store_some(sum + i * LANES, s[i], n - i * LANES);
        store_some(square + i * LANES, q[i], n - i * LANES);
    }
}

static void NAME(moments)(int64_t rows, int64_t channels, const float *x, const float *shift, float *sum, float *square) {
#define BODY(vectors, n) \
    NAME(moments_columns)(vectors, n, rows, channels, x + channel, shift + channel, sum + channel, square + channel)
    EACH_COLUMN(BODY)
#undef BODY
}

/// The gradient where the activation let its value pass, else zero. PyTorch's rule at the corners: zero.
INLINE vec gate(vec gradient, vec y, ck_activation activation) {
    gradient = choose(y > (vec){}, gradient, (vec){});
    return activation == CK_ACTIVATION_RELU6 ? choose(y < splat(6), gradient, (vec){}) : gradient;
}

static void NAME(activation_gradient)(int64_t count, const float *y, ck_activation activation, float *gradient) {
    for (int64_t i = 0; i < count; i += LANES)
        store_some(gradient + i, gate(load_some(gradient + i, count - i), load_some(y + i, count - i), activation), count - i);
}

INLINE void NAME(norm_columns)(const int vectors, const int64_t n, int64_t rows, int64_t channels, const float *y,
                               ck_activation activation, const float *x, const float *mean, float *gradient, float *sum,
                               float *dot) {
    vec s[COLUMN_VECTORS], q[COLUMN_VECTORS], at[COLUMN_VECTORS];
    for (int i = 0; i < vectors; i++) {
        s[i] = q[i] = (vec){};
        at[i] = load_some(mean + i * LANES, n - i * LANES);
    }
    for (int64_t r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < vectors; i++) {
            const int64_t place = r * channels + i * LANES;
            vec g = load_some(gradient + place, n - i * LANES);
            if (activation != CK_ACTIVATION_NONE) {
                g = gate(g, load_some(y + place, n - i * LANES), activation);
                store_some(gradient + place, g, n - i * LANES);
            }
            s[i] += g;
            q[i] += g * (load_some(x + place, n - i * LANES) - at[i]);
        }
    }
    for (int i = 0; i < vectors; i++) {
        store_some(sum + i * LANES, s[i], n - i * LANES);
        store_some(dot + i * LANES, q[i], n - i * LANES);
    }
}

static void NAME(norm_sums)(int64_t rows, int64_t channels, const float *y, ck_activation activation, const float *x,
                            const float *mean, float *gradient, float *sum, float *dot) {
#define BODY(vectors, n)                                                                                               \
    NAME(norm_columns)(vectors, n, rows, channels, y ? y + channel : 0, activation, x + channel, mean + channel,       \
                       gradient + channel, sum + channel, dot + channel)
    EACH_COLUMN(BODY)
#undef BODY
}

static void NAME(norm_gradient)(int64_t rows, int64_t channels, const float *gradient, const float *x,
                                const ck_norm_gradient *n, const float *more, float *out) {
    for (int64_t r = 0; r < rows; r++) {
        for (int64_t channel = 0; channel < channels; channel += LANES) {
            const int64_t rest = channels - channel, place = r * channels + channel;
            vec v = load_some(x + place, rest) - load_some(n->mean + channel, rest);
            v = v * load_some(n->slope + channel, rest) + load_some(n->offset + channel, rest);
            v += load_some(gradient + place, rest) * load_some(n->scale + channel, rest);
            if (more) v += load_some(more + place, rest);
            store_some(out + place, v, rest);
        }
    }
}
