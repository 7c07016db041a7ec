import API
import Foundation
import Registry

/// The jobs that several daemons share.
extension JobRunner {
    /// The time between two looks at a job that another daemon works on.
    private static let mirrorPause = Duration.milliseconds(500)

    /// Looks for jobs to work on, and stops those that were cancelled through another daemon or that another daemon has taken over.
    func follow() async {
        wake()
        for (id, job) in current {
            let isHeld = (try? await registry.isHeld(job.hold)) ?? true
            if isHeld, await !isCancelledSomewhere(id) { continue }
            current[id]?.isCancelled = true
            current[id]?.child?.stop(grace: grace)
            current[id]?.stop?()
        }
        for id in events.keys where current[id] == nil {
            if (try? await registry.isElsewhere(id)) == true {
                mirror(id)
            } else if let job = try? await registry.job(id), job.state.hasEnded, current[id] == nil {
                end(id, with: JobEnd(job))
            }
        }
    }

    /// Shows those who watch a job here what another daemon does with it, until it ends.
    func mirror(_ id: Int64) {
        guard mirrors[id] == nil else { return }
        mirrors[id] = Task {
            var last: JSONValue?
            while !Task.isCancelled, current[id] == nil {
                guard let job = try? await registry.job(id) else { break }
                if job.state.hasEnded {
                    end(id, with: JobEnd(job))
                    break
                }
                if registry.sharesJobFolders {
                    events[id]?.nudge()
                } else if let progress = job.progress, progress != last, let line = try? JSON.encode(progress) {
                    last = progress
                    try? folder(of: id).make()
                    tell(line, id)
                }
                try? await Task.sleep(for: Self.mirrorPause)
            }
            mirrors[id] = nil
        }
    }

    /// A job whose work has stopped: cancelled here or through another daemon, or to go on when a daemon starts again.
    func stopped(_ id: Int64) async throws(RegistryError) -> Job {
        let job = try await registry.job(id)
        return isCancelled(id) && !job.state.hasEnded ? try await registry.cancelJob(id) : job
    }
}
