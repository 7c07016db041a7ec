import API
import Client
import Embedding
import FewShot
import Foundation
import Geometry
import Imaging
import Sidecars

/// Enrolls what photo managers say of the pictures in a folder: the named faces in their XMP files.
struct XMPEnrollment {
    /// What happened to the pictures.
    struct Report: Encodable {
        var enrolled: [EnrollImages.Response] = []
        /// Faces that were enrolled already.
        var known = 0
        /// Pictures without an XMP file, or without a name in it.
        var unnamed = 0
        /// Faces that AniWho itself named.
        var own = 0
    }

    private let client: Client
    /// Whether to leave out names that AniWho wrote and nobody has changed.
    private let leavesOwn: Bool
    private(set) var report = Report()
    private(set) var failures: [Failure] = []
    /// Faces that were read and not yet sent, by their names.
    private var waiting: [String: [Face]] = [:]

    /// A face to enroll.
    private struct Face {
        let picture: PictureInput
        /// Nil for all of the picture.
        let box: PixelBox?
    }

    /// Faces that are collected before they are sent.
    private static let mostWaiting = 256

    init(leavesOwn: Bool, _ client: Client) { (self.leavesOwn, self.client) = (leavesOwn, client) }

    /// Reads pictures and enrolls the faces that their XMP files name, a few hundred at a time.
    /// - Parameter progress: gets how many pictures were read.
    /// - Throws: errors that every picture would get, such as a daemon that is not running.
    mutating func enroll(_ pictures: [PictureInput], progress: (Int) -> Void) throws {
        for (index, picture) in pictures.enumerated() {
            do {
                for (name, face) in try faces(in: picture) { waiting[name, default: []].append(face) }
            } catch { failures.append(Failure(error)) }
            if waiting.values.reduce(0, { $0 + $1.count }) >= Self.mostWaiting { try send() }
            progress(index + 1)
        }
        try send()
    }

    private mutating func send() throws {
        defer { waiting = [:] }
        for (name, faces) in waiting.sorted(by: { $0.key < $1.key }) {
            do { try enroll(name, faces) } catch {
                let failure = Failure(error)
                guard [.badInput, .notFound, .conflict].contains(failure.exitCode) else { throw failure }
                failures.append(Failure(failure.code, "\(name) was not enrolled: \(failure.message)"))
            }
        }
    }

    private mutating func enroll(_ name: String, _ faces: [Face]) throws {
        let known = Dictionary(grouping: try client.images(of: name) ?? [], by: \.sha256)
        var whole: [PictureInput] = []
        for face in faces {
            let images = known[ContentHash.sha256(try face.picture.bytes())] ?? []
            if images.contains(where: { $0.shows(face.box) }) {
                report.known += 1
            } else if let box = face.box {
                note(try PictureUpload.enroll(name, [face.picture], FaceSelection(boxes: [box]), client))
            } else {
                whole.append(face.picture)
            }
        }
        guard !whole.isEmpty else { return }
        note(try PictureUpload.enroll(name, whole, FaceSelection(), client))
    }

    private mutating func note(_ response: EnrollImages.Response) {
        if let index = report.enrolled.firstIndex(where: { $0.character.id == response.character.id }) {
            report.enrolled[index].append(response)
        } else {
            report.enrolled.append(response)
        }
    }

    /// The faces that a picture's XMP file names: parts of the picture, or all of it.
    /// - Throws: ``Failure`` that names the picture or the file.
    private mutating func faces(in picture: PictureInput) throws -> [(name: String, face: Face)] {
        guard let (path, data) = try Self.sidecar(of: picture.path) else {
            report.unnamed += 1
            return []
        }
        let geometry = try picture.geometry()
        let named: NamedFaces
        do throws(SidecarError) { named = try NamedFaces(inXMP: data, of: geometry) } catch {
            throw Failure(.badInput, "\(path): \(error.message)")
        }
        report.own += named.faces.count(where: \.isAniWhos)
        let faces = leavesOwn ? named.faces.filter { !$0.isAniWhos } : named.faces
        if named.faces.isEmpty { report.unnamed += 1 }
        guard faces.allSatisfy({ $0.box != nil }) || named.faces.count == 1 else {
            throw Failure(
                .badInput,
                "\(path) names \(named.faces.map(\.name).joined(separator: ", ")) without saying where; mark the faces, or name one"
            )
        }
        return faces.map { ($0.name, Face(picture: picture, box: $0.box)) }
    }

    /// A picture's XMP file, under the name that digiKam gives it or else Lightroom's.
    private static func sidecar(of picture: String) throws -> (path: String, data: Data)? {
        for naming in [SidecarName.file, .stem] {
            let path = naming.path(of: picture, .xmp)
            if let data = try SidecarFile.contents(path) { return (path, data) }
        }
        return nil
    }
}

extension EnrolledImage {
    /// Whether it is the face at a place in its picture; nil for the whole picture.
    fileprivate func shows(_ place: PixelBox?) -> Bool {
        guard let box, let place else { return true }
        return box.isSameFace(as: place)
    }
}
