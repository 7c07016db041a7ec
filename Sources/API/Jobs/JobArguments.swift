import Foundation

/// The options of a job's command: `--name value`, `--name=value` or `--flag`, and nothing else.
///
/// Whether the command knows an option is for the command to say; it must not be given what the daemon decides.
public struct JobArguments: Sendable, Equatable {
    public let list: [String]

    /// Options whose value is a file or folder, or several of them separated by commas. The daemon's working folder means nothing to
    /// the one who asks, so they must be absolute.
    public static let pathOptions: Set<String> = ["data", "feature-cache", "sources", "validation", "weights"]

    /// The folder of a run is the daemon's to choose, and help is no job.
    private static let reserved: Set<String> = ["help", "resume", "run"]

    /// Whether a value is given to an option, in either way.
    public func has(_ option: String) -> Bool { list.contains { Self.sides($0)?.name == option } }

    /// - Throws: `bad_parameter`, saying which argument is wrong.
    public init(_ list: [String]) throws(APIError) {
        self.list = list
        var awaiting: String?
        for argument in list {
            guard !argument.unicodeScalars.contains("\0") else {
                throw APIError(.badParameter, "an argument holds a zero byte")
            }
            guard let (name, value) = try Self.option(argument) else {
                guard let option = awaiting else {
                    throw APIError(.badParameter, "“\(argument)” belongs to no option: each is --name value")
                }
                try Self.check(option, argument)
                awaiting = nil
                continue
            }
            try Self.checkHasPath(awaiting)
            awaiting = value == nil ? name : nil
            if let value { try Self.check(name, String(value)) }
        }
        try Self.checkHasPath(awaiting)
    }

    /// The same with relative paths made absolute: what the one who asks means by them.
    public static func list(_ list: [String], from workingFolder: String) -> [String] {
        var result: [String] = []
        for argument in list {
            if let last = result.last, last.hasPrefix("--"), pathOptions.contains(String(last.dropFirst(2))) {
                result.append(absolute(argument, workingFolder))
            } else if let sides = sides(argument), let value = sides.value, pathOptions.contains(sides.name) {
                result.append("--\(sides.name)=" + absolute(String(value), workingFolder))
            } else {
                result.append(argument)
            }
        }
        return result
    }

    private static func absolute(_ paths: String, _ folder: String) -> String {
        parts(paths).map { path in
            path.hasPrefix("/") || path.isEmpty
                ? path : ((folder as NSString).appendingPathComponent(path) as NSString).standardizingPath
        }.joined(separator: ",")
    }

    private static func parts(_ paths: String) -> [String] {
        paths.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// Name and value of `--name=value`, the name of `--name`; nil for what is no option.
    private static func sides(_ argument: String) -> (name: String, value: Substring?)? {
        guard argument.hasPrefix("--") else { return nil }
        let sides = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(sides[0]), sides.count == 2 ? sides[1] : nil)
    }

    /// The same, for an option that may be given. A value may begin with one dash, as a negative number does.
    private static func option(_ argument: String) throws(APIError) -> (name: String, value: Substring?)? {
        guard let sides = sides(argument) else { return nil }
        guard sides.name.first?.isLetter == true,
            sides.name.utf8.allSatisfy({
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || $0 == UInt8(ascii: "-")
            })
        else { throw APIError(.badParameter, "“\(argument)” is no option: each is --name value") }
        guard !reserved.contains(sides.name) else {
            throw APIError(
                .badParameter, "--\(sides.name) cannot be given to a job: the daemon chooses the run's folder")
        }
        return sides
    }

    private static func check(_ option: String, _ value: String) throws(APIError) {
        guard !pathOptions.contains(option) || parts(value).allSatisfy({ $0.hasPrefix("/") }) else {
            throw APIError(.badParameter, "--\(option) needs an absolute path in a job, not “\(value)”")
        }
    }

    private static func checkHasPath(_ option: String?) throws(APIError) {
        guard let option, pathOptions.contains(option) else { return }
        throw APIError(.badParameter, "--\(option) needs a path")
    }
}
