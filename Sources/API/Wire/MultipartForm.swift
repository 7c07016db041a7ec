public import Foundation

/// multipart/form-data (RFC 7578) as the API uses it: a sequence of files. The names of the fields mean nothing.
public enum MultipartForm {
    /// The most files one request may hold.
    public static let maximumFiles = 1024

    /// Writes files as a form. The boundary is random, so a file cannot hold it by chance.
    public static func encode(_ files: [FilePart]) -> (contentType: String, body: Data) {
        let boundary = "aniwho-" + UUID().uuidString
        var body = Data()
        for file in files {
            let name = escape(file.name ?? "")
            body += Data(
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"image\"; filename=\"\(name)\"\r\n".utf8)
            body += Data("Content-Type: \(file.mediaType)\r\n\r\n".utf8)
            body += file.bytes
            body += Data("\r\n".utf8)
        }
        body += Data("--\(boundary)--\r\n".utf8)
        return ("\(MediaType.multipart); boundary=\(boundary)", body)
    }

    /// Reads the files of a form, in order. A preamble before the first boundary and an epilogue after the last one are skipped (RFC 2046).
    /// - Throws: `bad_request`, saying what is wrong: no boundary, a truncated form, a part without headers, a field that is no file.
    public static func decode(_ body: Data, contentType: String) throws(APIError) -> [FilePart] {
        guard let boundary = HeaderParameters(contentType.utf8)["boundary"], (1...70).contains(boundary.count) else {
            throw APIError(.badRequest, "multipart/form-data needs a boundary of 1 to 70 characters in Content-Type")
        }
        let delimiter = Data("\r\n--".utf8) + boundary
        guard var line = opening(delimiter, in: body) else { throw withoutBoundary(body, delimiter.dropFirst(2)) }
        var files: [FilePart] = []
        while !line.isLast {
            let start = line.end + newline.count
            guard let next = self.delimiter(delimiter, in: body, from: line.end) else { throw truncated(files.count) }
            // A delimiter that shares the new line of the one before leaves no room for a part.
            guard next.start >= start else { throw headless(files.count + 1) }
            guard files.count < maximumFiles else {
                throw APIError(.badRequest, "a request may hold at most \(maximumFiles) files")
            }
            files.append(try part(body[start..<next.start], number: files.count + 1))
            line = next
        }
        return files
    }

    private static let newline = Data("\r\n".utf8)

    /// A line that begins with the boundary.
    private struct DelimiterLine {
        /// Of the new line before it.
        let start: Data.Index
        /// Of the new line that ends it.
        let end: Data.Index
        /// Whether it ends the form.
        let isLast: Bool

        /// Reads the rest of a line whose boundary ends at a place: “--” in the last one; else spaces and tabs, then a new line.
        /// Anything else makes it a line of a part's content, which only begins like the boundary.
        init?(from start: Data.Index, boundaryEnd: Data.Index, in body: Data) {
            self.start = start
            isLast = body[boundaryEnd...].starts(with: Data("--".utf8))
            end =
                body[boundaryEnd...].firstIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") } ?? body.endIndex
            guard isLast || body[end...].starts(with: newline) else { return nil }
        }
    }

    /// The first delimiter line, which may be the first line of the body.
    private static func opening(_ delimiter: Data, in body: Data) -> DelimiterLine? {
        let first = delimiter.dropFirst(newline.count)
        if body.starts(with: first),
            let line = DelimiterLine(
                from: body.startIndex, boundaryEnd: body.startIndex + first.count, in: body)
        {
            return line
        }
        return self.delimiter(delimiter, in: body, from: body.startIndex)
    }

    private static func delimiter(_ delimiter: Data, in body: Data, from start: Data.Index) -> DelimiterLine? {
        var position = start
        while let found = ByteSearch.first(delimiter, in: body, from: position) {
            if let line = DelimiterLine(from: found.lowerBound, boundaryEnd: found.upperBound, in: body) { return line }
            position = found.upperBound
        }
        return nil
    }

    private static func withoutBoundary(_ body: Data, _ boundary: Data) -> APIError {
        let hasBareLineFeeds = body.starts(with: boundary + Data("\n".utf8))
        return APIError(
            .badRequest,
            hasBareLineFeeds
                ? "the lines of the multipart body end with LF; they must end with CR LF"
                : "the multipart body has no line with the boundary that Content-Type names")
    }

