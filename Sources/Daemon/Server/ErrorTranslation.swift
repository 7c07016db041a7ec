import API
import Embedding

extension APIError {
    /// Any error as the API answers it. An error without a code of its own is `internal`.
    init(describing error: any Error) {
        switch error {
        case let error as any CodedError: self.init(error.code, error.message)
        case let error as ModelError: self.init(error.code == .inputOutput ? .storage : .badModel, error.message)
        default: self.init(.internal, "\(error)")
        }
    }
}
