import API
import Embedding
import Foundation
import Registry

extension ListJobs: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let page = request.page
        let jobs = try await services.registry.jobs(after: page.number ?? 0, limit: page.reads)
        let (entries, next) = page.first(of: jobs, \.id)
        return Response(jobs: entries, next: next)
    }
}

extension ShowJob: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.registry.job(request.id)
    }
}

extension StartJob: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try refusePaths(in: request.arguments, to: Caller.current)
        return try await services.jobs.add(request)
    }
}

extension StartJob {
    /// A token reaches no file by a path, as with backups and bundles: only users on the socket may name paths.
    private static func refusePaths(in arguments: [String], to caller: Caller?) throws(APIError) {
        guard let caller, caller.isRemote else { return }
        guard let option = try JobArguments(arguments).optionWithPath else { return }
        throw APIError(
            .forbidden,
            "\(caller.phrase) may not start a job with the path --\(option): only users on the daemon's Unix socket may"
        )
    }
}

extension FetchReport: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let job = try await services.registry.job(request.id)
        guard job.kind == .compare else {
            throw APIError(
                .reportNotFound,
                "job \(job.id) (\(job.kind.rawValue)) has no report: only comparisons have one; begin one with: aniwho jobs start compare"
            )
        }
        let path = services.jobs.folder(of: job.id).report
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw APIError(.reportNotFound, "job \(job.id) has no report \(reason(job))")
        }
        return Response(bytes: bytes, tag: "\"\(ContentHash.sha256(bytes).prefix(32))\"")
    }

    /// Why there is none, and what to do.
    private static func reason(_ job: Job) -> String {
        switch job.state {
        case .queued: "yet: it waits for the jobs before it; see aniwho jobs list"
        case .running: "yet: the command writes it when it has read and embedded the pictures; ask again in a moment"
        case .finished: "any more: its folder \(job.folder) was changed; compare again"
        case .failed, .cancelled:
            "because it ended before its first run\(job.error.map { ": \($0)" } ?? ""); mend the cause, and compare again"
        }
    }
}

extension WatchJob: StreamingRoute {
    static func answer(_ request: Request, _ services: Services) async throws -> any LineSource {
        try await services.jobs.events(of: request.id).reader()
    }
}

extension CancelJob: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.jobs.cancel(request.id)
    }
}

extension PruneJobs: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        try await services.jobs.prune(endedBy: .now - Double(request.olderThanDays) * 86_400)
    }
}

extension JobRunner {
    /// Removes the jobs that ended at a time or earlier. What they made stays.
    ///
    /// Of each job the folder goes first, then the row: after a crash in between, the job is still listed, and the next pruning removes
    /// its row. A cancelled job whose child is still stopping stays.
    /// - Throws: `storage` when a folder cannot be removed; the jobs before it are gone then.
    func prune(endedBy time: Date) async throws -> PruneJobs.Response {
        var response = PruneJobs.Response(removed: 0, bytes: 0)
        for job in try await registry.jobs(endedBy: time) where current[job.id] == nil {
            let folder = folder(of: job.id)
            response.bytes += try await pruning {
                let bytes = folder.bytes
                try folder.clear()
                return bytes
            }
            if try await registry.removeJob(job.id) { response.removed += 1 }
        }
        if response.removed > 0 {
            log.write(
                .info, "jobs removed", ["jobs": String(response.removed), "bytes": String(response.bytes)])
        }
        return response
    }
}
