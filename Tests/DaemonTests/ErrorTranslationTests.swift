import API
import Foundation
import Testing

@testable import Daemon

/// Errors as clients see them.
@Suite struct ErrorTranslationTests {
    @Test func `an error of Foundation has the system's reason`() {
        for error in [CocoaError(.fileReadNoPermission) as any Error, POSIXError(.EACCES)] {
            #expect(APIError(describing: error) == APIError(.storage, "permission denied"))
        }
        let full = CocoaError(.fileWriteUnknown, userInfo: [NSUnderlyingErrorKey: POSIXError(.ENOSPC)])
        #expect(
            APIError(fileError: full, "cannot write x")
                == APIError(.storageFull, "cannot write x: no space left on device"))
    }
}
