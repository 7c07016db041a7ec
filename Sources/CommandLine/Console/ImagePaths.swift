import API
import FewShot
import Foundation
import Imaging

/// The pictures that paths on the command line name.
enum ImagePaths {
    /// Files as they are; a folder counts as its pictures.
    /// - Throws: `Failure` for a path that is not there, and for a folder without pictures.
    static func expand(_ paths: [String]) throws -> [String] {
        try paths.flatMap { path -> [String] in
            guard ImageFolder.isFolder(path) else {
                guard FileManager.default.fileExists(atPath: path) else {
                    throw Failure(.notFound, "there is no file \(path)")
                }
                return [path]
            }
            let images = try ImageFolder.images(in: path)
            guard !images.isEmpty else {
                throw Failure(.badInput, "the folder \(path) holds no pictures (png, jpg, jpeg, webp)")
            }
            return images
        }
    }

    /// The pictures in a folder and in the folders below it.
    /// - Throws: `Failure` when it is no folder, or holds none.
    static func below(_ folder: String) throws(Failure) -> [String] {
        guard ImageFolder.isFolder(folder), let below = FileManager.default.enumerator(atPath: folder) else {
            throw Failure(.notFound, "there is no folder \(folder)")
        }
        let images = below.compactMap { $0 as? String }
            .filter { ImageFolder.extensions.contains(($0 as NSString).pathExtension.lowercased()) }
            .map { (folder as NSString).appendingPathComponent($0) }.filter { !ImageFolder.isFolder($0) }.sorted()
        guard !images.isEmpty else {
            throw Failure(.badInput, "there are no pictures (png, jpg, jpeg, webp) below \(folder)")
        }
        return images
    }

    /// A picture's bytes, under its path as name.
    static func part(_ path: String) throws -> FilePart {
        FilePart(name: path, bytes: try bytes(path))
    }

    static func bytes(_ path: String) throws -> Data {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Failure(.notFound, "the file \(path) cannot be read")
        }
        return bytes
    }

    /// The picture in a file.
    /// - Throws: `Failure` that names the file.
    static func picture(_ path: String) throws(Failure) -> Image {
        do throws(ImagingError) { return try Image.decode([UInt8](try readable(path))).image } catch {
            throw Failure(.badInput, "\(path): \(error.message)")
        }
    }

    /// Bytes for a decoder: a file that cannot be read is as bad as one without content.
    private static func readable(_ path: String) throws(ImagingError) -> Data {
        guard let bytes = try? bytes(path) else { throw ImagingError(.empty, "the file cannot be read") }
        return bytes
    }
}
