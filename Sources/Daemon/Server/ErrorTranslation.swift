import API
import Embedding
import Registry

/// Errors of the modules below, as the API names them.
extension APIError {
    init(describing error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as RegistryError: self.init(ErrorCode(error.code), error.message)
        case let error as ModelError:
            self.init(error.code == .inputOutput ? .storage : .badModel, error.message)
        default: self.init(.internal, "\(error)")
        }
    }
}

extension ErrorCode {
    init(_ code: RegistryError.Code) {
        self =
            switch code {
            case .invalidName: .invalidName
            case .invalidSplit: .badRequest
            case .invalidVector, .dimensionMismatch: .badModel
            case .characterNotFound: .characterNotFound
            case .characterExists: .characterExists
            case .classifierNotFound: .classifierNotFound
            case .classifierExists: .classifierExists
            case .imageNotFound: .imageNotFound
            case .imageEnrolled: .imageEnrolled
            case .rejectionNotFound: .rejectionNotFound
            case .tokenNotFound: .tokenNotFound
            case .tokenExists: .tokenExists
            case .inboxFull: .inboxFull
            case .jobNotFound: .jobNotFound
            case .jobEnded: .jobEnded
            case .modelNotFound: .modelNotFound
            case .modelExists: .modelExists
            case .modelInUse, .modelChanging, .embeddingsMissing, .databaseLocked: .busy
            case .modelNotActive, .closed, .interrupted: .notReady
            case .badBackup: .badBackup
            case .badBundle: .badBundle
            case .targetExists: .targetExists
            case .storageFull: .storageFull
            case .databaseNewer, .migrationEdited, .storageReadOnly, .storageCorrupt, .storageFailure: .storage
            }
    }
}
