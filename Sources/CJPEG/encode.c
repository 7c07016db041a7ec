#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

typedef struct {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jmp_buf failed;
    unsigned char *file;
    unsigned long count;
} encoder;

static void on_error(j_common_ptr jpeg) { longjmp(((encoder *)jpeg->client_data)->failed, 1); }

static void on_message(j_common_ptr jpeg, int level) {
    (void)jpeg;
    (void)level;
}

size_t cjpeg_encode(const uint8_t *rgb, int width, int height, int quality, uint8_t **file) {
    *file = NULL;
    encoder *e = calloc(1, sizeof *e);
    if (!e) return 0;
    e->jpeg.err = jpeg_std_error(&e->errors);
    e->errors.error_exit = on_error;
    e->errors.emit_message = on_message;
    e->jpeg.client_data = e;
    if (setjmp(e->failed)) {
        // The file is not freed: libjpeg may have replaced it by a larger one already.
        jpeg_destroy_compress(&e->jpeg);
        free(e);
        return 0;
    }
    jpeg_create_compress(&e->jpeg);
    jpeg_mem_dest(&e->jpeg, &e->file, &e->count);
    e->jpeg.image_width = (JDIMENSION)width;
    e->jpeg.image_height = (JDIMENSION)height;
    e->jpeg.input_components = 3;
    e->jpeg.in_color_space = JCS_RGB;
    // The defaults for RGB are YCbCr with colors at half the resolution.
    jpeg_set_defaults(&e->jpeg);
    jpeg_set_quality(&e->jpeg, quality, TRUE);
    e->jpeg.dct_method = JDCT_ISLOW;
    jpeg_start_compress(&e->jpeg, TRUE);
    while (e->jpeg.next_scanline < e->jpeg.image_height) {
        // libjpeg does not write to the rows.
        JSAMPROW row = (JSAMPROW)rgb + (size_t)e->jpeg.next_scanline * (size_t)width * 3;
        jpeg_write_scanlines(&e->jpeg, &row, 1);
    }
    jpeg_finish_compress(&e->jpeg);
    jpeg_destroy_compress(&e->jpeg);
    *file = e->file;
    size_t count = e->count;
    free(e);
    return count;
}
