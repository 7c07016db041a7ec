public import Geometry

/// What is known of a picture: who is in it, and where.
public struct PictureTags: Sendable, Equatable {
    /// A face, or all of the picture.
    public struct Face: Sendable, Equatable {
        /// Nil for somebody unknown.
        public let character: String?
        /// Nil for all of the picture.
        public let box: PixelBox?
        /// The probability that it shows the character, 0…1; nil if it is not known.
        public let probability: Double?

        public init(character: String?, box: PixelBox? = nil, probability: Double? = nil) {
            (self.character, self.box, self.probability) = (character, box, probability)
        }
    }

    /// The named ones; the unknown ones too if they are to be written.
    public let faces: [Face]
    /// Needed where a face has a box.
    public let geometry: PictureGeometry?
    /// The series of characters, if they have one.
    private let seriesOf: [String: String]

    /// - Parameters:
    ///   - writesUnknown: whether faces without a name are written.
    ///   - series: the series of each character that has one.
    public init(
        faces: [Face], writesUnknown: Bool = false, series: [String: String] = [:],
        geometry: PictureGeometry? = nil
    ) {
        precondition(geometry != nil || faces.allSatisfy { $0.box == nil }, "a box is a part of a picture of some size")
        self.faces = writesUnknown ? faces : faces.filter { $0.character != nil }
        seriesOf = series
        self.geometry = geometry
    }

    /// The characters, each once, in the order of the faces.
    public var characters: [String] { Self.unique(faces.compactMap(\.character)) }

    /// Their series, each once.
    public var series: [String] { Self.unique(characters.compactMap { seriesOf[$0] }) }

    public func series(of character: String) -> String? { seriesOf[character] }

    /// Whether an unknown face is to be written.
    public var hasUnknown: Bool { faces.contains { $0.character == nil } }

    /// Of the tag of an unknown face.
    public static let unknown = "unknown"

    /// The tags with their namespaces, as hydrus and many image boards write them: `character:Rei Ayanami`, `series:Evangelion`.
    public var lines: [String] {
        characters.map { "character:\($0)" } + series.map { "series:\($0)" }
            + (hasUnknown ? ["character:\(Self.unknown)"] : [])
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}

/// The size of an upright picture in pixels, and how its file stores it.
public struct PictureGeometry: Sendable, Hashable {
    public let width, height: Int
    /// EXIF's orientation (1–8), which turns the stored pixels into the upright picture.
    public let orientation: Int

    public init(width: Int, height: Int, orientation: Int = 1) {
        (self.width, self.height, self.orientation) = (width, height, orientation)
    }

    /// The size of the stored pixels.
    var stored: (width: Int, height: Int) { orientation >= 5 ? (height, width) : (width, height) }
}

/// Why a sidecar cannot be read or written to. Nothing has changed then.
public struct SidecarError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong with it; does not name the file.
    public let message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
}
