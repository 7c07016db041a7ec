import API
import Embedding
import Foundation
import Platform
import Registry

extension APIError {
    /// Any error as the API answers it. An error without a code of its own is `internal`.
    init(describing error: any Error) {
        switch error {
        case let error as RegistryError where [.databaseAway, .behind].contains(error.reason):
            self.init(error.code, error.message, retryAfter: 1)
        case let error as any CodedError: self.init(error.code, error.message)
        case let error as ModelError: self.init(error.code == .inputOutput ? .storage : .badModel, error.message)
        case is CocoaError, is POSIXError: self.init(.storage, SystemReason.text(error))
        default: self.init(.internal, "\(error)")
        }
    }
}
