import API
import Client
import Foundation
import Geometry
import Options

enum ImagesShow: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho images show", summary: "write the original picture of an enrolled image",
        discussion: "Writes the picture's bytes as they were enrolled, to standard output or to a file.",
        operands: [.imageNumber], options: [ImageFile.output])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let id = try arguments.number("ID", of: "an image")
        try ImageFile.write(arguments, console) { client in
            try client.call(FetchImage.self, IdentifiedRequest(id: id)).bytes
        }
    }
}

enum ImagesCrop: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho images crop", summary: "write the face of an enrolled image",
        discussion: """
            Writes the part of the picture in the image's box as PNG, to standard output or to a file; the whole picture where
            the image has no box.
            """,
        operands: [.imageNumber], options: [ImageFile.output])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let id = try arguments.number("ID", of: "an image")
        try ImageFile.write(arguments, console) { client in
            try client.call(FetchFace.self, IdentifiedRequest(id: id)).bytes
        }
    }
}

enum ImagesBox: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho images box", summary: "say where the face is in an enrolled image",
        discussion: """
            The image is embedded again, and its character's prototype is computed again. Without an option the detector finds the
            face. The command prints the box that the image had before, which --box takes back; --faces whole stands for the whole
            picture.
            """,
        operands: [.imageNumber], options: FaceOptions.withoutNumber)

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let id = try arguments.number("ID", of: "an image")
        let selection = try FaceOptions.selection(arguments, pictures: 1, FaceOptions.withoutNumber)
        guard selection.boxes.count < 2 else { throw arguments.misuse("an image has one box") }
        let change = try arguments.client.call(
            ChangeBox.self, .init(id: id, box: selection.boxes.first, faces: selection.mode))
        if console.isJSON { return try console.print(json: change) }
        console.print(
            "the face of image \(id) of \(change.image.character) is \(Show.place(change.image.box)); it was \(Show.place(change.before))"
        )
    }
}

/// An image that a command writes.
private enum ImageFile {
    static let output = Option("output", "FILE", help: "write to this file (default: standard output)")

    /// Writes what `fetch` gets.
    static func write(_ arguments: Arguments, _ console: Console, _ fetch: (Client) throws -> Data) throws {
        guard let path = arguments[output.name] else {
            guard isatty(STDOUT_FILENO) == 0 else {
                throw arguments.misuse("a picture would fill the terminal; redirect it, or give --output FILE")
            }
            return try OutputStream.standard.writeOrThrow(try fetch(arguments.client))
        }
        let file = try OutputFile(path)
        let bytes = try fetch(arguments.client)
        try file.write(bytes)
        if console.isJSON { return try console.print(json: ["file": path]) }
        console.note("written: \(path)")
    }
}

extension Operand {
    fileprivate static let imageNumber = Operand(
        "ID", help: "the image's number, as aniwho characters show NAME lists it")
}
