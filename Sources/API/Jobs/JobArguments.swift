import Foundation

/// The options of a job's command: `--name value`, `--name=value` or `--flag`, and nothing else.
///
/// The command itself checks whether it knows an option. Options that the daemon sets are refused here.
public struct JobArguments: Sendable, Equatable {
    public let list: [String]

    /// Options whose value is a path, or several paths separated by commas. The paths must be absolute, because the client does not know the
    /// daemon's working folder.
    private static let pathOptions: Set<String> = ["data", "feature-cache", "sources", "validation", "weights"]

    /// Options whose value may name a model that comes with AniWho in place of a path: `mobilenetv2`, but `./mobilenetv2.safetensors`. What
    /// holds a slash or a dot is a path. In a list of `--models`, it follows an equals sign.
    private static let modelOptions: Set<String> = ["embedder", "models"]

    /// Options that a job may not have: the daemon chooses the folder of a run, and printing help is not a job.
    private static let reserved: Set<String> = ["help", "out", "report-only", "resume", "run"]

    /// Whether an option is given, in either form.
    public func has(_ option: String) -> Bool { list.contains { Self.sides($0)?.name == option } }

    /// The first option whose value holds a path; nil without one.
    public private(set) var optionWithPath: String?

    /// - Throws: `bad_parameter`, which names the wrong argument.
    public init(_ list: [String]) throws(APIError) {
        self.list = list
        var awaiting: String?
        for argument in list {
            guard !argument.unicodeScalars.contains("\0") else {
                throw APIError(.badParameter, "an argument contains a zero byte")
            }
            guard let (name, value) = try Self.option(argument) else {
                guard let option = awaiting else {
                    throw APIError(.badParameter, "“\(argument)” does not belong to an option; write --name value")
                }
                try check(option, argument)
                awaiting = nil
                continue
            }
            try Self.checkHasPath(awaiting)
            awaiting = value == nil ? name : nil
            if let value { try check(name, String(value)) }
        }
        try Self.checkHasPath(awaiting)
    }

    /// The list with relative paths made absolute, as the client means them.
    public static func list(_ list: [String], from workingFolder: String) -> [String] {
        var result: [String] = []
        for argument in list {
            if let last = result.last, last.hasPrefix("--"), mayHoldPath(String(last.dropFirst(2))) {
                result.append(absolute(argument, of: String(last.dropFirst(2)), workingFolder))
            } else if let sides = sides(argument), let value = sides.value {
                result.append("--\(sides.name)=" + absolute(String(value), of: sides.name, workingFolder))
            } else {
                result.append(argument)
            }
        }
        return result
    }

    private static func mayHoldPath(_ option: String) -> Bool {
        pathOptions.contains(option) || modelOptions.contains(option)
    }

    private static func absolute(_ value: String, of option: String, _ folder: String) -> String {
        parts(value, of: option).map { part in
            guard let path = part.path, !path.hasPrefix("/"), !path.isEmpty else {
                return part.name + (part.path ?? "")
            }
            return part.name + ((folder as NSString).appendingPathComponent(path) as NSString).standardizingPath
        }.joined(separator: ",")
    }

    /// The parts of an option's value, between commas: what stands before the path, and the path, which is nil where there is none.
    private static func parts(_ value: String, of option: String) -> [(name: String, path: String?)] {
        guard mayHoldPath(option) else { return [(value, nil)] }
        return value.split(separator: ",", omittingEmptySubsequences: false).map { part in
            if pathOptions.contains(option) { return ("", String(part)) }
            let start =
                option == "models" ? part.firstIndex(of: "=").map(part.index(after:)) ?? part.endIndex : part.startIndex
            let file = part[start...]
            return file.contains("/") || file.contains(".")
                ? (String(part[..<start]), String(file)) : (String(part), nil)
        }
    }

    /// The name and value of `--name=value`, or the name of `--name`; nil for any other argument.
    private static func sides(_ argument: String) -> (name: String, value: Substring?)? {
        guard argument.hasPrefix("--") else { return nil }
        let sides = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(sides[0]), sides.count == 2 ? sides[1] : nil)
    }

    /// The same, after a check that the option is allowed. A value may begin with one dash, as a negative number does.
    private static func option(_ argument: String) throws(APIError) -> (name: String, value: Substring?)? {
        guard let sides = sides(argument) else { return nil }
        guard sides.name.first?.isLetter == true,
            sides.name.utf8.allSatisfy({
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || $0 == UInt8(ascii: "-")
            })
        else { throw APIError(.badParameter, "“\(argument)” is not an option; write --name value") }
        guard !reserved.contains(sides.name) else {
            throw APIError(
                .badParameter, "--\(sides.name) cannot be given to a job: the daemon chooses the run's folder")
        }
        return sides
    }

    /// Checks the value of an option, and notes whether it holds a path.
    private mutating func check(_ option: String, _ value: String) throws(APIError) {
        let paths = Self.parts(value, of: option).compactMap(\.path)
        guard paths.allSatisfy({ $0.hasPrefix("/") }) else {
            throw APIError(.badParameter, "--\(option) needs an absolute path in a job, not “\(value)”")
        }
        if !paths.isEmpty { optionWithPath = optionWithPath ?? option }
    }

    private static func checkHasPath(_ option: String?) throws(APIError) {
        guard let option, pathOptions.contains(option) else { return }
        throw APIError(.badParameter, "--\(option) needs a path")
    }
}
