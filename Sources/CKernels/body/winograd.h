// Winograd's minimal filtering of 3×3 convolutions (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks",
// arXiv:1509.09308), 4×4 outputs at a time.
//
// Stride 1, F(4×4, 3×3): a 6×6 tile of input gives the outputs through 36 products instead of 144. The interpolation points are
// 0, ±1, ±2, ∞.
//
// Stride 2: along a side the even inputs meet the outer two taps, which is a convolution of two taps and stride 1, and the odd ones
// meet the middle tap. F(4, 2) at the points 0, 1, −1, 2, ∞ takes 5 products for the former, the latter takes 4; a tile of 9×9
// inputs goes through 81 products instead of 144. The last four of a side's nine share one transformed weight, so there are 36
// matrices of weights here too.

/// Values along a side of a transformed tile of input.
#define POINTS(stride) ((stride) == 1 ? 6 : 9)
enum { MOST_POINTS = 9 };

/// One column of Bᵀ d; its values lie `step` apart in both.
INLINE void NAME(input_line)(const int stride, const vec *d, vec *o, const int step) {
#define D(i) d[(i) * step]
#define O(i) o[(i) * step]
    if (stride == 1) {
        const vec p = D(4) - 4 * D(2), q = D(3) - 4 * D(1), r = D(4) - D(2), s = 2 * (D(3) - D(1));
        O(0) = 4 * D(0) - 5 * D(2) + D(4);
        O(1) = p + q;
        O(2) = p - q;
        O(3) = r + s;
        O(4) = r - s;
        O(5) = 4 * D(1) - 5 * D(3) + D(5);
    } else {
        O(0) = 2 * (D(0) - D(4)) + D(6) - D(2);
        O(1) = D(6) - D(4) - 2 * D(2);
        O(2) = D(6) - 3 * D(4) + 2 * D(2);
        O(3) = D(6) - D(2);
        O(4) = 2 * (D(2) - D(6)) + D(8) - D(4);
        for (int i = 0; i < 4; i++) O(5 + i) = D(1 + 2 * i);
    }
}

/// One column of Aᵀ m.
INLINE void NAME(output_line)(const int stride, const vec *d, const int step, vec *o, const int out_step) {
    const vec p = D(1) + D(2), q = D(1) - D(2);
    vec y[4];
    if (stride == 1) {
        const vec r = D(3) + D(4), s = D(3) - D(4);
        y[0] = D(0) + p + r;
        y[1] = q + 2 * s;
        y[2] = p + 4 * r;
        y[3] = q + 8 * s + D(5);
    } else {
        y[0] = D(0) + p + D(3) + D(5);
        y[1] = q + 2 * D(3) + D(6);
        y[2] = p + 4 * D(3) + D(7);
        y[3] = q + 8 * D(3) + D(4) + D(8);
    }
    for (int i = 0; i < 4; i++) o[i * out_step] = y[i];
#undef D
#undef O
}

/// Where a tile lies: its image, and the top left pixel of its output.
typedef struct { int64_t image, y, x; } NAME(tile_place);

INLINE NAME(tile_place) NAME(place)(const ck_convolution *g, int64_t tile) {
    const int64_t across = (g->out_width + 3) / 4, down = (g->out_height + 3) / 4, each = across * down;
    const int64_t within = tile % each;
    return (NAME(tile_place)){tile / each, within / across * 4, within % across * 4};
}

/// One tile's n channels. `y`, `x`: its corner in the image, which may lie outside.
INLINE void NAME(winograd_input_vector)(const int stride, const ck_convolution *g, const float *image, int64_t y, int64_t x,
                                        const int inside, int64_t n, float *to, int64_t plane) {
    const int points = POINTS(stride);
    const int64_t channels = g->channels, line = g->width * channels;
    vec d[MOST_POINTS][MOST_POINTS], u[MOST_POINTS][MOST_POINTS];
    for (int i = 0; i < points; i++)
        for (int j = 0; j < points; j++) {
            const int out = !inside && (y + i < 0 || y + i >= g->height || x + j < 0 || x + j >= g->width);
            d[i][j] = out ? (vec){} : load_some(image + (y + i) * line + (x + j) * channels, n);
        }
    for (int j = 0; j < points; j++) NAME(input_line)(stride, &d[0][j], &u[0][j], MOST_POINTS);
    for (int i = 0; i < points; i++) {
        vec v[MOST_POINTS];
        NAME(input_line)(stride, u[i], v, 1);
        for (int j = 0; j < points; j++) store_some(to + (i * points + j) * plane, v[j], n);
    }
}

