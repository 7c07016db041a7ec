import API
import Client
import Foundation
import Geometry

/// Pictures sent in as many requests as they need.
enum PictureUpload {
    /// Enrolls all pictures or none.
    /// - Throws: ``Failure`` that names every bad picture; the client's errors.
    static func enroll(
        _ name: String, _ pictures: [PictureInput], _ selection: FaceSelection, _ client: Client
    ) throws -> EnrollImages.Response {
        let requests = UploadBatches(pictures).batches
        // The daemon takes one request as a whole. Several are taken as a whole only if it refuses none of their pictures.
        if requests.count > 1 { try check(pictures) }
        var all: EnrollImages.Response?
        for request in requests {
            let files = try parts(of: request)
            let response: EnrollImages.Response
            do {
                response = try client.call(EnrollImages.self, .init(name: name, selection: selection, files: files))
            } catch {
                // The daemon names the first bad picture.
                if error.code == .badImage, pictures.count > 1 { try check(pictures) }
                throw error
            }
            all?.append(response)
            all = all ?? response
        }
        guard let all else { throw Failure(.internal, "there is nothing to enroll") }
        return all
    }

    /// Puts the unknown faces of pictures into the inbox; of animations, those of the first frame.
    /// - Returns: how many were not there, and not enrolled, before.
    static func keep(unknownOf answers: [PictureAnswer], _ client: Client) throws -> Int {
        var whole: [PictureInput] = []
        var kept = 0
        for answer in answers {
            let unknown = answer.answer.facesOfFirstFrame.filter(\.unknown)
            let boxes = unknown.compactMap(\.box)
            if boxes.count < unknown.count { whole.append(answer.picture) }
            guard !boxes.isEmpty else { continue }
            kept += try keep([answer.picture], FaceSelection(boxes: boxes), client)
        }
        guard !whole.isEmpty else { return kept }
        return try UploadBatches(whole).batches.reduce(kept) { $0 + (try keep($1, FaceSelection(.whole), client)) }
    }

    private static func keep(
        _ pictures: [PictureInput], _ selection: FaceSelection, _ client: Client
    ) throws -> Int {
        let files = try parts(of: pictures)
        return try client.call(KeepInInbox.self, .init(selection: selection, files: files)).kept.count
    }
}

extension PictureUpload {
    private static func parts(of pictures: [PictureInput]) throws(Failure) -> [FilePart] {
        try pictures.mapPictures(PictureList.unreadable) { picture throws(Failure) in try picture.part() }
    }

    /// - Throws: ``Failure`` that names every picture that cannot be decoded.
    private static func check(_ pictures: [PictureInput]) throws(Failure) {
        _ = try pictures.mapPictures("are bad; nothing was enrolled") { picture throws(Failure) in
            _ = try picture.image()
        }
    }
}

extension EnrollImages.Response {
    /// Adds what a further request for the same character did.
    mutating func append(_ next: Self) {
        character = next.character
        added += next.added
        duplicates += next.duplicates
        conflicts += next.conflicts
    }
}

/// Pictures in batches that one request can carry.
struct UploadBatches {
    private static let mostFiles = 256
    /// Half of what a request may hold: room for the form's own bytes, and for files that grow meanwhile.
    private static let mostBytes = 64 << 20

    private(set) var batches: [[PictureInput]] = []

    /// - Parameter pictures: at least one. A file larger than a request is a batch of its own, which the daemon refuses.
    init(_ pictures: [PictureInput]) {
        var bytes = 0
        for picture in pictures {
            let size = picture.byteCount
            if let last = batches.last, last.count < Self.mostFiles, bytes + size <= Self.mostBytes {
                batches[batches.count - 1].append(picture)
                bytes += size
            } else {
                batches.append([picture])
                bytes = size
            }
        }
    }
}
