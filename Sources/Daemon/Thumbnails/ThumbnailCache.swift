import API
import Embedding
import Foundation
import Geometry
import Imaging
import Registry

/// Thumbnails of faces as files in the data directory, named by the picture's hash, the face's box and the size. Each is made once.
struct ThumbnailCache: Sendable {
    private let folder: URL

    /// Of the JPEG files.
    private static let quality = 85

    init(directory: String) { folder = URL(filePath: directory).appending(path: "thumbnails") }

    /// A thumbnail, from its file or made now.
    /// - Parameters:
    ///   - key: the picture's, and where the face is in it.
    ///   - choice: what the request says of it.
    ///   - name: what an error calls the picture.
    ///   - original: reads the picture's file.
    /// - Throws: `bad_image` when the picture cannot be read any more; what `original` throws.
    func thumbnail(
        of key: PictureKey, _ choice: ThumbnailChoice, called name: String, original: @Sendable () async throws -> Data
    ) async throws -> Thumbnail {
        let size = Thumbnail.sizes.first { $0 >= choice.size } ?? Thumbnail.sizes[0]
        let place = key.box.map { "-\($0.values.map(String.init).joined(separator: "."))" } ?? ""
        let file = folder.appending(path: "\(key.sha256)\(place)-\(size).jpg")
        let tag = "\"\(key.sha256.prefix(32))\(place)-\(size)\""
        let isConstant = choice.version != nil
        if let bytes = try? Data(contentsOf: file), !bytes.isEmpty {
            return Thumbnail(bytes: bytes, tag: tag, isConstant: isConstant)
        }
        let picture = try await original()
        let made = await FittingThreads.decode(picture) { limits throws(ImagingError) in
            let image = try Image.decode([UInt8](picture), limits: limits).image
            return try (key.box.map { image.face($0) } ?? image).fitted(within: size).encodeJPEG(
                quality: Self.quality)
        }
        switch made {
        case .success(let bytes):
            store(Data(bytes), in: file)
            return Thumbnail(bytes: Data(bytes), tag: tag, isConstant: isConstant)
        case .failure(let error): throw APIError(.badImage, "\(name): \(error.message)")
        }
    }

    /// Where a thumbnail cannot be stored, it is made again the next time.
    private func store(_ bytes: Data, in file: URL) {
        try? FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try? bytes.write(to: file, options: .atomic)
    }

    /// Removes the thumbnails of pictures that the registry does not have any more.
    /// - Returns: how many.
    func removeAll(except known: Set<String>) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        var removed = 0
        for name in names where !known.contains(String(name.prefix { $0 != "-" })) {
            if (try? FileManager.default.removeItem(at: folder.appending(path: name))) != nil { removed += 1 }
        }
        return removed
    }
}

extension Image {
    /// The picture at a size whose longer side is at most `size`; it is never enlarged.
    fileprivate func fitted(within size: Int) -> Image {
        let longer = max(width, height)
        guard longer > size else { return self }
        func scaled(_ side: Int) -> Int { max(1, (side * size + longer / 2) / longer) }
        return resized(width: scaled(width), height: scaled(height))
    }
}
