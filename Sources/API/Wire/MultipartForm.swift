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

    /// Reads the files of a form, in order. Fields without a file name are refused.
    /// - Throws: `bad_request`, saying what is wrong: no boundary, a truncated form, a part without headers.
    public static func decode(_ body: Data, contentType: String) throws(APIError) -> [FilePart] {
        guard let boundary = parameter("boundary", of: contentType), (1...70).contains(boundary.utf8.count) else {
            throw APIError(.badRequest, "multipart/form-data needs a boundary of 1 to 70 characters in Content-Type")
        }
        let delimiter = Data("\r\n--\(boundary)".utf8)
        let opening = delimiter.dropFirst(2)
        guard body.starts(with: opening) else {
            throw APIError(.badRequest, "the multipart body does not start with its boundary")
        }
        var files: [FilePart] = []
        var position = body.startIndex + opening.count
        while !body[position...].starts(with: Data("--".utf8)) {
            guard body[position...].starts(with: newline) else { throw truncated(files.count) }
            let start = position + newline.count
            guard let end = ByteSearch.first(delimiter, in: body, from: position) else {
                throw truncated(files.count)
            }
            // A delimiter that shares the new line of the one before leaves no room for a part.
            guard end.lowerBound >= start else { throw headless(files.count + 1) }
            guard files.count < maximumFiles else {
                throw APIError(.badRequest, "a request may hold at most \(maximumFiles) files")
            }
            files.append(try part(body[start..<end.lowerBound], number: files.count + 1))
            position = end.upperBound
        }
        return files
    }

    private static let newline = Data("\r\n".utf8)

    private static func truncated(_ count: Int) -> APIError {
        APIError(.badRequest, "the multipart body ends early, after \(count) whole files")
    }

    private static func headless(_ number: Int) -> APIError {
        APIError(.badRequest, "part \(number) of the multipart body has no headers")
    }

    private static func part(_ bytes: Data, number: Int) throws(APIError) -> FilePart {
        guard let split = ByteSearch.first(Data("\r\n\r\n".utf8), in: bytes, from: bytes.startIndex),
            let head = String(data: bytes[..<split.lowerBound], encoding: .utf8)
        else {
            throw headless(number)
        }
        var headers: [String: String] = [:]
        for line in head.components(separatedBy: "\r\n") {
            let sides = line.split(separator: ":", maxSplits: 1)
            guard sides.count == 2 else { continue }
            headers[sides[0].lowercased()] = sides[1].trimmingCharacters(in: .whitespaces)
        }
        guard let name = parameter("filename", of: headers["content-disposition"] ?? "") else {
            throw APIError(.badRequest, "part \(number) of the multipart body is not a file: it has no filename")
        }
        return FilePart(
            name: unescape(name), mediaType: headers["content-type"] ?? MediaType.octetStream,
            bytes: Data(bytes[split.upperBound...]))
    }

    /// A parameter of a header value, quoted or not: `boundary` of `multipart/form-data; boundary=x`.
    private static func parameter(_ name: String, of header: String) -> String? {
        var parts: [String] = [""]
        var quoted = false
        for character in header {
            if character == "\"" { quoted.toggle() }
            if character == ";" && !quoted { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        for part in parts.dropFirst() {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, sides[0].trimmingCharacters(in: .whitespaces).lowercased() == name else { continue }
            let value = sides[1].trimmingCharacters(in: .whitespaces)
            return value.hasPrefix("\"") && value.hasSuffix("\"") && value.count >= 2
                ? String(value.dropFirst().dropLast()) : value
        }
        return nil
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
