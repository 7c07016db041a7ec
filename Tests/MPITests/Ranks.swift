import Foundation

/// Runs `aniwho-mpi` under `mpirun`, in a folder of its own, which is removed with it.
final class Ranks {
    struct Output { let status: Int32; let out: String; let error: String }

    let home: String
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    /// Where `swift build -c release` puts the programs, unless `$ANIWHO_PROGRAMS` names others.
    static let programs = ProcessInfo.processInfo.environment["ANIWHO_PROGRAMS"] ?? root + "/.build/release"
    static let enroll = root + "/samples/enroll"

    /// A test that hangs ends after so many seconds.
    private static let limit = "180"

    init() throws {
        home = NSTemporaryDirectory() + "aniwho-ranks-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: home) }

    /// A command on the drawn samples with a network that is small by its input.
    func small(
        _ command: String, _ architecture: String = "mobilenetv2", data: String = enroll, split: String = "8/4/0"
    ) -> [String] {
        [
            command, "--data", data, "--architecture", architecture, "--size", "32", "--way", "3", "--shot", "2",
            "--query", "2", "--split", split, "--validation-tasks", "10", "--seed", "4", "--threads", "1",
        ]
    }

    /// Runs to the end.
    /// - Parameter options: of mpirun, in place of the number of ranks on this machine.
    func run(_ ranks: Int, options: [String] = [], _ arguments: [String]) throws -> Output {
        try start(ranks, options: options, arguments).finish()
    }

    func start(_ ranks: Int, options: [String] = [], _ arguments: [String]) throws -> Started {
        try Started(
            [Self.limit, "mpirun", "-n", String(ranks), "--oversubscribe", "--bind-to", "none"] + options
                + [Self.programs + "/aniwho-mpi"] + arguments, home)
    }

    /// The same arguments, with a working folder for each rank.
    func run(in folders: [String], _ arguments: [String]) throws -> Output {
        let parts = folders.map { folder in
            ["-n", "1", "--wdir", folder, Self.programs + "/aniwho-mpi"] + arguments
        }
        return try Started(
            [Self.limit, "mpirun", "--oversubscribe", "--bind-to", "none"] + parts.joined(separator: [":"]), home
        ).finish()
    }

    /// Runs `aniwho`, which calls mpirun itself.
    /// - Parameter hosts: the lines of the hostfile; nil for none.
    func aniwho(hosts: String?, _ arguments: [String]) throws -> Output {
        var environment: [String: String] = [:]
        if let hosts {
            environment["ANIWHO_HOSTFILE"] = home + "/hosts"
            try Data(hosts.utf8).write(to: URL(filePath: home + "/hosts"))
        }
        return try Started([Self.limit, Self.programs + "/aniwho"] + arguments, home, environment).finish()
    }

    /// `mpirun` at work.
    final class Started {
        let process = Process()
        private let (out, error): (String, String)

        /// - Parameter arguments: of timeout(1).
        fileprivate init(_ arguments: [String], _ home: String, _ more: [String: String] = [:]) throws {
            (out, error) = ("\(home)/out", "\(home)/error")
            process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
            process.arguments = arguments
            process.currentDirectoryURL = URL(fileURLWithPath: home)
            // Tests may run as root, in a container whose processes may not read each other's memory.
            process.environment = ProcessInfo.processInfo.environment.merging([
                "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
                "OMPI_MCA_plm_rsh_args": "-o BatchMode=yes -o ConnectTimeout=5",
            ]) { $1 }.merging(more) { $1 }
            for path in [out, error] { try Data().write(to: URL(filePath: path)) }
            process.standardOutput = FileHandle(forWritingAtPath: out)
            process.standardError = FileHandle(forWritingAtPath: error)
            process.standardInput = FileHandle.nullDevice
            // Threads of Swift's own block signals, and a child inherits that; mpirun would never see SIGUSR1.
            var (none, before) = (sigset_t(), sigset_t())
            sigemptyset(&none)
            pthread_sigmask(SIG_SETMASK, &none, &before)
            defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
            try process.run()
        }

        /// What the ranks have written to both outputs so far.
        var text: String {
            [out, error].map { (try? String(contentsOfFile: $0, encoding: .utf8)) ?? "" }.joined()
        }

        /// Waits until the ranks have written a text.
        /// - Returns: whether they did before the process ended.
        func waits(for text: String) -> Bool {
            while process.isRunning {
                if self.text.contains(text) { return true }
                Thread.sleep(forTimeInterval: 0.02)
            }
            return self.text.contains(text)
        }

        func finish() throws -> Output {
            process.waitUntilExit()
            return Output(
                status: process.terminationStatus, out: try String(contentsOfFile: out, encoding: .utf8),
                error: try String(contentsOfFile: error, encoding: .utf8))
        }

        /// The processes of a program that this one has started, directly or not, by their ids.
        func processes(named name: String) throws -> [pid_t] {
            var found: [pid_t] = []
            var parents = [process.processIdentifier]
            while let parent = parents.popLast() {
                let path = "/proc/\(parent)/task/\(parent)/children"
                let children = ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: " ")
                for child in children.compactMap({ pid_t($0) }) {
                    parents.append(child)
                    let comm = try String(contentsOfFile: "/proc/\(child)/comm", encoding: .utf8)
                    if comm == name + "\n" { found.append(child) }
                }
            }
            return found
        }
    }
}
