import API
import CMicroHTTPD
import Dispatch
import Foundation
import Synchronization

/// The answer to a request.
enum Answer: Sendable {
    case message(ResponseMessage)
    /// A stream of lines of JSON.
    case lines(any LineSource)
    /// A stream of server-sent events.
    case events(EventStream)

    var status: Int {
        if case .message(let message) = self { message.status } else { 200 }
    }

    /// The answer, or what a request's head asks for in its place: a part of a file, or, with status 304, that the client has it already.
    func fitting(_ head: RequestHead, isFile: Bool) -> Answer {
        guard case .message(let message) = self else { return self }
        return .message(
            (isFile ? message.file(part: head.range, if: head.rangeTag) : message).unless(knownBy: head.knownTag))
    }
}

extension ResponseMessage {
    /// Status 304 without a body if the client has this answer already, as its `If-None-Match` says; else the answer.
    fileprivate func unless(knownBy tag: String?) -> ResponseMessage {
        guard let tag, let own = headers["ETag"] else { return self }
        let known = tag.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard known.contains(own) || known == ["*"] else { return self }
        var message = self
        message.status = 304
        message.body = Data()
        return message
    }
}

/// One request and its answer. libmicrohttpd's thread fills it; a task answers it.
///
/// Everything except for the answer belongs to libmicrohttpd's thread; a lock guards the answer.
final class Exchange {
    enum State {
        /// Only the target has been read.
        case opened
        case receiving(Router.Matched, BodySink)
        /// The answer is known; the rest of the body is discarded.
        case refused(ResponseMessage)
        /// A task works on the answer; the connection is suspended.
        case answering
        case answered
    }

    /// Path and query, as they were sent.
    let target: String
    /// The connection's descriptor.
    let descriptor: Int32
    let began = ContinuousClock.now
    var state = State.opened
    /// Whether a task was started to answer it.
    var wasDispatched = false
    let answer = Mutex<Answer?>(nil)

    init(target: String, descriptor: Int32) { (self.target, self.descriptor) = (target, descriptor) }
}

/// Collects a body, up to a limit: in memory, or, for bodies of kind `file`, in a temporary file.
///
/// Whoever calls ``append(_:)`` never waits for the disk: blocks are written by ``write()``, for which the owner finds another thread.
final class BodySink {
    /// The queue that writes and removes temporary files.
    static let disk = DispatchQueue(label: "aniwho.uploads")
    /// The bytes that are written to a file at a time.
    private static let block = 256 << 10

    let kind: BodyKind
    /// In bytes.
    private let limit: Int
    /// What the sender may hold of all bodies together.
    private let share: BodyBudget.Share
    /// The bytes that are taken from the share.
    private var taken = 0
    private(set) var data = Data()
    private(set) var path: String?
    private var file: FileHandle?
    /// The bytes of a file that are not written yet.
    private var unwritten = Data()
    /// Why they could not be written.
    private var failure: APIError?
    /// The bytes that have arrived.
    private(set) var count = 0

    /// - Throws: `storage` when a temporary file cannot be created.
    init(kind: BodyKind, limit: Int, temporaryDirectory: String, share: BodyBudget.Share) throws(APIError) {
        (self.kind, self.limit, self.share) = (kind, limit, share)
        guard kind == .file else { return }
        let path = "\(temporaryDirectory)/upload-\(UUID().uuidString)"
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw APIError(systemError: errno, "cannot create a temporary file in \(temporaryDirectory)") }
        (self.path, self.file) = (path, file)
    }

    /// - Throws: `payload_too_large`, `storage_full`; `rate_limited` and `overloaded` when too many bytes of bodies are held.
    func append(_ bytes: Data) throws(APIError) {
        count += bytes.count
        guard count <= limit else { throw Self.tooLarge(kind, limit: limit) }
        try share.take(bytes.count)
        taken += bytes.count
        if let failure { throw failure }
        if kind == .file { unwritten.append(bytes) } else { data.append(bytes) }
    }

    /// Whether the owner is to call ``write()`` before it appends more.
    var isFull: Bool { unwritten.count >= Self.block }

    /// Writes what was appended. An error is thrown by the next call that may throw.
    func write() {
        guard let file, !unwritten.isEmpty else { return }
        do { try file.write(contentsOf: unwritten) } catch {
            failure = APIError(fileError: error, "cannot store the uploaded file")
        }
        unwritten.removeAll(keepingCapacity: true)
    }

    static func tooLarge(_ kind: BodyKind, limit: Int) -> APIError {
        let reason = kind == .none ? "this request takes no body" : "the limit is \(limit >> 20) MiB"
        return APIError(.payloadTooLarge, "the body is too large: \(reason)")
    }

    /// Closes and removes the temporary file, if there is one, and gives the share back.
    func discard() {
        share.giveBack(taken)
        (taken, data, unwritten) = (0, Data(), Data())
        guard let path else { return }
        // To free a gigabyte takes the disk some time.
        Self.disk.async { [file] in
            try? file?.close()
            try? FileManager.default.removeItem(atPath: path)
        }
        (file, self.path) = (nil, nil)
    }

    /// The body in the form that its endpoint takes. The sink keeps no copy of it.
    func body(contentType: String) throws(APIError) -> RequestBody {
        defer { data = Data() }
        switch kind {
        case .none: return .none
        case .json: return .json(data)
        case .file:
            // Nothing is synced: the file is read once and removed.
            write()
            if let failure { throw failure }
            return path.map { .file(path: $0) } ?? .none
        case .images:
            if MediaType.essence(contentType) == MediaType.multipart {
                return .files(try MultipartForm.decode(data, contentType: contentType))
            }
            return .files(data.isEmpty ? [] : [FilePart(name: nil, mediaType: contentType, bytes: data)])
        }
    }
}
