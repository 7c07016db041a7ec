public import Geometry

/// Which faces of a picture a request is about.
public enum FaceMode: String, Codable, Sendable, CaseIterable {
    /// The faces that the detector finds. A picture without any, or with one that fills most of it, is taken whole.
    case auto
    /// The picture as it is.
    case whole
    /// Only faces that the detector finds.
    case found
    /// As `auto`, and of several faces only the largest.
    case largest
}

/// The part of a request's query that says which faces of its pictures it is about: `faces`, `face` and `boxes`.
public struct FaceSelection: Sendable, Equatable {
    /// `faces`: which faces of the pictures; ``FaceMode/auto`` when nil.
    public var mode: FaceMode?
    /// `face`: of the faces that are found, only the one with this number. The largest has the number 1.
    public var number: Int?
    /// `boxes`: the faces of the request's only picture, `left,top,width,height` each, with a semicolon between two. The detector is not asked
    /// then. To verify, one for each picture.
    public var boxes: [PixelBox]

    public init(_ mode: FaceMode? = nil, number: Int? = nil, boxes: [PixelBox] = []) {
        (self.mode, self.number, self.boxes) = (mode, number, boxes)
    }

    /// The names of the parameters.
    public static let parameters: Set<String> = ["boxes", "face", "faces"]
    /// A picture may have so many boxes, and a face a number up to this.
    public static let most = 256

    /// Adds the parameters to a query.
    public func add(to query: inout [String: String]) {
        query["faces"] = mode?.rawValue
        query["face"] = number.map { String($0) }
        query["boxes"] = boxes.isEmpty ? nil : boxes.map(\.description).joined(separator: ";")
    }

    /// - Parameters:
    ///   - files: how many pictures the request has.
    ///   - takesBoxEach: whether `boxes` holds one box for each picture.
    /// - Throws: `bad_parameter`.
    public init(_ message: RequestMessage, files: Int, takesBoxEach: Bool = false) throws(APIError) {
        mode = try message.choice("faces", of: FaceMode.self)
        number = try message.integer("face", in: 1...Self.most)
        boxes = try message.boxes("boxes", atMost: Self.most)
        guard boxes.isEmpty || (takesBoxEach ? boxes.count == files : files == 1) else {
            throw APIError(
                .badParameter,
                takesBoxEach
                    ? "boxes needs one box for each of the \(files) pictures, and has \(boxes.count)"
                    : "boxes are of one picture, and the request has \(files)")
        }
        guard boxes.isEmpty || (mode == nil && number == nil) else {
            throw APIError(.badParameter, "boxes exclude faces and face: they say where the faces are")
        }
        guard number == nil || mode == nil || mode == .auto || mode == .found else {
            throw APIError(
                .badParameter,
                "face chooses among the faces that are found, and so excludes faces=\(mode?.rawValue ?? "")")
        }
    }
}

extension RequestMessage {
    /// One of an enumeration's values in the query, or nil when absent.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) throws(APIError) -> Choice? {
        let names = Choice.allCases.map(\.rawValue)
        RequestRecorder.current?.reads(query: name, ["type": "string", "enum": .array(names.map { .string($0) })])
        guard let text = query[name] else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw APIError(.badParameter, "\(name) must be one of \(names.joined(separator: ", ")), not “\(text)”")
        }
        return choice
    }

    /// Boxes in the query, separated by semicolons; empty when absent.
    fileprivate func boxes(_ name: String, atMost most: Int) throws(APIError) -> [PixelBox] {
        RequestRecorder.current?.reads(
            query: name, ["type": "string", "pattern": "^[0-9]+(,[0-9]+){3}(;[0-9]+(,[0-9]+){3})*$"])
        guard let text = query[name] else { return [] }
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        guard parts.count <= most else {
            throw APIError(.badParameter, "\(name) has \(parts.count) boxes; a picture may have \(most)")
        }
        return try parts.map { part throws(APIError) in
            guard let box = PixelBox(String(part)) else {
                throw APIError(
                    .badParameter, "\(name) must be boxes left,top,width,height in pixels, not “\(part)”")
            }
            return box
        }
    }
}
