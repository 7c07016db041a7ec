import API
import Foundation

/// A request's body as it travels.
enum Payload {
    case none
    case bytes(Data, contentType: String)
    case file(path: String)

    /// JSON as it is; a single nameless image raw; several files, or named ones, as a form.
    init(_ body: RequestBody) {
        switch body {
        case .none: self = .none
        case .json(let data): self = .bytes(data, contentType: MediaType.json)
        case .file(let path): self = .file(path: path)
        case .files(let files):
            if files.count == 1, files[0].name == nil, files[0].mediaType.hasPrefix("image/") {
                self = .bytes(files[0].bytes, contentType: files[0].mediaType)
            } else {
                let form = MultipartForm.encode(files)
                self = .bytes(form.body, contentType: form.contentType)
            }
        }
    }
}
