// The gradients that go through Winograd's F(4×4, 3×3). With U = G g Gᵀ, V = Bᵀ d B and Y = Aᵀ (U ⊙ V) A, the transposes give
// dg = Gᵀ (Σ over tiles of V ⊙ (A dY Aᵀ)) G. The input's gradient is a forward convolution with turned weights.

/// One column of G g.
#define KERNEL_TRANSFORM(g0, g1, g2, o0, o1, o2, o3, o4, o5) do {                        \
    vec p = (1.0f / 6) * ((g0) + (g2)), q = (1.0f / 6) * (g1);                          \
    vec r = (1.0f / 24) * (g0) + (1.0f / 6) * (g2), s = (1.0f / 12) * (g1);             \
    o0 = 0.25f * (g0);                                                                  \
    o1 = -(p + q); o2 = q - p; o3 = r + s; o4 = r - s;                                  \
    o5 = (g2);                                                                          \
} while (0)

/// One column of Gᵀ u.
#define KERNEL_TRANSPOSE(u0, u1, u2, u3, u4, u5, o0, o1, o2) do {                        \
    vec p = (1.0f / 6) * ((u1) + (u2)), q = (u3) + (u4);                                \
    o0 = 0.25f * (u0) - p + (1.0f / 24) * q;                                            \
    o1 = (1.0f / 6) * ((u2) - (u1)) + (1.0f / 12) * ((u3) - (u4));                      \
    o2 = (1.0f / 6) * q - p + (u5);                                                     \
} while (0)

/// One column of A y.
#define OUTPUT_TRANSPOSE(y0, y1, y2, y3, o0, o1, o2, o3, o4, o5) do {                    \
    vec p = (y0) + (y2), q = (y1) + (y3), r = (y0) + 4 * (y2), s = 2 * (y1) + 8 * (y3); \
    o0 = (y0);                                                                          \
    o1 = p + q; o2 = p - q; o3 = r + s; o4 = r - s;                                     \
    o5 = (y3);                                                                          \
} while (0)

/// The packed panels of rows [row, row + rows) of the 36 matrices U (k × n), from nine matrices k × n.
static void NAME(winograd_pack)(int64_t k, int64_t n, const float *kernel, int64_t row, int64_t rows, float *packed) {
    const int64_t plane = k * ((n + PANEL - 1) / PANEL * PANEL);
    for (int64_t r = row; r < row + rows; r++)
        for (int64_t column = 0; column < (n + PANEL - 1) / PANEL * PANEL; column += LANES) {
            const int64_t rest = n - column;
            vec half[6][3];
            for (int j = 0; j < 3; j++) {
                vec g[3];
                for (int i = 0; i < 3; i++)
                    g[i] = rest > 0 ? load_some(kernel + ((i * 3 + j) * k + r) * n + column, rest) : (vec){};
                KERNEL_TRANSFORM(g[0], g[1], g[2], half[0][j], half[1][j], half[2][j], half[3][j], half[4][j], half[5][j]);
            }
            float *to = packed + column / PANEL * k * PANEL + r * PANEL + column % PANEL;
            for (int i = 0; i < 6; i++) {
                vec u[6];
                KERNEL_TRANSFORM(half[i][0], half[i][1], half[i][2], u[0], u[1], u[2], u[3], u[4], u[5]);
                for (int j = 0; j < 6; j++) store(to + (i * 6 + j) * plane, u[j]);
            }
        }
}

static void NAME(winograd_output_gradient)(const ck_convolution *g, const float *gradient, int64_t tile, int64_t tiles,
                                           float *planes, int64_t stride) {
    const int64_t channels = g->out_channels;
    for (int64_t t = 0; t < tiles; t++) {
        const NAME(tile_place) at = NAME(place)(g, tile + t);
        const int64_t rows = g->out_height - at.y, columns = g->out_width - at.x;
        const float *corner = gradient + ((at.image * g->out_height + at.y) * g->out_width + at.x) * channels;
        for (int64_t channel = 0; channel < channels; channel += LANES) {
            const int64_t n = channels - channel;
            vec half[6][4];
            for (int j = 0; j < 4; j++) {
                vec y[4];
                for (int i = 0; i < 4; i++)
                    y[i] = i < rows && j < columns ? load_some(corner + (i * g->out_width + j) * channels + channel, n) : (vec){};
                OUTPUT_TRANSPOSE(y[0], y[1], y[2], y[3], half[0][j], half[1][j], half[2][j], half[3][j], half[4][j], half[5][j]);
            }
            float *to = planes + t * channels + channel;
            for (int i = 0; i < 6; i++) {
                vec m[6];
                OUTPUT_TRANSPOSE(half[i][0], half[i][1], half[i][2], half[i][3], m[0], m[1], m[2], m[3], m[4], m[5]);
                for (int j = 0; j < 6; j++) store_some(to + (i * 6 + j) * stride, m[j], n);
            }
        }
    }
}

/// Nine matrices of `count` values from the 36 sums over tiles, from value `first` on.
static void NAME(winograd_kernel_gradient)(int64_t count, int64_t first, int64_t values, const float *planes, float *kernel) {
    for (int64_t at = first; at < first + values; at += LANES) {
        const int64_t n = first + values - at;
        vec half[3][6];
        for (int j = 0; j < 6; j++) {
            vec u[6];
            for (int i = 0; i < 6; i++) u[i] = load_some(planes + (i * 6 + j) * count + at, n);
            KERNEL_TRANSPOSE(u[0], u[1], u[2], u[3], u[4], u[5], half[0][j], half[1][j], half[2][j]);
        }
        for (int i = 0; i < 3; i++) {
            vec g[3];
            KERNEL_TRANSPOSE(half[i][0], half[i][1], half[i][2], half[i][3], half[i][4], half[i][5], g[0], g[1], g[2]);
            for (int j = 0; j < 3; j++) store_some(kernel + (i * 3 + j) * count + at, g[j], n);
        }
    }
}
