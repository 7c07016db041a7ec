#include "CJPEG.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

/// So many zero bytes in a row do not occur in entropy-coded data, unless zeros are the code of a plain area.
enum { HOLE = 16 };

struct cjpeg_decoder {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf failed;
    const uint8_t *bytes;
    size_t count;
    /// The first byte of the first scan, and the first byte after the last one.
    size_t data_start, data_end;
    /// libjpeg met the end of the file before the end marker.
    bool ends_early;
    /// There are bytes between markers that belong to nothing.
    bool has_surplus;
    /// The components that a scan has sent.
    bool is_sent[MAX_COMPONENTS];
    cjpeg_outcome outcome;
    char message[JMSG_LENGTH_MAX];
};

static cjpeg_decoder *decoder_of(j_common_ptr jpeg) { return jpeg->client_data; }

static _Noreturn void fail(cjpeg_decoder *decoder, cjpeg_outcome outcome, const char *message) {
    decoder->outcome = outcome;
    snprintf(decoder->message, sizeof decoder->message, "%s", message);
    longjmp(decoder->failed, 1);
}

/// Pixels are missing or invented: because the file ends early, or because it is damaged.
static _Noreturn void lose(cjpeg_decoder *decoder, const char *message) {
    fail(decoder, decoder->ends_early ? CJPEG_TRUNCATED : CJPEG_DAMAGED, message);
}

/// A legal kind of JPEG that libjpeg does not read; NULL for any other error.
static const char *unsupported_kind(j_common_ptr jpeg, const char *text) {
    int code = jpeg->err->msg_code, detail = jpeg->err->msg_parm.i[0];
    switch (code) {
    case JERR_BAD_PRECISION: return detail == 12 ? "it has 12 bits for each color, and 8 are supported" : NULL;
    case JERR_EMPTY_IMAGE:
        return ((j_decompress_ptr)jpeg)->image_width > 0 ? "its height is stored after the picture (DNL)" : NULL;
    case JERR_SOF_UNSUPPORTED:
        return detail == 0xC3 || detail == 0xCB ? "it is lossless JPEG" : "it is hierarchical JPEG";
    case JERR_UNKNOWN_MARKER:
        return detail == 0xF7 ? "it is JPEG-LS" : detail == 0xDE || detail == 0xDF ? "it is hierarchical JPEG" : NULL;
    case JERR_ARITH_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_IMAGE_TOO_BIG:
    case JERR_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_OUT_OF_MEMORY:
    case JERR_WIDTH_OVERFLOW: return text;
    default: return NULL;
    }
}

static void on_error(j_common_ptr jpeg) {
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    const char *kind = unsupported_kind(jpeg, text);
    if (kind) fail(decoder_of(jpeg), CJPEG_UNSUPPORTED, kind);
    lose(decoder_of(jpeg), text);
}

/// Sorts libjpeg's warnings: some mean lost pixels, others only an unusual file.
static void on_message(j_common_ptr jpeg, int level) {
    if (level >= 0) return;  // no warning
    cjpeg_decoder *decoder = decoder_of(jpeg);
    switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF: decoder->ends_early = true; return;
    case JWRN_EXTRANEOUS_DATA: decoder->has_surplus = true; return;
    case JWRN_JFIF_MAJOR:
    case JWRN_ADOBE_XFORM:
    case JWRN_NOT_SEQUENTIAL: return;
    case JWRN_BOGUS_PROGRESSION:
        // Scans in another order, or one of them twice, lose nothing. A refinement of what was never sent does.
        if (decoder->jpeg.Ah == 0) return;
        break;
    default: break;
    }
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    lose(decoder, text);
}

/// The place of the next byte that libjpeg reads. At the end of the file it reads from a buffer of its own.
static size_t position(const cjpeg_decoder *decoder) {
    const uint8_t *next = decoder->jpeg.src->next_input_byte;
    return next >= decoder->bytes && next <= decoder->bytes + decoder->count ? (size_t)(next - decoder->bytes)
                                                                            : decoder->count;
}

/// While libjpeg collects the scans: the last call comes before it reads the end marker.
static void on_progress(j_common_ptr jpeg) {
    cjpeg_decoder *decoder = decoder_of(jpeg);
    for (int i = 0; i < decoder->jpeg.comps_in_scan; i++)
        decoder->is_sent[decoder->jpeg.cur_comp_info[i]->component_index] = true;
    decoder->data_end = position(decoder);
}

cjpeg_decoder *cjpeg_open(const uint8_t *bytes, size_t count) {
    cjpeg_decoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder) return NULL;
    decoder->bytes = bytes;
    decoder->count = count;
    decoder->jpeg.err = jpeg_std_error(&decoder->errors);
    decoder->errors.error_exit = on_error;
    decoder->errors.emit_message = on_message;
    decoder->progress.progress_monitor = on_progress;
    decoder->jpeg.client_data = decoder;
    if (setjmp(decoder->failed)) {
        cjpeg_close(decoder);
        return NULL;
    }
    jpeg_create_decompress(&decoder->jpeg);
    return decoder;
}

