#pragma once

// The libraries that this build has. The files that include this one must be compiled again when a library is installed later:
// scripts/setup sees to that.

/// Has a library linked wherever this file's object is. Swift's linking step reads the section, as it does for Swift's own imports, so
/// Package.swift need not know which libraries are there.
#define LINK(name, library)                                                                                \
    __attribute__((used, no_sanitize("address"), section(".swift1_autolink_entries"))) static \
    const char link_##name[] = "-l" library

#if __has_include(<gif_lib.h>)
#define HAS_GIF 1
#else
#define HAS_GIF 0
#endif

#if __has_include(<tiffio.h>)
#define HAS_TIFF 1
#else
#define HAS_TIFF 0
#endif

#if __has_include(<avif/avif.h>)
#define HAS_AVIF 1
#else
#define HAS_AVIF 0
#endif

#if __has_include(<libheif/heif.h>)
#define HAS_HEIF 1
#else
#define HAS_HEIF 0
#endif

#if __has_include(<jxl/decode.h>)
#define HAS_JXL 1
#else
#define HAS_JXL 0
#endif
