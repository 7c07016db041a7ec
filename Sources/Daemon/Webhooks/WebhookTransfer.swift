import CCurl
import Foundation

/// One call of a webhook through libcurl. It blocks its thread.
struct WebhookTransfer: Sendable {
    let url: String
    let headers: [String]
    let body: Data
    let reach: WebhookReach
    /// For the connection, and for all of the call.
    var timeouts: (connect: Duration, all: Duration) = (.seconds(5), .seconds(10))

    /// Why there is no answer, in a sentence.
    struct Failure: Error, Equatable { let message: String }

    /// A static is initialized once, by one thread.
    private static let libraryStarted: Bool = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK
    /// What is read of an answer, whose text nobody needs.
    fileprivate static let mostRead = 64 << 10

    /// Sends and waits.
    /// - Returns: the answer's status.
    func perform() throws(Failure) -> Int {
        guard Self.libraryStarted, let handle = unsafe curl_easy_init() else {
            throw Failure(message: "libcurl cannot start")
        }
        defer { unsafe curl_easy_cleanup(handle) }
        var list: UnsafeMutablePointer<curl_slist>? = nil
        defer { unsafe curl_slist_free_all(list) }
        for header in headers { unsafe list = curl_slist_append(list, header) }
        let call = Call(reach: reach, isSecure: url.lowercased().hasPrefix("https:"))
        let context = unsafe Unmanaged.passUnretained(call).toOpaque()
        unsafe aniwho_curl_set_string(handle, CURLOPT_URL, url)
        unsafe aniwho_curl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        unsafe aniwho_curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        // A proxy would connect to addresses that are not checked here.
        unsafe aniwho_curl_set_string(handle, CURLOPT_PROXY, "")
        unsafe aniwho_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        unsafe aniwho_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(timeouts.connect))
        unsafe aniwho_curl_set_long(handle, CURLOPT_TIMEOUT_MS, Self.milliseconds(timeouts.all))
        unsafe aniwho_curl_set_pointer(handle, CURLOPT_HTTPHEADER, list)
        unsafe aniwho_curl_set_write(handle, discard, context)
        unsafe aniwho_curl_set_open_socket(handle, openSocket, context)
        let code = unsafe body.withUnsafeBytes { bytes in
            unsafe aniwho_curl_set_long(handle, CURLOPT_POST, 1)
            unsafe aniwho_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
            unsafe aniwho_curl_set_pointer(
                handle, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            return unsafe curl_easy_perform(handle)
        }
        var status = 0
        unsafe aniwho_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        // An answer that is too long to read has its status all the same.
        if status >= 200 { return status }
        if call.isRefused {
            throw Failure(message: "the address leads where the setting webhooks = \(reach.rawValue) does not allow")
        }
        throw Failure(message: "no answer: \(unsafe String(cString: curl_easy_strerror(code)).lowercased())")
    }

    private static func milliseconds(_ time: Duration) -> Int {
        Int(time.components.seconds) * 1000 + Int(time.components.attoseconds / 1_000_000_000_000_000)
    }

    /// What libcurl's callbacks share during one call, all on its thread.
    fileprivate final class Call {
        let reach: WebhookReach
        let isSecure: Bool
        var isRefused = false
        var read = 0

        init(reach: WebhookReach, isSecure: Bool) { (self.reach, self.isSecure) = (reach, isSecure) }
    }
}

/// libcurl's write callback: counts the answer's bytes and forgets them.
private func discard(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context else { return 0 }
    let call = unsafe Unmanaged<WebhookTransfer.Call>.fromOpaque(context).takeUnretainedValue()
    call.read += size * count
    return call.read > WebhookTransfer.mostRead ? 0 : size * count
}

/// libcurl's callback for a new socket: refuses addresses that webhooks may not call.
private func openSocket(
    _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let context = unsafe context, let address = unsafe address else { return -1 }
    let call = unsafe Unmanaged<WebhookTransfer.Call>.fromOpaque(context).takeUnretainedValue()
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = unsafe aniwho_curl_address(address, &bytes)
    guard call.reach.permits(AddressKind(Array(bytes.prefix(Int(count)))), isSecure: call.isSecure) else {
        call.isRefused = true
        return -1
    }
    return unsafe aniwho_curl_socket(address)
}
