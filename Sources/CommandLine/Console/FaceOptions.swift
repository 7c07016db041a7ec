import API
import Geometry
import Options

/// The options that say which face of a picture is meant.
enum FaceOptions {
    static let faces = Option(
        "faces", "MODE",
        help:
            "auto: the faces found, or the whole picture if it is itself a face (default); whole; found: only faces found"
    )
    static let largest = Option("largest", help: "of several faces, the largest")
    static let face = Option("face", "N", help: "of several faces, number N; the largest is number 1")
    static let box = Option(
        "box", "LEFT,TOP,WIDTH,HEIGHT", help: "the face, in pixels of the upright picture; a semicolon separates two")

    /// Those of a command that takes one picture or several.
    static let all = [faces, largest, face, box]
    /// Those of a command about many pictures, or about pictures whose faces nobody has numbered.
    static let forMany = [faces, largest]
    static let withoutNumber = [faces, largest, box]

    /// What the options ask for.
    /// - Parameters:
    ///   - pictures: how many pictures the command got.
    ///   - options: those that the command declares.
    ///   - takesBoxEach: whether `--box` holds a box for each picture.
    static func selection(
        _ arguments: Arguments, pictures: Int, _ options: [Option] = all, takesBoxEach: Bool = false
    ) throws -> FaceSelection {
        func has(_ option: Option) -> Bool { options.contains { $0.name == option.name } }
        var mode: FaceMode?
        if let text = arguments[faces.name] {
            mode = FaceMode(rawValue: text)
            guard let mode, mode != .largest else {
                throw arguments.misuse("--faces is auto, whole or found, not “\(text)”")
            }
        }
        let number = has(face) ? try arguments.integer(face.name, in: 1...FaceSelection.most) : nil
        let boxes = has(box) ? try boxes(arguments) : []
        let chosen = [
            arguments.flag(largest.name) ? "--largest" : nil, number != nil ? "--face" : nil,
            boxes.isEmpty ? nil : "--box",
        ].compactMap(\.self)
        guard chosen.count < 2 else {
            throw arguments.misuse("\(chosen.joined(separator: " and ")) exclude each other")
        }
        if let first = chosen.first, mode == .whole || (mode != nil && first != "--face") {
            throw arguments.misuse("\(first) and --faces exclude each other")
        }
        guard boxes.isEmpty || (takesBoxEach ? boxes.count == pictures : pictures == 1) else {
            throw arguments.misuse(
                takesBoxEach
                    ? "--box needs a box for each of the \(pictures) pictures"
                    : "--box goes with one picture, and there are \(pictures)")
        }
        return FaceSelection(arguments.flag(largest.name) ? .largest : mode, number: number, boxes: boxes)
    }

    private static func boxes(_ arguments: Arguments) throws -> [PixelBox] {
        guard let text = arguments[box.name] else { return [] }
        return try text.split(separator: ";", omittingEmptySubsequences: false).map { part in
            guard let box = PixelBox(String(part)) else {
                throw arguments.misuse("--box is LEFT,TOP,WIDTH,HEIGHT in whole pixels, not “\(part)”")
            }
            return box
        }
    }
}

extension Show {
    /// A face's place in a picture.
    static func place(_ box: PixelBox?) -> String { box?.description ?? "whole" }

    /// The same of an answer; of a later frame of an animation, with its time.
    static func place(_ face: FaceAnswer) -> String {
        guard let milliseconds = face.milliseconds, milliseconds > 0 else { return place(face.box) }
        return "\(place(face.box)) at \(decimal(Double(milliseconds) / 1000, 1)) s"
    }
}
