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
INLINE vec NAME(gated)(vec gradient, vec y, ck_activation activation) {
    gradient = choose(y > (vec){}, gradient, (vec){});
    return activation == CK_ACTIVATION_RELU6 ? choose(y < splat(6), gradient, (vec){}) : gradient;
}

static void NAME(activation_gradient)(int64_t count, const float *y, ck_activation activation, float *gradient) {
    for (int64_t i = 0; i < count; i += LANES)
        store_some(gradient + i, NAME(gated)(load_some(gradient + i, count - i), load_some(y + i, count - i), activation), count - i);
}

/// The gradient before a gate, of n lanes of x.
INLINE vec NAME(before)(vec gradient, vec x, const ck_gate *gate, const ck_activation activation, int64_t channel, int64_t n) {
    if (activation == CK_ACTIVATION_NONE) return gradient;
    const vec z = x * load_some(gate->scale + channel, n) + load_some(gate->bias + channel, n);
    if (activation != CK_ACTIVATION_SWISH) return NAME(gated)(gradient, z, activation);
    const vec s = sigmoid(z);
    return gradient * s * (splat(1) + z * (splat(1) - s));
}

INLINE void NAME(norm_columns)(const int vectors, const int64_t n, const ck_activation activation, int64_t rows,
                               int64_t channels, const ck_gate *gate, int64_t channel, const float *x, const float *mean,
                               float *gradient, float *sum, float *dot) {
    vec s[COLUMN_VECTORS], q[COLUMN_VECTORS], at[COLUMN_VECTORS];
    for (int i = 0; i < vectors; i++) {
        s[i] = q[i] = (vec){};
        at[i] = load_some(mean + i * LANES, n - i * LANES);
    }
    for (int64_t r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < vectors; i++) {
            const int64_t place = r * channels + i * LANES, rest = n - i * LANES;
            const vec value = load_some(x + place, rest);
            const vec g = NAME(before)(load_some(gradient + place, rest), value, gate, activation, channel + i * LANES, rest);
            if (activation == CK_ACTIVATION_SWISH) store_some(gradient + place, g, rest);
            s[i] += g;
            q[i] += g * (value - at[i]);
        }
    }
    for (int i = 0; i < vectors; i++) {
        store_some(sum + i * LANES, s[i], n - i * LANES);
        store_some(dot + i * LANES, q[i], n - i * LANES);
    }
}

/// Runs BODY with the gate's activation as a constant, so that each has a loop of its own.
#define EACH_ACTIVATION                                                           \
    switch (gate ? gate->activation : CK_ACTIVATION_NONE) {                       \
        case CK_ACTIVATION_NONE: BODY(CK_ACTIVATION_NONE) break;                  \
        case CK_ACTIVATION_RELU: BODY(CK_ACTIVATION_RELU) break;                  \
        case CK_ACTIVATION_RELU6: BODY(CK_ACTIVATION_RELU6) break;                \
        case CK_ACTIVATION_SWISH: BODY(CK_ACTIVATION_SWISH) break;                \
    }

static void NAME(norm_sums)(int64_t rows, int64_t channels, const ck_gate *gate, const float *x, const float *mean,
                            float *gradient, float *sum, float *dot) {
#define COLUMNS(vectors, n)                                                                                            \
    NAME(norm_columns)(vectors, n, activation, rows, channels, gate, channel, x + channel, mean + channel,             \
                       gradient + channel, sum + channel, dot + channel)
#define BODY(kind) { const ck_activation activation = kind; EACH_COLUMN(COLUMNS) }
    EACH_ACTIVATION
#undef BODY
#undef COLUMNS
}

static void NAME(norm_gradient)(int64_t rows, int64_t channels, const float *gradient, const float *x, const ck_gate *gate,
                                const ck_norm_gradient *norm, const float *more, float *out) {
#define BODY(activation)                                                                                               \
    for (int64_t r = 0; r < rows; r++)                                                                                 \
        for (int64_t channel = 0; channel < channels; channel += LANES) {                                              \
            const int64_t n = channels - channel, place = r * channels + channel;                                      \
            const vec value = load_some(x + place, n);                                                                 \
            const vec g = NAME(before)(load_some(gradient + place, n), value, gate, activation, channel, n);           \
            vec v = value - load_some(norm->mean + channel, n);                                                        \
            v = v * load_some(norm->slope + channel, n) + load_some(norm->offset + channel, n);                        \
            v += g * load_some(norm->scale + channel, n);                                                              \
            if (more) v += load_some(more + place, n);                                                                 \
            store_some(out + place, v, n);                                                                             \
        }
    EACH_ACTIVATION
#undef BODY
#undef EACH_ACTIVATION
}
