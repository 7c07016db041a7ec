import Foundation

/// Why the system refused something, in its own words.
public enum SystemReason {
    /// What an error number means, such as "no space left on device".
    public static func text(_ number: Int32) -> String {
        let text = unsafe String(cString: strerror(number))
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// What an error of Foundation means.
    public static func text(_ error: any Error) -> String {
        if let error = error as? POSIXError { return text(error.code.rawValue) }
        let cocoa = error as NSError
        if let cause = cocoa.userInfo[NSUnderlyingErrorKey] as? any Error { return text(cause) }
        if cocoa.domain == NSPOSIXErrorDomain { return text(Int32(cocoa.code)) }
        guard cocoa.domain == NSCocoaErrorDomain else { return error.localizedDescription }
        return switch CocoaError.Code(rawValue: cocoa.code) {
        case .fileNoSuchFile, .fileReadNoSuchFile: text(ENOENT)
        case .fileReadNoPermission, .fileWriteNoPermission: text(EACCES)
        case .fileWriteFileExists: text(EEXIST)
        case .fileWriteOutOfSpace: text(ENOSPC)
        case .fileWriteVolumeReadOnly: text(EROFS)
        case .fileReadInvalidFileName, .fileWriteInvalidFileName: "the name is not valid here"
        case .fileReadInapplicableStringEncoding, .fileReadCorruptFile: "it is not text in UTF-8"
        default: "the system gave no reason (error \(cocoa.code))"
        }
    }
}
