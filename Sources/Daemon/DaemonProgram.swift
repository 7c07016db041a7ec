public import API
import Foundation
import Options
import Platform
import Registry

/// The program `aniwhod`.
public enum DaemonProgram {
    /// Runs until a signal ends it.
    /// - Returns: the exit code.
    public static func run(_ arguments: [String]) async -> ExitCode {
        StandardStreams.reserve()
        let (parsed, configuration): (Arguments, Configuration)
        do {
            parsed = try Arguments(arguments, by: Configuration.declaration)
            if let text = text(asked: parsed) { return show(text) }
            configuration = try Configuration(parsed)
        } catch {
            complain("\(error)")
            return .usage
        }
        if parsed.flag("check-config") { return show(configuration.table) }
        let log = Log(threshold: configuration.logLevel, format: configuration.logFormat)
        do {
            try await serve(configuration, parsed, log)
            return .ok
        } catch {
            let error = APIError(describing: error)
            log.write(.error, "daemon failed", ["code": error.code.rawValue, "message": error.message])
            return error.code.exitCode
        }
    }

    /// Prints a text. A closed pipe ends the program silently.
    private static func show(_ text: String) -> ExitCode {
        let lost = StandardStreams.write(Array("\(text)\n".utf8), to: STDOUT_FILENO)
        if lost == EPIPE { StandardStreams.endByClosedPipe() }
        guard let error = lost ?? StandardStreams.closingError(of: STDOUT_FILENO) else { return .ok }
        complain("cannot write the output: \(SystemReason.text(error))")
        return .storage
    }

    /// Where standard error cannot be written either, the exit code has to do.
    private static func complain(_ text: String) {
        _ = StandardStreams.write(Array("aniwhod: \(text)\n".utf8), to: STDERR_FILENO)
    }

    /// The text that the arguments ask to print; nil when they ask to serve.
    private static func text(asked arguments: Arguments) -> String? {
        if arguments.wantsHelp { return Configuration.declaration.help }
        if arguments.flag("version") { return "aniwhod \(Version.current)" }
        return arguments.flag("manual") ? Configuration.declaration.manual(section: 8, version: Version.current) : nil
    }

    /// The longest time to finish the running requests after a signal, in seconds.
    private static let grace = 30.0
    /// libmicrohttpd's timeout is longer than the daemon's own by this many seconds, because libmicrohttpd closes a connection without
    /// telling its peer why.
    private static let idleMargin = 10

    private static func serve(_ configuration: Configuration, _ arguments: Arguments, _ log: Log) async throws {
        // Writing to a client that has gone away must not end the daemon.
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
        let registry = try await Registry.open(
            directory: configuration.data, database: configuration.registry, shared: configuration.shared)
        let foreignChanges = registry.foreignChanges()
        try await registry.follow(version: Version.current)
        let socket =
            try manager.socket.map { descriptor throws(APIError) in try UnixSocket(handedOver: descriptor) }
            ?? UnixSocket(path: configuration.socket)
        defer { socket.remove() }
        socket.admit(others: configuration.roles.admitsOthers)
        let services = try await Services.make(
            on: registry, log: log, threads: configuration.threads, program: configuration.program,
            roles: configuration.roles, limits: configuration.limits, connections: connections,
            bodies: configuration.bodies, retention: configuration.retention, webhooks: configuration.webhooks,
            socketPath: socket.path, page: configuration.page, outage: configuration.outage)
        let uploads = try makeUploads(in: configuration.data)
        defer { try? FileManager.default.removeItem(atPath: uploads) }
        let network = try configuration.listen.map { address throws(APIError) in try TCPSocket(address) }
        defer { network?.remove() }
        let server = HTTPServer(router: Router(services: services, routes: routeTable), temporaryDirectory: uploads)
        try server.start(
            sockets: [socket.descriptor] + (network.map { [$0.descriptor] } ?? []),
            idleSeconds: Int(configuration.connections.timeout.components.seconds) + idleMargin)
        log.write(
            .info, "listening",
            [
                "socket": socket.path, "tcp": network?.address.description ?? "no", "data": configuration.data,
                "version": Version.current,
            ])

        defer { services.page.close() }
        await services.page.start(listening: network?.address) { server.serve($0) }
        await services.startJobs()
        services.calibrations.start()
        await services.housekeeping.start()
        await services.webhooks.start()
        let loading = Task {
            try await FirstModel(services: services, requested: configuration.model, detector: configuration.detector)
                .load()
            log.write(.info, "ready", ["model": try await services.models.active().name])
            // Do not wait for it: the daemon is ready even if the service manager does not read the message.
            Task { await manager.announce("READY=1") }
        }
        let following = Task { await Following(services: services).run(foreignChanges) }
        let reloading = Task {
            let reload = Reloading(arguments: arguments, services: services, socket: socket)
            var current = configuration
            for await _ in hangups.signals { current = reload.apply(after: current) }
        }
        let resting = Task { await services.detectors.keepResting() }
        let watching = Task { await manager.sendWatchdogMessages() }
        let tokenUses = TokenUses(registry: registry, log: log)
        let noting = Task { await tokenUses.keepWriting() }
        let failure = await firstOf(stop, loading)
        log.write(.info, "stopping")
        manager.notify("STOPPING=1")
        reloading.cancel()
        following.cancel()
        resting.cancel()
        services.calibrations.stop()
        // At the same time as the server: the request of a client that watches a job ends only with the job's events.
        for work in services.sharedWork { work.stop() }
        services.changeFeed.stop()
        services.backups.stop()
        services.bundles.stop()
        async let stopped: Void = services.jobs.stop()
        async let rested: Void = services.housekeeping.stop()
        if !(await server.drain(seconds: grace)) {
            log.write(.warning, "requests were cut off", ["after_seconds": String(Int(grace))])
        }
        await stopped
        await rested
        await services.webhooks.stop()
        noting.cancel()
        await tokenUses.write()
        await registry.close()
        watching.cancel()
        if let failure { throw failure }
    }

    /// Waits for a signal, or for the loading of the model to fail.
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

    /// Creates an empty folder for uploads. Removes what a killed daemon left in it.
    private static func makeUploads(in data: String) throws(APIError) -> String {
        let path = data + "/uploads"
        do {
            try? FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw APIError(fileError: error, "cannot create the folder \(path)") }
        return path
    }
}
