import API
import Detection
import Embedding
import FewShot
import Foundation
import Imaging
import NeuralNetwork
import Options
import Platform
import Training
import Video

/// An answer that is printed already, and that the exit status repeats.
struct Outcome: Error {
    let exitCode: ExitCode
}

/// Any error of a command: a code of the API's table, which decides the exit status, and a sentence.
struct Failure: Error {
    let code: ErrorCode
    let message: String
    /// How to call the command, where that was wrong.
    let advice: String?
    /// One sentence for each thing that failed, where several did.
    let causes: [String]

    var exitCode: ExitCode { code.exitCode }

    init(_ code: ErrorCode, _ message: String, advice: String? = nil, causes: [String] = []) {
        self.code = code
        self.message = message
        self.advice = advice
        self.causes = causes
    }

    init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as UsageError: self.init(.usage, error.message, advice: error.advice)
        case let error as any CodedError: self.init(error.code, error.message)
        case let error as DetectionDataError: self.init(.badInput, error.message)
        case let error as DataSetError: self.init(.badInput, error.message)
        case let error as ModelError: self.init(error.code == .inputOutput ? .storage : .badModel, error.message)
        case let error as NetworkError: self.init(error.code == .inputOutput ? .fileNotFound : .badModel, error.message)
        case let error as ImagingError: self.init(.badImage, error.message)
        case let error as VideoError: self.init(error.code == .unreadable ? .fileNotFound : .badInput, error.message)
        case let error as TrainingError: self.init(Self.code(error.code), error.message)
        case is CocoaError, is POSIXError: self.init(.storage, SystemReason.text(error))
        default: self.init(.internal, "\(error)")
        }
    }

    /// Several failures as one that names each of them; the only one as it is.
    /// - Parameters:
    ///   - what: what could not be done: `3 of 5 pictures` is put before it.
    ///   - code: of the whole; nil for that of the first.
    init(_ failures: [Failure], of count: Int, _ things: String, _ what: String, code: ErrorCode? = nil) {
        precondition(!failures.isEmpty)
        if failures.count == 1, count == 1 {
            self = failures[0]
        } else {
            self.init(
                code ?? failures[0].code, "\(failures.count) of \(count) \(things) \(what)",
                causes: failures.flatMap { $0.causes + [$0.message] })
        }
    }

    /// Runs work that writes or reads files.
    /// - Parameter what: what it does: `write x.png`.
    /// - Throws: ``Failure`` that says what could not be done, and why; a failure of `work` as it is.
    static func storing<T>(_ what: String, _ work: () throws -> T) throws -> T {
        do { return try work() } catch let failure as Failure { throw failure } catch {
            throw Failure(.storage, "cannot \(what): \(SystemReason.text(error))")
        }
    }

    private static func code(_ code: TrainingError.Code) -> ErrorCode {
        switch code {
        case .badInput: .badInput
        case .conflict: .targetExists
        case .notFound: .fileNotFound
        case .storage: .storage
        case .diverged: .internal
        case .interrupted: .stopped
        }
    }
}
