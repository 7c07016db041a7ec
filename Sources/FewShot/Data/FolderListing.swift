import Foundation
import Platform

/// The names in a folder, except hidden ones.
public struct FolderListing: Sendable, Equatable {
    /// The names that are UTF-8, sorted with numbers in numeric order.
    public let names: [String]
    /// The others, which no text can hold: see ``ForeignName``.
    public let foreign: [String]

    /// - Throws: ``DataSetError`` that says why the folder cannot be read.
    public init(_ folder: String) throws(DataSetError) {
        guard let stream = unsafe opendir(folder) else { throw Self.failure(folder) }
        defer { unsafe closedir(stream) }
        var (names, foreign): ([String], [String]) = ([], [])
        while true {
            // The only way to tell the end from an error.
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            let bytes = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            if bytes.first == UInt8(ascii: ".") { continue }
            if let name = String(validating: bytes, as: UTF8.self) {
                names.append(name)
            } else {
                foreign.append(ForeignName.text(bytes))
            }
        }
        guard errno == 0 else { throw Self.failure(folder) }
        self.names = names.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
        self.foreign = foreign.sorted()
    }

    private static func failure(_ folder: String) -> DataSetError {
        let number = errno
        guard number != ENOENT else { return DataSetError("the folder \(folder) does not exist") }
        return DataSetError("the folder \(folder) cannot be read: \(SystemReason.text(number))")
    }
}

/// A name that is not UTF-8, as people can read it.
public enum ForeignName {
    /// Visible ASCII as it is, each other byte as `\x8F`.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            if (0x20...0x7E).contains(byte) { return String(Unicode.Scalar(byte)) }
            return "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
