import CMicroHTTPD
import Foundation

// The functions that libmicrohttpd calls. `context` is the server, `slot` holds the request's retained exchange.

/// The first line of a request has arrived.
func onTarget(
    _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context, let connection = unsafe connection else { return nil }
    let server = unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    let target = unsafe target.map { unsafe String(cString: $0) } ?? ""
    return unsafe Unmanaged.passRetained(server.began(target, on: aniwho_mhd_descriptor(connection))).toOpaque()
}

/// A request's head, a piece of its body or its end has arrived, or its connection was resumed.
func onAccess(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ path: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadCount: UnsafeMutablePointer<Int>?, _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context = unsafe context, let connection = unsafe connection, let method = unsafe method,
        let uploadCount = unsafe uploadCount, let raw = unsafe slot?.pointee
    else { return .NO }
    let server = unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(raw).takeUnretainedValue()
    var chunk = Data()
    if let upload = unsafe upload, unsafe uploadCount.pointee > 0 {
        unsafe chunk = Data(bytes: upload, count: uploadCount.pointee)
    }
    defer { unsafe uploadCount.pointee = 0 }
    return unsafe server.access(exchange, connection, method: String(cString: method), chunk: chunk)
}

/// A request is over, whether or not it was answered.
func onCompleted(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_RequestTerminationCode
) {
    guard let context = unsafe context, let raw = unsafe slot?.pointee else { return }
    unsafe slot?.pointee = nil
    let server = unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    server.completed(unsafe Unmanaged<Exchange>.fromOpaque(raw).takeRetainedValue())
}

/// A connection was opened or closed.
func onConnection(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_ConnectionNotificationCode
) {
    guard reason == .CONNECTION_NOTIFY_CLOSED, let context = unsafe context, let connection = unsafe connection else {
        return
    }
    let server = unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    server.closed(unsafe aniwho_mhd_descriptor(connection))
}
