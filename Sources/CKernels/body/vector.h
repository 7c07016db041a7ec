// Vector types of one instruction set. The including file defines VECTOR_BYTES, ROWS and SUFFIX.
#include <string.h>
#include "ckernels.h"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(f) JOIN(f, SUFFIX)
#define INLINE static inline __attribute__((always_inline))
#define LANES ((int64_t)(VECTOR_BYTES / 4))
#define PANEL (2 * LANES)

typedef float vec __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t mask __attribute__((vector_size(VECTOR_BYTES)));
typedef float vec_unaligned __attribute__((vector_size(VECTOR_BYTES), aligned(4)));

INLINE vec load(const float *p) { return *(const vec_unaligned *)p; }
INLINE void store(float *p, vec v) { *(vec_unaligned *)p = v; }
INLINE vec splat(float x) { return x - (vec){}; }

/// The first n lanes; the others are zero.
INLINE vec load_some(const float *p, int64_t n) {
    if (n >= LANES) return load(p);
    vec v = {};
    memcpy(&v, p, (size_t)n * 4);
    return v;
}
INLINE void store_some(float *p, vec v, int64_t n) {
    if (n >= LANES) store(p, v);
    else memcpy(p, &v, (size_t)n * 4);
}

/// n floats; short stretches, as patches are made of, without a call.
INLINE void copy(float *to, const float *from, int64_t n) {
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES) store(to + i, load(from + i));
    if (i == n) return;
    if (n >= LANES) store(to + n - LANES, load(from + n - LANES));
    else for (; i < n; i++) to[i] = from[i];
}

// A lane that is not a number fails both comparisons and stays what it is: damage shows instead of turning into zero.
INLINE vec choose(mask where, vec a, vec b) { return (vec)((where & (mask)a) | (~where & (mask)b)); }
INLINE vec at_least(vec x, vec low) { return choose(x < low, low, x); }
INLINE vec at_most(vec x, vec high) { return choose(x > high, high, x); }

/// e^(sign · x), relatively within 2e-7 + 5e-8 · |x|: 2^n · 2^f with |f| ≤ ½, 2^f by the polynomial of degree 5 whose largest
/// relative error is the smallest (7.5e-8). A lane that is not a number stays one.
INLINE vec exponential(vec x, const float sign) {
    x = at_most(at_least(x, splat(-87)), splat(87));
    const vec shift = splat(12582912);  // 1.5 · 2^23: adding it rounds to an integer, which the lowest bits then hold
    const vec t = x * splat(sign * 1.44269504f), u = t + shift, f = t - (u - shift);
    vec y = splat(1.327647152e-3f);
    y = y * f + splat(9.675541331e-3f);
    y = y * f + splat(5.550713275e-2f);
    y = y * f + splat(0.240221197f);
    y = y * f + splat(0.693146967f);
    y = y * f + splat(1.000000072f);
    // The bits of what is not a number are no exponent: added to y, they would make a number of it.
    return (vec)((mask)y + (((mask)u << 23) & (x == x)));
}
INLINE vec sigmoid(vec x) { return splat(1) / (splat(1) + exponential(x, -1)); }

/// The gradient before y = swish(z).
INLINE vec before_swish(vec gradient, vec z) {
    const vec s = sigmoid(z);
    return gradient * s * (splat(1) + z * (splat(1) - s));
}

INLINE vec activate(vec x, ck_activation activation) {
    if (activation == CK_ACTIVATION_SWISH) return x * sigmoid(x);
    if (activation != CK_ACTIVATION_NONE) x = at_least(x, (vec){});
    if (activation == CK_ACTIVATION_RELU6) x = at_most(x, splat(6));
    return x;
}

/// The epilogue for n lanes of `count` sums that lie `step` apart in the output (and in the residual), the first one at `offset`.
/// One question for all of them, not one for each: a short sum is soon done, and then the questions are what takes time.
INLINE void finish(const int count, vec *x, const ck_epilogue *e, int64_t column, int64_t offset, int64_t step, int64_t n) {
    if (e->bias) {
        const vec bias = load_some(e->bias + column, n);
#pragma clang loop unroll(full)
        for (int i = 0; i < count; i++) x[i] += bias;
    }
    if (e->residual) {
#pragma clang loop unroll(full)
        for (int i = 0; i < count; i++) x[i] += load_some(e->residual + offset + i * step, n);
    }
#define ALL(kind)                      \
    case kind:                         \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < count; i++) x[i] = activate(x[i], kind); \
        break;
    switch (e->activation) {
        case CK_ACTIVATION_NONE: break;
        ALL(CK_ACTIVATION_RELU)
        ALL(CK_ACTIVATION_RELU6)
        ALL(CK_ACTIVATION_SWISH)
    }
#undef ALL
}
