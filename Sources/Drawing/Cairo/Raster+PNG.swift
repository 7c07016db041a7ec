import CCairo
import Foundation

extension Raster {
    /// Writes the picture as a PNG file, and replaces an existing one.
    ///
    /// - Throws: `SampleError` with code `unwritable` if the file cannot be written.
    public func writePNG(to path: String) throws(SampleError) {
        let surface = unsafe cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(size), Int32(size))
        defer { unsafe cairo_surface_destroy(surface) }
        guard let data = unsafe cairo_image_surface_get_data(surface) else {
            throw SampleError(.drawing, "Cairo could not make an image of \(size) × \(size) pixels.")
        }
        let stride = unsafe Int(cairo_image_surface_get_stride(surface))
        for y in 0..<size {
            for x in 0..<size {
                let source = (y * size + x) * 3
                let word =
                    UInt32(pixels[source]) << 16 | UInt32(pixels[source + 1]) << 8 | UInt32(pixels[source + 2])
                unsafe UnsafeMutableRawPointer(data).storeBytes(
                    of: word, toByteOffset: y * stride + x * 4, as: UInt32.self)
            }
        }
        unsafe cairo_surface_mark_dirty(surface)
        let status = unsafe cairo_surface_write_to_png(surface, path)
        guard status == CAIRO_STATUS_SUCCESS else {
            let reason = unsafe String(cString: cairo_status_to_string(status))
            throw SampleError(
                .unwritable, "\(path) could not be written: \(reason). Check the disk and its permissions.")
        }
    }
}
