// Winograd's minimal filtering F(4×4, 3×3) for 3×3 convolutions of stride 1 (Lavin and Gray, "Fast Algorithms for
// Convolutional Neural Networks", arXiv:1509.09308): a 6×6 tile of input gives a 4×4 tile of output through 36 products
// instead of 144. The interpolation points are 0, ±1, ±2, ∞.

/// One column of Bᵀ d.
#define INPUT_TRANSFORM(d0, d1, d2, d3, d4, d5, o0, o1, o2, o3, o4, o5) do {  \
    vec p = (d4) - 4 * (d2), q = (d3) - 4 * (d1);                            \
    vec r = (d4) - (d2), s = 2 * ((d3) - (d1));                              \
    o0 = 4 * (d0) - 5 * (d2) + (d4);                                         \
    o1 = p + q; o2 = p - q; o3 = r + s; o4 = r - s;                          \
    o5 = 4 * (d1) - 5 * (d3) + (d5);                                         \
} while (0)

/// One column of Aᵀ m.
#define OUTPUT_TRANSFORM(m0, m1, m2, m3, m4, m5, o0, o1, o2, o3) do {         \
    vec p = (m1) + (m2), q = (m1) - (m2), r = (m3) + (m4), s = (m3) - (m4);  \
    o0 = (m0) + p + r;                                                       \
    o1 = q + 2 * s;                                                          \
    o2 = p + 4 * r;                                                          \
    o3 = q + 8 * s + (m5);                                                   \
} while (0)

/// Where a tile lies: its image, and the top left pixel of its output.
typedef struct { int64_t image, y, x; } NAME(tile_place);

INLINE NAME(tile_place) NAME(place)(const ck_convolution *g, int64_t tile) {
    const int64_t across = (g->out_width + 3) / 4, down = (g->out_height + 3) / 4, each = across * down;
    const int64_t within = tile % each;
    return (NAME(tile_place)){tile / each, within / across * 4, within % across * 4};
}

/// One tile's n channels. `y`, `x`: its corner in the image, which may lie outside.
INLINE void NAME(winograd_input_vector)(const ck_convolution *g, const float *image, int64_t y, int64_t x, const int inside,
                                        int64_t n, float *to, int64_t stride) {
    const int64_t channels = g->channels, line = g->width * channels;
    vec d[6][6], u[6][6];
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++) {
            const int out = !inside && (y + i < 0 || y + i >= g->height || x + j < 0 || x + j >= g->width);
            d[i][j] = out ? (vec){} : load_some(image + (y + i) * line + (x + j) * channels, n);
        }
    for (int j = 0; j < 6; j++)
        INPUT_TRANSFORM(d[0][j], d[1][j], d[2][j], d[3][j], d[4][j], d[5][j],
                        u[0][j], u[1][j], u[2][j], u[3][j], u[4][j], u[5][j]);
    for (int i = 0; i < 6; i++) {
        vec v[6];
        INPUT_TRANSFORM(u[i][0], u[i][1], u[i][2], u[i][3], u[i][4], u[i][5], v[0], v[1], v[2], v[3], v[4], v[5]);
        for (int j = 0; j < 6; j++) store_some(to + (i * 6 + j) * stride, v[j], n);
    }
}

static void NAME(winograd_input)(const ck_convolution *g, const float *input, int64_t tile, int64_t tiles,
                                 float *planes, int64_t stride) {
    const int64_t channels = g->channels, vectors = channels / LANES * LANES;
    for (int64_t t = 0; t < tiles; t++) {
        const NAME(tile_place) at = NAME(place)(g, tile + t);
        const int64_t y = at.y - g->pad_top, x = at.x - g->pad_left;
        const float *image = input + at.image * g->height * g->width * channels;
        float *to = planes + t * channels;
        if (y >= 0 && x >= 0 && y + 6 <= g->height && x + 6 <= g->width)
            for (int64_t channel = 0; channel < vectors; channel += LANES)
                NAME(winograd_input_vector)(g, image + channel, y, x, 1, LANES, to + channel, stride);
        else
            for (int64_t channel = 0; channel < vectors; channel += LANES)
                NAME(winograd_input_vector)(g, image + channel, y, x, 0, LANES, to + channel, stride);
        if (vectors < channels)
            NAME(winograd_input_vector)(g, image + vectors, y, x, 0, channels - vectors, to + vectors, stride);
    }
}

/// One tile's n channels. `rows`, `columns`: of the tile that lie inside; `corner`: where its first pixel lies in the output.
INLINE void NAME(winograd_output_vector)(const ck_convolution *g, const float *from, int64_t stride, int64_t rows,
                                         int64_t columns, const ck_epilogue *e, int64_t channel, int64_t n, float *output,
                                         int64_t corner) {
    vec half[4][6];
    for (int j = 0; j < 6; j++) {
        vec m[6];
        for (int i = 0; i < 6; i++) m[i] = load_some(from + (i * 6 + j) * stride, n);
        OUTPUT_TRANSFORM(m[0], m[1], m[2], m[3], m[4], m[5], half[0][j], half[1][j], half[2][j], half[3][j]);
    }
    for (int64_t i = 0; i < rows; i++) {
        vec y[4];
        OUTPUT_TRANSFORM(half[i][0], half[i][1], half[i][2], half[i][3], half[i][4], half[i][5], y[0], y[1], y[2], y[3]);
        const int64_t place = corner + i * g->out_width * g->out_stride;
        if (columns == 4) {
            finish(4, y, e, channel, place, g->out_stride, n);
            for (int j = 0; j < 4; j++) store_some(output + place + j * g->out_stride, y[j], n);
        } else {
            for (int64_t j = 0; j < columns; j++) {
                finish(1, y + j, e, channel, place + j * g->out_stride, 0, n);
                store_some(output + place + j * g->out_stride, y[j], n);
            }
        }
    }
}

static void NAME(winograd_output)(const ck_convolution *g, const float *planes, int64_t stride, int64_t tile,
                                  int64_t tiles, const ck_epilogue *e, float *output) {
    const int64_t channels = g->out_channels, vectors = channels / LANES * LANES;
    for (int64_t t = 0; t < tiles; t++) {
        const NAME(tile_place) at = NAME(place)(g, tile + t);
        const int64_t rows = g->out_height - at.y < 4 ? g->out_height - at.y : 4;
        const int64_t columns = g->out_width - at.x < 4 ? g->out_width - at.x : 4;
        const int64_t corner = ((at.image * g->out_height + at.y) * g->out_width + at.x) * g->out_stride;
        const float *from = planes + t * channels;
        for (int64_t channel = 0; channel < vectors; channel += LANES)
            NAME(winograd_output_vector)(g, from + channel, stride, rows, columns, e, channel, LANES, output, corner + channel);
        if (vectors < channels)
            NAME(winograd_output_vector)(g, from + vectors, stride, rows, columns, e, vectors, channels - vectors, output,
                                         corner + vectors);
    }
}