cjpeg_outcome cjpeg_read_header(cjpeg_decoder *decoder, cjpeg_header *header) {
    static const char prefix[6] = "Exif\0";
    if (setjmp(decoder->failed)) return decoder->outcome;
    j_decompress_ptr jpeg = &decoder->jpeg;
    jpeg_mem_src(jpeg, decoder->bytes, decoder->count);
    jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(jpeg, TRUE);
    decoder->data_start = position(decoder);
    bool is_cmyk = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
    jpeg->out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
    *header = (cjpeg_header){
        .width = (int)jpeg->image_width, .height = (int)jpeg->image_height, .channels = is_cmyk ? 4 : 3};
    for (jpeg_saved_marker_ptr segment = jpeg->marker_list; segment && !header->exif; segment = segment->next) {
        if (segment->data_length < sizeof prefix || memcmp(segment->data, prefix, sizeof prefix)) continue;
        header->exif = segment->data;
        header->exif_count = segment->data_length;
    }
    return CJPEG_OK;
}

/// Checks that the scans of a file in several scans sent every component, and all of it if the end is missing.
static void check_scans(cjpeg_decoder *decoder) {
    j_decompress_ptr jpeg = &decoder->jpeg;
    for (int component = 0; component < jpeg->num_components; component++) {
        if (!decoder->is_sent[component]) lose(decoder, "no scan has the data of a color");
        if (!jpeg->coef_bits) continue;
        // The bits of each coefficient that are still to come, or -1 if none came.
        const int *missing = jpeg->coef_bits[component];
        if (missing[0] < 0) lose(decoder, "no scan has the mean of a color");
        for (int i = 0; i < DCTSIZE2 && decoder->ends_early; i++)
            if (missing[i] != 0) lose(decoder, "the last scans are missing");
    }
}

/// Whether all-zero data is the code of a plain area in this file.
static bool zeros_are_plain(const struct jpeg_decompress_struct *jpeg) {
    for (int i = 0; i < jpeg->num_components; i++) {
        const JHUFF_TBL *dc = jpeg->dc_huff_tbl_ptrs[jpeg->comp_info[i].dc_tbl_no];
        const JHUFF_TBL *ac = jpeg->ac_huff_tbl_ptrs[jpeg->comp_info[i].ac_tbl_no];
        if (!dc || !ac || dc->huffval[0] != 0 || ac->huffval[0] != 0) return false;
    }
    return true;
}

/// A file that lacks its end marker or has bytes to spare is whole only if nothing shows that its data was replaced by zeros, as in a
/// download into a file of the final size.
static void check_holes(cjpeg_decoder *decoder) {
    const struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
    if (!decoder->ends_early && !decoder->has_surplus) return;
    // An arithmetic coder leaves out zeros at its end, so that libjpeg cannot see where the data was cut.
    if (jpeg->arith_code && decoder->ends_early) fail(decoder, CJPEG_TRUNCATED, "the end marker is missing");
    size_t tail = decoder->count;
    while (tail > 0 && decoder->bytes[tail - 1] == 0) tail--;
    if (decoder->data_end > tail + HOLE) fail(decoder, CJPEG_TRUNCATED, "its end was replaced by zeros");
    if (jpeg->progressive_mode || jpeg->arith_code || zeros_are_plain(jpeg)) return;
    size_t zeros = 0;
    for (size_t i = decoder->data_start; i < decoder->data_end; i++) {
        zeros = decoder->bytes[i] == 0 ? zeros + 1 : 0;
        if (zeros == HOLE) fail(decoder, CJPEG_DAMAGED, "a part was replaced by zeros");
    }
}

/// Reads on to the end marker. All pixels have come, so what stands here instead of it is surplus.
static void read_tail(cjpeg_decoder *decoder) {
    if (setjmp(decoder->failed)) {
        decoder->has_surplus = true;
        return;
    }
    jpeg_finish_decompress(&decoder->jpeg);
}

cjpeg_outcome cjpeg_read_pixels(cjpeg_decoder *decoder, uint8_t *pixels) {
    j_decompress_ptr jpeg = &decoder->jpeg;
    if (setjmp(decoder->failed)) return decoder->outcome;
    bool has_scans = jpeg_has_multiple_scans(jpeg);
    jpeg->dct_method = JDCT_ISLOW;
    jpeg->progress = &decoder->progress;
    jpeg_start_decompress(jpeg);
    jpeg->progress = NULL;
    if (has_scans) check_scans(decoder);
    size_t stride = (size_t)jpeg->output_width * (size_t)jpeg->output_components;
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = pixels + jpeg->output_scanline * stride;
        jpeg_read_scanlines(jpeg, &row, 1);
    }
    if (!has_scans) decoder->data_end = position(decoder);
    read_tail(decoder);
    if (setjmp(decoder->failed)) return decoder->outcome;
    check_holes(decoder);
    return CJPEG_OK;
}

const char *cjpeg_message(const cjpeg_decoder *decoder) { return decoder->message; }

void cjpeg_close(cjpeg_decoder *decoder) {
    jpeg_destroy_decompress(&decoder->jpeg);
    free(decoder);
}
