import API
import CCurl
import Foundation

/// One request and its answer through libcurl's easy interface. The only file of the module with unsafe code.
struct Transfer {
    let address: DaemonAddress
    let method: HTTPMethod
    /// Path and query, percent-encoded.
    let target: String
    let body: Payload
    /// The revision that the answer is to rest on at least; nil for any.
    let leastRevision: Int64?
    let connectTimeout: TimeInterval
    /// nil for as long as it takes.
    let timeout: TimeInterval?
    let handles: TransferHandles

    /// Sends and waits.
    /// - Parameter line: gets the lines of a good answer as they come, in place of the answer's body.
    /// - Throws: `unreachable` and the like, with advice. An answer that carries an error is returned, not thrown.
    func perform(line: ((Data) -> Void)? = nil) throws(APIError) -> ResponseMessage {
        if case .socket(let socket) = address, socket.utf8.count > Self.longestPath {
            throw APIError(
                .usage,
                "the socket's path is longer than \(Self.longestPath) bytes, which the system cannot take: \(socket)")
        }
        guard let handle = unsafe handles.take() else { throw APIError(.internal, "libcurl cannot start") }
        defer { unsafe handles.giveBack(handle) }
        var headers: UnsafeMutablePointer<curl_slist>? = nil
        defer { unsafe curl_slist_free_all(headers) }
        for line in headerLines { unsafe headers = curl_slist_append(headers, line) }
        unsafe configure(handle)
        unsafe aniwho_curl_set_pointer(handle, CURLOPT_HTTPHEADER, headers)

        let received = unsafe Received(handle: handle, line: line)
        unsafe aniwho_curl_set_write(handle, collect, Unmanaged.passUnretained(received).toOpaque())
        let code = try unsafe send(handle)
        guard code == CURLE_OK else { throw unsafe failure(code, handle) }

        let status = received.status
        var type: UnsafePointer<CChar>? = nil
        unsafe aniwho_curl_get_string(handle, CURLINFO_CONTENT_TYPE, &type)
        let contentType = unsafe type.map { unsafe String(cString: $0) } ?? ""
        return ResponseMessage(
            status: status, contentType: contentType, body: received.bytes, headers: unsafe revision(handle))
    }

    /// The header of the answer that names a revision.
    private func revision(_ handle: UnsafeMutableRawPointer) -> [String: String] {
        var header: UnsafeMutablePointer<curl_header>? = nil
        let name = RevisionHeader.answered
        guard unsafe curl_easy_header(handle, name, 0, UInt32(CURLH_HEADER), -1, &header) == CURLHE_OK,
            let value = unsafe header?.pointee.value
        else { return [:] }
        return [name: unsafe String(cString: value)]
    }

    /// `sun_path` holds 108 bytes with the closing zero.
    private static let longestPath = 107

    private var headerLines: [String] {
        let contentType: String =
            switch body {
            case .none: ""
            case .bytes(_, let type): " " + type
            case .file: " " + MediaType.octetStream
            }
        // An empty value removes the header that libcurl would add on its own.
        var lines = ["Content-Type:" + contentType, "User-Agent: aniwho/\(Version.current)"]
        if let leastRevision { lines.append("\(RevisionHeader.least): \(leastRevision)") }
        guard case .server(_, let token?) = address else { return lines }
        return lines + ["Authorization: Bearer \(token)"]
    }

