import CCairo

/// A Cairo drawing surface. Only this file and `Raster+PNG.swift` call Cairo.
///
/// After `transform`, coordinates are the drawing's. When memory runs out, a Cairo context goes into an error state in which every call does
/// nothing, and `raster()` throws.
@safe final class Canvas {
    private let surface: OpaquePointer
    private let context: OpaquePointer
    let size: Int

    /// A black square canvas of `size` pixels a side.
    ///
    /// - Throws: `SampleError` if Cairo cannot create a surface of this size.
    init(size: Int) throws(SampleError) {
        let surface = unsafe cairo_image_surface_create(
            CAIRO_FORMAT_RGB24, Int32(clamping: size), Int32(clamping: size))
        let context = unsafe cairo_create(surface)
        guard let surface = unsafe surface, let context = unsafe context else {
            throw SampleError(.drawing, "Cairo could not make a canvas of \(size) × \(size) pixels.")
        }
        unsafe self.surface = surface
        unsafe self.context = context
        self.size = size
        unsafe cairo_set_antialias(context, CAIRO_ANTIALIAS_BEST)
        unsafe cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
        unsafe cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    }

    deinit {
        unsafe cairo_destroy(context)
        unsafe cairo_surface_destroy(surface)
    }

    /// Sets the drawing's origin to `center` in pixels, its unit to `scale` pixels, and turns it by `angle` radians.
    func transform(center: Point, scale: Double, angle: Double) {
        unsafe cairo_identity_matrix(context)
        unsafe cairo_translate(context, center.x, center.y)
        unsafe cairo_rotate(context, angle)
        unsafe cairo_scale(context, scale, scale)
    }

    /// Makes coordinates fractions of the canvas, from (0, 0) at the top left to (1, 1) at the bottom right.
    func transformToUnitSquare() {
        unsafe cairo_identity_matrix(context)
        unsafe cairo_scale(context, Double(size), Double(size))
    }

    func fill(_ path: Path, _ paint: Paint, blend: Blend = .over) {
        trace(path)
        setSource(paint)
        unsafe cairo_set_operator(context, Self.operation(blend))
        unsafe cairo_fill(context)
        unsafe cairo_set_operator(context, CAIRO_OPERATOR_OVER)
    }

    func fill(_ path: Path, _ color: Color, blend: Blend = .over) { fill(path, .solid(color), blend: blend) }

    func stroke(_ path: Path, _ color: Color, width: Double) {
        trace(path)
        setSource(.solid(color))
        unsafe cairo_set_line_width(context, width)
        unsafe cairo_stroke(context)
    }

    /// Draws only inside the path.
    func clipped(to path: Path, _ draw: () -> Void) {
        unsafe cairo_save(context)
        trace(path)
        unsafe cairo_clip(context)
        draw()
        unsafe cairo_restore(context)
    }

    /// The pixels drawn so far.
    ///
    /// - Throws: `SampleError` if Cairo reports an error of any drawing call.
    func raster() throws(SampleError) -> Raster {
        unsafe cairo_surface_flush(surface)
        let status = unsafe cairo_status(context)
        guard status == CAIRO_STATUS_SUCCESS, let data = unsafe cairo_image_surface_get_data(surface) else {
            throw SampleError(
                .drawing, "Cairo could not draw: \(unsafe String(cString: cairo_status_to_string(status))).")
        }
        let stride = unsafe Int(cairo_image_surface_get_stride(surface))
        var pixels = [UInt8](repeating: 0, count: size * size * 3)
        for y in 0..<size {
            for x in 0..<size {
                // RGB24 is a native-endian 32-bit word, 0x00RRGGBB.
                let word = unsafe UnsafeRawPointer(data).load(fromByteOffset: y * stride + x * 4, as: UInt32.self)
                let target = (y * size + x) * 3
                pixels[target] = UInt8(truncatingIfNeeded: word >> 16)
                pixels[target + 1] = UInt8(truncatingIfNeeded: word >> 8)
                pixels[target + 2] = UInt8(truncatingIfNeeded: word)
            }
        }
        return Raster(size: size, pixels: pixels)
    }

    private func trace(_ path: Path) {
        unsafe cairo_new_path(context)
        for element in path.elements {
            switch element {
            case .move(let point): unsafe cairo_move_to(context, point.x, point.y)
            case .line(let point): unsafe cairo_line_to(context, point.x, point.y)
            case .curve(let first, let second, let point):
                unsafe cairo_curve_to(context, first.x, first.y, second.x, second.y, point.x, point.y)
            case .close: unsafe cairo_close_path(context)
            }
        }
    }

    private func setSource(_ paint: Paint) {
        switch paint {
        case .solid(let color):
            unsafe cairo_set_source_rgba(context, color.red, color.green, color.blue, color.alpha)
        case .linear(let start, let stop, let stops):
            unsafe setSource(cairo_pattern_create_linear(start.x, start.y, stop.x, stop.y), stops)
        case .radial(let center, let radius, let stops):
            unsafe setSource(cairo_pattern_create_radial(center.x, center.y, 0, center.x, center.y, radius), stops)
        }
    }

    private func setSource(_ pattern: OpaquePointer?, _ stops: [(Double, Color)]) {
        for (offset, color) in stops {
            unsafe cairo_pattern_add_color_stop_rgba(pattern, offset, color.red, color.green, color.blue, color.alpha)
        }
        unsafe cairo_set_source(context, pattern)
        unsafe cairo_pattern_destroy(pattern)
    }

    private static func operation(_ blend: Blend) -> cairo_operator_t {
        switch blend {
        case .over: CAIRO_OPERATOR_OVER
        case .multiply: CAIRO_OPERATOR_MULTIPLY
        case .screen: CAIRO_OPERATOR_SCREEN
        case .softLight: CAIRO_OPERATOR_SOFT_LIGHT
        }
    }
}
