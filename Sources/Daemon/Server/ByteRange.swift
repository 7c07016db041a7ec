import API
import Embedding
import Foundation

/// The part of a file that a request asks for (RFC 9110, section 14): one range of bytes.
enum ByteRange {
    /// - Parameter header: the header `Range`.
    /// - Returns: nil if the whole file is to be sent: there is no such header, or its form is another one, or it has several ranges. An empty
    ///   range if no byte of it is in the file.
    static func asked(_ header: String?, of count: Int) -> Range<Int>? {
        guard let header, header.hasPrefix("bytes=") else { return nil }
        let ends = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return nil
        }
        switch (Int(ends[0]), Int(ends[1])) {
        case (nil, let last?) where ends[0].isEmpty: return max(0, count - last)..<count
        case (let first?, nil) where ends[1].isEmpty: return min(first, count)..<count
        case (let first?, let last?) where first <= last:
            return min(first, count)..<min(last == .max ? count : last + 1, count)
        default: return nil
        }
    }
}

extension ResponseMessage {
    /// A file with its `ETag`, or the part of it that a request asks for, with status 206 or 416.
    /// - Parameters:
    ///   - range: the header `Range`.
    ///   - condition: the header `If-Range`: the part is sent only of the file with this tag.
    func file(part range: String?, if condition: String?) -> ResponseMessage {
        guard status == 200 else { return self }
        var message = self
        let tag = headers["ETag"] ?? "\"\(ContentHash.sha256(body).prefix(32))\""
        message.headers["ETag"] = tag
        message.headers["Accept-Ranges"] = "bytes"
        guard condition == nil || condition == tag, let part = ByteRange.asked(range, of: body.count) else {
            return message
        }
        guard !part.isEmpty else {
            message.status = 416
            message.headers["Content-Range"] = "bytes */\(body.count)"
            message.body = Data()
            return message
        }
        message.status = 206
        message.headers["Content-Range"] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(body.count)"
        message.body = body.subdata(in: body.startIndex + part.lowerBound..<body.startIndex + part.upperBound)
        return message
    }
}
