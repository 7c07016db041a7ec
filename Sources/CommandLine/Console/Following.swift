import API
import Client

extension Console {
    /// Has the daemon do a piece of work, and shows on a terminal how far each of its steps is.
    /// - Parameter lost: what to say when the daemon ends without a last word.
    /// - Throws: ``Failure`` when the work failed; the client's errors.
    func following<Work: WorkEndpoint>(
        _ work: Work.Type, _ request: Work.Request, _ client: Client, lost: String
    ) throws -> Work.End {
        var last: WorkEvent<Work.End>?
        var shown: (step: String, progress: CountedProgress)?
        try client.stream(Work.self, request) { line in
            guard let event = try? JSON.decode(WorkEvent<Work.End>.self, from: line) else { return }
            last = event
            guard case .progress(let progress) = event else { return }
            let counted =
                shown.flatMap { $0.step == progress.step ? $0.progress : nil } ?? CountedProgress(progress.step, self)
            shown = (progress.step, counted)
            counted.update(progress.done, of: progress.total)
        }
        switch last {
        case .end(let end): return end
        case .error(let code, let message): throw Failure(code.exitCode, message)
        case .progress, nil: throw Failure(.unreachable, lost)
        }
    }
}
