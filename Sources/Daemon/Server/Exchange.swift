import API
import CMicroHTTPD
import Foundation
import Synchronization

/// What a request is answered with.
enum Answer: Sendable {
    case message(ResponseMessage)
    /// Lines of JSON as they come.
    case lines(any LineSource)

    var status: Int {
        if case .message(let message) = self { message.status } else { 200 }
    }
}

/// One request on its way through the server: libmicrohttpd's thread fills it, a task answers it.
///
/// Everything but the answer belongs to libmicrohttpd's thread; the answer is handed over under a lock.
final class Exchange {
    enum State {
        /// Only the target has been read.
        case opened
        case receiving(Router.Matched, BodySink)
        /// The answer is decided; the rest of the body is thrown away.
        case refused(ResponseMessage)
        /// A task works on the answer, and the connection sleeps.
        case answering
        case answered
    }

    /// Path and query as they were sent.
    let target: String
    /// The connection's.
    let descriptor: Int32
    let began = ContinuousClock.now
    var state = State.opened
    /// Whether a task was started for it.
    var wasDispatched = false
    let answer = Mutex<Answer?>(nil)

    init(target: String, descriptor: Int32) { (self.target, self.descriptor) = (target, descriptor) }
}

/// Where a body gathers, with its limit: in memory, or in a temporary file for large ones.
final class BodySink {
    let kind: BodyKind
    /// In bytes.
    private let limit: Int
    private(set) var data = Data()
    private(set) var path: String?
    private var file: FileHandle?
    private var count = 0

    /// - Throws: `storage` when a temporary file cannot be made.
    init(kind: BodyKind, limit: Int, temporaryDirectory: String) throws(APIError) {
        self.kind = kind
        self.limit = limit
        guard kind == .file else { return }
        let path = "\(temporaryDirectory)/upload-\(UUID().uuidString)"
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw APIError(.storage, "no temporary file can be made in \(temporaryDirectory)") }
        (self.path, self.file) = (path, file)
    }

    /// - Throws: `payload_too_large`, `storage_full`.
    func append(_ bytes: Data) throws(APIError) {
        count += bytes.count
        guard count <= limit else { throw Self.tooLarge(kind, limit: limit) }
        guard let file else { return data.append(bytes) }
        do { try file.write(contentsOf: bytes) } catch {
            throw APIError(.storageFull, "the uploaded file cannot be stored: \(error.localizedDescription)")
        }
    }

    static func tooLarge(_ kind: BodyKind, limit: Int) -> APIError {
        let reason = kind == .none ? "this request takes no body" : "the limit is \(limit >> 20) MiB"
        return APIError(.payloadTooLarge, "the body is too large: \(reason)")
    }

    /// Closes and removes the temporary file, where there is one.
    func discard() {
        try? file?.close()
        if let path { try? FileManager.default.removeItem(atPath: path) }
        (file, path) = (nil, nil)
    }

    /// The body in the form its endpoint takes.
    func body(contentType: String) throws(APIError) -> RequestBody {
        switch kind {
        case .none: return .none
        case .json: return .json(data)
        case .file:
            try? file?.synchronize()
            return path.map { .file(path: $0) } ?? .none
        case .images:
            if MediaType.essence(contentType) == MediaType.multipart {
                return .files(try MultipartForm.decode(data, contentType: contentType))
            }
            return .files(data.isEmpty ? [] : [FilePart(name: nil, mediaType: contentType, bytes: data)])
        }
    }
}