INLINE void NAME(winograd_input_tiles)(const int stride, const ck_convolution *g, const float *input, int64_t tile,
                                       int64_t tiles, float *planes, int64_t plane) {
    const int64_t channels = g->channels, vectors = channels / LANES * LANES, points = POINTS(stride);
    for (int64_t t = 0; t < tiles; t++) {
        const NAME(tile_place) at = NAME(place)(g, tile + t);
        const int64_t y = at.y * stride - g->pad_top, x = at.x * stride - g->pad_left;
        const float *image = input + at.image * g->height * g->width * channels;
        float *to = planes + t * channels;
        if (y >= 0 && x >= 0 && y + points <= g->height && x + points <= g->width)
            for (int64_t channel = 0; channel < vectors; channel += LANES)
                NAME(winograd_input_vector)(stride, g, image + channel, y, x, 1, LANES, to + channel, plane);
        else
            for (int64_t channel = 0; channel < vectors; channel += LANES)
                NAME(winograd_input_vector)(stride, g, image + channel, y, x, 0, LANES, to + channel, plane);
        if (vectors < channels)
            NAME(winograd_input_vector)(stride, g, image + vectors, y, x, 0, channels - vectors, to + vectors, plane);
    }
}

static void NAME(winograd_input)(const ck_convolution *g, const float *input, int64_t tile, int64_t tiles, float *planes,
                                 int64_t plane) {
    if (g->stride == 1) NAME(winograd_input_tiles)(1, g, input, tile, tiles, planes, plane);
    else NAME(winograd_input_tiles)(2, g, input, tile, tiles, planes, plane);
}

/// One tile's n channels. `rows`, `columns`: of the tile that lie inside; `corner`: where its first pixel lies in the output.
INLINE void NAME(winograd_output_vector)(const int stride, const ck_convolution *g, const float *from, int64_t plane,
                                         int64_t rows, int64_t columns, const ck_epilogue *e, int64_t channel, int64_t n,
                                         float *output, int64_t corner) {
    const int points = POINTS(stride);
    vec half[4][MOST_POINTS];
    for (int j = 0; j < points; j++) {
        vec m[MOST_POINTS];
        for (int i = 0; i < points; i++) m[i] = load_some(from + (i * points + j) * plane, n);
        NAME(output_line)(stride, m, 1, &half[0][j], MOST_POINTS);
    }
    for (int64_t i = 0; i < rows; i++) {
        vec y[4];
        NAME(output_line)(stride, half[i], 1, y, 1);
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

INLINE void NAME(winograd_output_tiles)(const int stride, const ck_convolution *g, const float *planes, int64_t plane,
                                        int64_t tile, int64_t tiles, const ck_epilogue *e, float *output) {
    const int64_t channels = g->out_channels, vectors = channels / LANES * LANES;
    for (int64_t t = 0; t < tiles; t++) {
        const NAME(tile_place) at = NAME(place)(g, tile + t);
        const int64_t rows = g->out_height - at.y < 4 ? g->out_height - at.y : 4;
        const int64_t columns = g->out_width - at.x < 4 ? g->out_width - at.x : 4;
        const int64_t corner = ((at.image * g->out_height + at.y) * g->out_width + at.x) * g->out_stride;
        const float *from = planes + t * channels;
        for (int64_t channel = 0; channel < vectors; channel += LANES)
            NAME(winograd_output_vector)(stride, g, from + channel, plane, rows, columns, e, channel, LANES, output,
                                         corner + channel);
        if (vectors < channels)
            NAME(winograd_output_vector)(stride, g, from + vectors, plane, rows, columns, e, vectors, channels - vectors,
                                         output, corner + vectors);
    }
}

static void NAME(winograd_output)(const ck_convolution *g, const float *planes, int64_t plane, int64_t tile, int64_t tiles,
                                  const ck_epilogue *e, float *output) {
    if (g->stride == 1) NAME(winograd_output_tiles)(1, g, planes, plane, tile, tiles, e, output);
    else NAME(winograd_output_tiles)(2, g, planes, plane, tile, tiles, e, output);
}