    private static func truncated(_ count: Int) -> APIError {
        APIError(.badRequest, "the multipart body ends early, after \(count) whole files")
    }

    /// The longest headers of one part.
    private static let maximumHeadBytes = 64 << 10

    private static func headless(_ number: Int) -> APIError {
        APIError(.badRequest, "part \(number) of the multipart body has no headers that end within 64 KiB")
    }

    private static func part(_ bytes: Data, number: Int) throws(APIError) -> FilePart {
        guard !bytes.starts(with: newline),
            let split = ByteSearch.first(
                Data("\r\n\r\n".utf8), in: bytes.prefix(maximumHeadBytes), from: bytes.startIndex)
        else { throw headless(number) }
        let headers = headers(bytes[..<split.lowerBound])
        let disposition = HeaderParameters(headers["content-disposition"] ?? [])
        guard let name = disposition.fileName else {
            let field = disposition["name"].map { " “\(HeaderParameters.text($0))”" } ?? ""
            throw APIError(
                .badRequest,
                "part \(number) of the multipart body is the text field\(field), but a form may hold only files; values belong in the path or the query"
            )
        }
        let encoding = String(decoding: headers["content-transfer-encoding"] ?? [], as: UTF8.self).lowercased()
        guard ["", "binary", "8bit", "7bit"].contains(encoding) else {
            throw APIError(
                .badRequest,
                "part \(number) of the multipart body has Content-Transfer-Encoding: \(encoding); send the bytes as they are"
            )
        }
        return FilePart(
            name: unescape(name),
            mediaType: headers["content-type"].map { String(decoding: $0, as: UTF8.self) } ?? MediaType.octetStream,
            bytes: Data(bytes[split.upperBound...]))
    }

    /// A part's headers by name in lower case. A line that begins with a space or a tab continues the line before it.
    private static func headers(_ head: Data) -> [String: [UInt8]] {
        var lines: [[UInt8]] = []
        for line in head.split(separator: UInt8(ascii: "\n")) {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if let first = line.first, [UInt8(ascii: " "), UInt8(ascii: "\t")].contains(first), !lines.isEmpty {
                lines[lines.count - 1] += line
            } else {
                lines.append(Array(line))
            }
        }
        var headers: [String: [UInt8]] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self).trimmingCharacters(in: .whitespaces).lowercased()
            headers[name] = HeaderParameters.trimmed(line[(colon + 1)...])
        }
        return headers
    }

    /// Browsers' and curl's escapes in file names: only quote, carriage return and line feed.
    private static let escapes = [("\"", "%22"), ("\r", "%0D"), ("\n", "%0A")]

    private static func escape(_ name: String) -> String {
        escapes.reduce(name) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }

    private static func unescape(_ name: String) -> String {
        escapes.reduce(name) { $0.replacingOccurrences(of: $1.1, with: $1.0) }
    }
}

/// Finds bytes in bytes by the C library's `memchr` and `memcmp`. Foundation's `range(of:)` takes about ten nanoseconds a byte,
/// more than a second for a large body of pictures.
private enum ByteSearch {
    /// Where `pattern` first occurs in `bytes` at or after `start`. The pattern must not be empty.
    static func first(_ pattern: Data, in bytes: Data, from start: Data.Index) -> Range<Data.Index>? {
        let place: Int? = unsafe bytes[start...].withUnsafeBytes { haystack in
            unsafe pattern.withUnsafeBytes { needle in
                guard let base = haystack.baseAddress, let wanted = needle.baseAddress else { return nil }
                // The last place where the pattern fits.
                let last = haystack.count - needle.count
                var place = 0
                while place <= last {
                    guard let found = unsafe memchr(base + place, Int32(needle[0]), last - place + 1) else {
                        return nil
                    }
                    place = unsafe UnsafeRawPointer(found) - base
                    if unsafe memcmp(base + place, wanted, needle.count) == 0 { return place }
                    place += 1
                }
                return nil
            }
        }
        return place.map { start + $0..<start + $0 + pattern.count }
    }
}
