import API
import CMicroHTTPD
import Foundation

/// The headers that say where a request's body ends. libmicrohttpd reads the first of each and ignores the rest, so a proxy before the daemon
/// could see another end.
struct BodyFraming {
    private(set) var lengths: [String] = []
    private(set) var transferEncodings: [String] = []

    /// Reads the headers of a request.
    init(of connection: OpaquePointer) {
        unsafe withUnsafeMutablePointer(to: &self) {
            unsafe _ = MHD_get_connection_values(connection, .HEADER_KIND, addHeader, $0)
        }
    }

    init(headers: [(name: String, value: String)]) {
        for header in headers { add(header.name, header.value) }
    }

    fileprivate mutating func add(_ name: String, _ value: String) {
        switch name.lowercased() {
        case "content-length": lengths.append(value.trimmingCharacters(in: .whitespaces))
        case "transfer-encoding": transferEncodings.append(value.trimmingCharacters(in: .whitespaces).lowercased())
        default: break
        }
    }

    /// Why the end of the body is not certain; nil when it is (RFC 9112, section 6.3).
    var fault: APIError? {
        if Set(lengths).count > 1 {
            return APIError(
                .badRequest,
                "the request has several Content-Length headers that differ: \(lengths.joined(separator: ", "))")
        }
        if !transferEncodings.isEmpty, !lengths.isEmpty {
            return APIError(.badRequest, "the request has both Content-Length and Transfer-Encoding; send one of them")
        }
        guard transferEncodings.isEmpty || transferEncodings == ["chunked"] else {
            return APIError(
                .badRequest,
                "the daemon reads no Transfer-Encoding but chunked: \(transferEncodings.joined(separator: ", "))")
        }
        return nil
    }
}

/// libmicrohttpd calls it for each header. `context` is the ``BodyFraming``.
private func addHeader(
    _ context: UnsafeMutableRawPointer?, _ kind: MHD_ValueKind, _ name: UnsafePointer<CChar>?,
    _ value: UnsafePointer<CChar>?
) -> MHD_Result {
    guard let framing = unsafe context?.assumingMemoryBound(to: BodyFraming.self), let name = unsafe name else {
        return .YES
    }
    unsafe framing.pointee.add(String(cString: name), value.map { unsafe String(cString: $0) } ?? "")
    return .YES
}
