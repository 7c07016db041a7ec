import API
import Client
import Embedding
import FewShot
import Foundation
import Imaging
import NeuralNetwork
import Options
import Registry
import Training

/// An answer that is printed already, and that the exit status tells too.
struct Outcome: Error {
    let exitCode: ExitCode
}

/// Any error of a command, as a sentence and an exit code.
struct Failure: Error {
    let exitCode: ExitCode
    let message: String

    init(_ exitCode: ExitCode, _ message: String) {
        self.exitCode = exitCode
        self.message = message
    }

    init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as UsageError: self.init(.usage, error.description)
        case let error as ClientError: self.init(error.code.exitCode, error.message)
        case let error as APIError: self.init(error.code.exitCode, error.message)
        case let error as DataSetError: self.init(.badInput, error.message)
        case let error as ModelError: self.init(error.code == .inputOutput ? .storage : .badInput, error.message)
        case let error as NetworkError: self.init(error.code == .inputOutput ? .notFound : .badInput, error.message)
        case let error as ImagingError: self.init(.badInput, error.message)
        case let error as RegistryError: self.init(Self.exitCode(error.code), error.message)
        case let error as TrainingError: self.init(Self.exitCode(error.code), error.message)
        default: self.init(.internal, "\(error)")
        }
    }

    private static func exitCode(_ code: RegistryError.Code) -> ExitCode {
        switch code {
        case .badBackup: .badInput
        case .targetExists, .databaseLocked: .conflict
        default: .storage
        }
    }

    private static func exitCode(_ code: TrainingError.Code) -> ExitCode {
        switch code {
        case .badInput: .badInput
        case .conflict: .conflict
        case .notFound: .notFound
        case .storage: .storage
        case .diverged: .internal
        case .interrupted: .interrupted
        }
    }
}