    private func configure(_ handle: UnsafeMutableRawPointer) {
        switch address {
        case .socket(let path):
            unsafe aniwho_curl_set_string(handle, CURLOPT_UNIX_SOCKET_PATH, path)
            unsafe aniwho_curl_set_string(handle, CURLOPT_URL, "http://aniwho" + target)
        case .server(let server, _): unsafe aniwho_curl_set_string(handle, CURLOPT_URL, server + target)
        }
        unsafe aniwho_curl_set_long(handle, CURLOPT_PATH_AS_IS, 1)
        // A proxy named in the environment is for the network, not for this machine.
        unsafe aniwho_curl_set_string(handle, CURLOPT_PROXY, "")
        unsafe aniwho_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        unsafe aniwho_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(connectTimeout * 1000))
        unsafe aniwho_curl_set_long(handle, CURLOPT_TIMEOUT_MS, Int((timeout ?? 0) * 1000))
    }

    /// Sets method and body, and performs. The body's bytes stay put while libcurl reads them.
    private func send(_ handle: UnsafeMutableRawPointer) throws(APIError) -> CURLcode {
        if method == .post { unsafe aniwho_curl_set_long(handle, CURLOPT_POST, 1) }
        if method == .head { unsafe aniwho_curl_set_long(handle, CURLOPT_NOBODY, 1) }
        unsafe aniwho_curl_set_string(handle, CURLOPT_CUSTOMREQUEST, method.rawValue)
        switch body {
        case .none:
            if method == .post { unsafe aniwho_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, 0) }
            return unsafe curl_easy_perform(handle)
        case .bytes(let data, _):
            return unsafe data.withUnsafeBytes { bytes in
                unsafe aniwho_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
                unsafe aniwho_curl_set_pointer(
                    handle, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
                return unsafe curl_easy_perform(handle)
            }
        case .file(let path):
            guard let file = unsafe fopen(path, "rbe") else { throw Self.unreadable(path, errno) }
            defer { unsafe fclose(file) }
            // Of the open file: the path may be a link to it.
            var info = stat()
            guard unsafe fstat(fileno(file), &info) == 0 else { throw Self.unreadable(path, errno) }
            guard info.st_mode & S_IFMT == S_IFREG else {
                throw APIError(
                    .fileNotFound, "the file cannot be sent: \(path) is no regular file; copy what it holds to one")
            }
            unsafe aniwho_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(info.st_size))
            unsafe aniwho_curl_set_pointer(handle, CURLOPT_READDATA, UnsafeMutableRawPointer(file))
            return unsafe curl_easy_perform(handle)
        }
    }

    private static func unreadable(_ path: String, _ number: Int32) -> APIError {
        APIError(.fileNotFound, "the file cannot be read: \(path): \(reason(number))")
    }

    /// What an error number means.
    private static func reason(_ number: Int32) -> String { unsafe String(cString: strerror(number)).lowercased() }

    /// What a failed transfer means to a person.
    private func failure(_ code: CURLcode, _ handle: UnsafeMutableRawPointer) -> APIError {
        var number = 0
        unsafe aniwho_curl_get_long(handle, CURLINFO_OS_ERRNO, &number)
        switch code {
        case CURLE_COULDNT_CONNECT where number == Int(EACCES) || number == Int(EPERM):
            return APIError(.unreachable, "this user may not use the daemon's socket \(address)")
        case CURLE_COULDNT_CONNECT where [EMFILE, ENFILE].contains(Int32(number)):
            return APIError(.unreachable, "the daemon cannot be asked: \(Self.reason(Int32(number)))")
        case CURLE_COULDNT_CONNECT where isOtherThanSocket:
            return APIError(.unreachable, "\(address) is no socket: name the daemon's with --socket or ANIWHO_SOCKET")
        case CURLE_COULDNT_CONNECT where ![0, ECONNREFUSED, ENOENT].contains(Int32(number)):
            return APIError(
                .unreachable, "the daemon at \(address) cannot be reached: \(Self.reason(Int32(number)))")
        case CURLE_COULDNT_CONNECT:
            return APIError(.unreachable, "the daemon is not running at \(address): \(startAdvice)")
        case CURLE_OPERATION_TIMEDOUT:
            return APIError(.unreachable, "the daemon at \(address) did not answer in time; its log may say why")
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE:
            return APIError(.unreachable, "the daemon at \(address) closed the connection; its log may say why")
        default:
            let reason = unsafe String(cString: curl_easy_strerror(code))
            return APIError(.internal, "the call to the daemon at \(address) failed: \(reason)")
        }
    }

    /// Whether something else than a socket is there.
    private var isOtherThanSocket: Bool {
        var info = stat()
        guard case .socket(let path) = address, unsafe stat(path, &info) == 0 else { return false }
        return info.st_mode & S_IFMT != S_IFSOCK
    }

    private var startAdvice: String {
        switch address {
        case .socket: "start it with `aniwhod`, or name its socket with --socket or ANIWHO_SOCKET"
        case .server: "start it with `aniwhod --listen ADDRESS:PORT`, or name another with --server or ANIWHO_SERVER"
        }
    }
}

/// Where the answer's bytes gather. One transfer's thread writes it, and reads it when the transfer is over.
@safe private final class Received {
    private(set) var bytes = Data()
    private var splitter = LineSplitter()
    private let line: ((Data) -> Void)?
    /// The transfer's, which outlives this.
    private let handle: UnsafeMutableRawPointer

    init(handle: UnsafeMutableRawPointer, line: ((Data) -> Void)?) {
        unsafe self.handle = unsafe handle
        self.line = line
    }

    /// Of the answer, as soon as its head was read.
    var status: Int {
        var status = 0
        unsafe aniwho_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    func append(_ piece: Data) {
        guard let line, status < 400 else { return bytes.append(piece) }
        for whole in splitter.append(piece) { line(whole) }
    }
}

/// libcurl's write callback: `context` is the transfer's ``Received``, alive until `perform` returns.
private func collect(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
    let received = unsafe Unmanaged<Received>.fromOpaque(context).takeUnretainedValue()
    received.append(unsafe Data(bytes: bytes, count: size * count))
    return size * count
}
