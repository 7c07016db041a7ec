import API
import Foundation
import Registry

/// The route of work on what is enrolled. It queues a job, which keeps the request.
protocol WorkRoute: Route, WorkEndpoint {
    static var kind: JobKind { get }

    /// The action of the audit log that says that the work is done, whose particulars are the outcome, and the outcome's member that the action
    /// is about; nil for work that can be done twice.
    static var record: (action: String, subject: String)? { get }

    /// Refuses a request that cannot succeed.
    static func check(_ request: Request, _ services: Services) async throws

    /// Starts the work.
    static func start(_ request: Request, _ services: Services) async throws -> WorkFeed
}

/// Work that leaves a file or a folder, which gets its name when it is complete.
protocol FileWorkRoute: WorkRoute {
    /// As ``WorkRoute/start(_:_:)``.
    /// - Parameter note: keeps that the complete file is about to get its name.
    static func start(
        _ request: Request, placing note: PlacedFile.Keeper?, _ services: Services
    ) async throws -> WorkFeed

    /// Records work whose file has its name, after its daemon was killed.
    static func finish(_ outcome: Outcome, _ services: Services) async throws
}

extension FileWorkRoute {
    static func start(_ request: Request, _ services: Services) async throws -> WorkFeed {
        try await start(request, placing: nil, services)
    }
}

extension WorkRoute {
    static var record: (action: String, subject: String)? { nil }
    static func check(_ request: Request, _ services: Services) async throws {}

    static func answer(_ request: Request, _ services: Services) async throws -> Job {
        try await check(request, services)
        return try await services.jobs.add(kind, arguments: EnrolledWork.arguments(of: try request.message()))
    }
}

/// Jobs that work on what is enrolled.
enum EnrolledWork {
    private static let routes: [any WorkRoute.Type] = [
        CompareHeads.self, ReadBundle.self, RunCalibration.self, WriteBackup.self, WriteBundle.self,
    ]

    /// A job's work when it begins.
    enum Beginning {
        case begun(WorkFeed)
        /// An earlier daemon did it, and was stopped before it could record the job's end.
        case done(result: Data)
    }

    /// Begins the work of a job.
    /// - Parameter resumes: whether an earlier daemon began it.
    static func begin(_ job: Job, resumes: Bool, _ services: Services) async throws -> Beginning {
        guard let route = routes.first(where: { $0.kind == job.kind }) else {
            throw APIError(.internal, "nothing does the work of a job \(job.kind.rawValue)")
        }
        return try await begin(route, job, resumes: resumes, services)
    }

    private static func begin<R: WorkRoute>(
        _ route: R.Type, _ job: Job, resumes: Bool, _ services: Services
    ) async throws -> Beginning {
        if resumes, let record = R.record,
            let entry = try await services.registry.lastChange(record.action, by: Registry.author),
            case .object(var members) = entry.detail
        {
            members[record.subject] = .string(entry.subject)
            let outcome = try JSON.decode(R.Outcome.self, from: try JSON.encode(JSONValue.object(members)))
            return .done(result: try JSON.encode(outcome))
        }
        if let route = R.self as? any FileWorkRoute.Type {
            return try await beginFile(route, job, resumes: resumes, services)
        }
        return .begun(try await R.start(try R.Request(message: message(of: job)), services))
    }

    private static func beginFile<R: FileWorkRoute>(
        _ route: R.Type, _ job: Job, resumes: Bool, _ services: Services
    ) async throws -> Beginning {
        let note = PlacedFile.Keeper(path: services.jobs.folder(of: job.id).placed)
        let found = resumes ? try await onOwnThread("aniwho.placed") { note.found(R.Outcome.self) } : nil
        guard let found else {
            return .begun(try await R.start(try R.Request(message: message(of: job)), placing: note, services))
        }
        try await R.finish(found, services)
        return .done(result: try JSON.encode(found))
    }

    // MARK: A request among the arguments of its job

    /// The query, a parameter each, and the body.
    static func arguments(of message: RequestMessage) -> [String] {
        var arguments = message.query.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        if case .json(let body) = message.body { arguments.append(String(decoding: body, as: UTF8.self)) }
        return arguments
    }

    private static func message(of job: Job) -> RequestMessage {
        var message = RequestMessage()
        for argument in job.arguments {
            if argument.hasPrefix("{") {
                message.body = .json(Data(argument.utf8))
            } else if let equals = argument.firstIndex(of: "=") {
                message.query[String(argument[..<equals])] = String(argument[argument.index(after: equals)...])
            }
        }
        return message
    }
}
