public import API
import Foundation
import Options
import Registry

/// The program `aniwhod`.
public enum DaemonProgram {
    /// Runs until a signal ends it.
    /// - Returns: the exit code.
    public static func run(_ arguments: [String]) async -> ExitCode {
        let (parsed, configuration): (Arguments, Configuration)
        do {
            parsed = try Arguments(arguments, by: Configuration.declaration)
            if let text = text(asked: parsed) {
                print(text)
                return .ok
            }
            configuration = try Configuration(parsed)
        } catch {
            FileHandle.standardError.write(Data("aniwhod: \(error)\n".utf8))
            return .usage
        }
        if parsed.flag("check-config") {
            print(configuration.table)
            return .ok
        }
        let log = Log(threshold: configuration.logLevel, format: configuration.logFormat)
        do {
            try await serve(configuration, parsed, log)
            return .ok
        } catch {
            let error = APIError(describing: error)
            log.write(.error, "cannot go on", ["code": error.code.rawValue, "message": error.message])
            return error.code.exitCode
        }
    }

    /// What is printed in place of a run, where the arguments ask for that.
    private static func text(asked arguments: Arguments) -> String? {
        if arguments.wantsHelp { return Configuration.declaration.help }
        if arguments.flag("version") { return "aniwhod \(Version.current)" }
        return arguments.flag("manual") ? Configuration.declaration.manual(section: 8, version: Version.current) : nil
    }

    /// How long requests in work may take to end after a signal.
    private static let grace = 30.0
    /// What libmicrohttpd waits longer than the daemon does, in seconds: it says nothing when it closes a connection.
    private static let idleMargin = 10

    private static func serve(_ configuration: Configuration, _ arguments: Arguments, _ log: Log) async throws {
        // A client that goes away must not end the daemon.
        signal(SIGPIPE, SIG_IGN)
        let files = OpenFiles.raise()
        let connections = configuration.connections.fitting(openFiles: files)
        if connections != configuration.connections {
            log.write(
                .warning, "fewer connections than configured",
                ["connections": String(connections.total), "open_files": String(files)])
        }
        let stop = StopSignal()
        let hangups = HangupSignal()
        let manager = ServiceManager.found()
        let registry = try await Registry.open(directory: configuration.data)
        let socket =
            try manager.socket.map { descriptor throws(APIError) in try ListeningSocket(handedOver: descriptor) }
            ?? ListeningSocket(path: configuration.socket)
        defer { socket.remove() }
        socket.admit(others: configuration.roles.admitsOthers)
        let services = try await makeServices(configuration, registry, socket, connections, log)
        let uploads = try makeUploads(in: configuration.data)
        defer { try? FileManager.default.removeItem(atPath: uploads) }
        let network = try configuration.listen.map { address throws(APIError) in try NetworkSocket(address) }
        defer { network?.remove() }
        let server = HTTPServer(router: Router(services: services, routes: routeTable), temporaryDirectory: uploads)
        try server.start(
            sockets: [socket.descriptor] + (network.map { [$0.descriptor] } ?? []),
            idleSeconds: Int(configuration.connections.patience.components.seconds) + idleMargin)
        log.write(
            .info, "listening",
            [
                "socket": socket.path, "tcp": network?.address.description ?? "no", "data": configuration.data,
                "version": Version.current,
            ])

        await services.jobs.start()
        services.calibrations.start()
        let loading = Task {
            try await FirstModel(services: services, requested: configuration.model).load()
            log.write(.info, "ready", ["model": try await services.models.active().name])
            // Not waited for: the daemon is ready whether or not it is heard.
            Task { await manager.announce("READY=1") }
        }
        let reloading = Task {
            let reload = Reloading(arguments: arguments, services: services, socket: socket)
            var current = configuration
            for await _ in hangups.signals { current = reload.apply(after: current) }
        }
        let watching = Task { await manager.keepWatched() }
        let failure = await firstOf(stop, loading)
        log.write(.info, "stopping")
        manager.tell("STOPPING=1")
        reloading.cancel()
        services.calibrations.stop()
        // Together: who watches a job is an answer in work until the job's events end.
        services.comparisons.stop()
        services.backups.stop()
        services.bundles.stop()
        async let stopped: Void = services.jobs.stop()
        if !(await server.drain(seconds: grace)) {
            log.write(.warning, "requests cut off", ["after_seconds": String(Int(grace))])
        }
        await stopped
        await registry.close()
        watching.cancel()
        if let failure { throw failure }
    }

    /// Waits for a signal, or for loading to fail.
    private static func firstOf(_ stop: StopSignal, _ loading: Task<Void, any Error>) async -> (any Error)? {
        await withTaskGroup(of: (any Error)?.self) { group in
            group.addTask {
                await stop.wait()
                return nil
            }
            group.addTask {
                do {
                    try await loading.value
                    await stop.wait()
                    return nil
                } catch {
                    stop.raise()
                    return error
                }
            }
            let first = await group.next() ?? nil
            let second = await group.next() ?? nil
            return first ?? second
        }
    }

    private static func makeServices(
        _ configuration: Configuration, _ registry: Registry, _ socket: ListeningSocket,
        _ connections: ConnectionLimits,
        _ log: Log
    ) async throws -> Services {
        let metrics = Metrics(lastBackup: try await registry.lastBackup())
        let inference = InferenceQueue(metrics: metrics, lanes: configuration.threads)
        let models = ModelHost(registry: registry, log: log, threads: configuration.threads)
        let heads = try await HeadHost(registry: registry, metrics: metrics, log: log)
        let calibrations = try await CalibrationHost(registry: registry, models: models, log: log)
        let changes = ModelChangeWork(registry: registry, models: models, heads: heads, calibrations: calibrations)
        let classifiers = ClassifierHost(registry: registry, metrics: metrics, threads: configuration.threads)
        let jobs = JobRunner(
            registry: registry, models: models, changes: changes, classifiers: classifiers, log: log,
            program: configuration.program, dataDirectory: configuration.data)
        return Services(
            registry: registry, models: models, heads: heads, calibrations: calibrations, changes: changes,
            classifiers: classifiers, inference: inference, jobs: jobs,
            comparisons: LineWork("comparison", busy: "heads are being compared; wait for the end", log: log),
            backups: BackupHost(registry: registry, metrics: metrics, log: log),
            bundles: BundleHost(
                registry: registry, models: models, heads: heads, calibrations: calibrations, log: log),
            access: AccessControl(configuration.roles, limits: configuration.limits),
            authentication: Authentication(registry: registry), connections: ConnectionTable(connections),
            metrics: metrics, log: log, socketPath: socket.path, dataDirectory: configuration.data)
    }

    /// A folder for uploads in work; what a killed daemon has left there is removed.
    private static func makeUploads(in data: String) throws(APIError) -> String {
        let path = data + "/uploads"
        do {
            try? FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw APIError(.storage, "the folder \(path) cannot be made: \(error.localizedDescription)") }
        return path
    }
}
