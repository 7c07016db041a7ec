#pragma once
#include <png.h>

/// libpng builds these from macros that Swift cannot see through.
static const png_uint_32 cpng_format_rgb = PNG_FORMAT_RGB;
static const png_uint_32 cpng_format_rgba = PNG_FORMAT_RGBA;
