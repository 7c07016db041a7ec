import API
import Foundation
import Synchronization

/// Writes events to standard error, one line each, as text or as JSON.
public final class Log: Sendable {
    public enum Level: Int, Sendable, CaseIterable, Comparable {
        case debug, info, warning, error
        public static func < (first: Level, second: Level) -> Bool { first.rawValue < second.rawValue }
        public var name: String { String(describing: self) }

        /// The level of an answer with this status: an error when the daemon is the cause, not its client.
        static func of(status: Int, otherwise level: Level) -> Level { [500, 507].contains(status) ? .error : level }

        public init?(name: String) {
            guard let level = Level.allCases.first(where: { $0.name == name }) else { return nil }
            self = level
        }
    }

    public enum Format: String, Sendable, CaseIterable { case text, json }

    private struct Settings { var threshold: Level; var format: Format }
    /// Also held while a line is written, so that lines do not mix.
    private let settings: Mutex<Settings>
    /// By kind, when the last line of ``writeSeldom(_:_:kind:_:at:)`` was written, and how many were left out since.
    private let seldom = Mutex<[String: (written: ContinuousClock.Instant, leftOut: Int)]>([:])

    /// The shortest time between two lines of a kind.
    private static let interval = Duration.seconds(10)

    public init(threshold: Level, format: Format) {
        settings = Mutex(Settings(threshold: threshold, format: format))
    }

    /// Changes the settings for the lines from now on.
    func change(threshold: Level, format: Format) {
        settings.withLock { $0 = Settings(threshold: threshold, format: format) }
    }

    public func write(_ level: Level, _ event: String, _ fields: [String: String] = [:]) {
        let current = settings.withLock { $0 }
        guard level >= current.threshold else { return }
        var line = Self.line(level, event, fields, current.format)
        line.append(UInt8(ascii: "\n"))
        settings.withLock { _ in try? FileHandle.standardError.write(contentsOf: line) }
    }

    /// Writes an event that clients can cause at will, so that they cannot fill the disk: at most one line of a kind in ten seconds. The
    /// next line of the kind says how many were left out. At level debug every event is written.
    func writeSeldom(
        _ level: Level, _ event: String, kind: String, _ fields: [String: String],
        at now: ContinuousClock.Instant = .now
    ) {
        guard settings.withLock({ $0.threshold }) > .debug else { return write(level, event, fields) }
        guard let leftOut = leftOut(kind, at: now) else { return }
        write(level, event, leftOut > 0 ? fields.merging(["left_out": String(leftOut)]) { $1 } : fields)
    }

    /// - Returns: how many events of a kind were left out since its last line; nil when this one is left out too.
    func leftOut(_ kind: String, at now: ContinuousClock.Instant) -> Int? {
        seldom.withLock { seldom in
            if let last = seldom[kind], now - last.written < Self.interval {
                seldom[kind] = (last.written, last.leftOut + 1)
                return nil
            }
            return (seldom.updateValue((now, 0), forKey: kind))?.leftOut ?? 0
        }
    }

    private static func line(_ level: Level, _ event: String, _ fields: [String: String], _ format: Format) -> Data {
        let time = Date().ISO8601Format(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        switch format {
        case .json:
            let all = fields.merging(["time": time, "level": level.name, "event": event]) { $1 }
            return (try? JSON.encode(all)) ?? Data()
        case .text:
            let pairs = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted($0.value))" }
            return Data("\(time) \(level.name) \(event)\(pairs.joined())".utf8)
        }
    }

    /// The value in quotes, unless it is one plain word, so that no value can look like another field or event.
    private static func quoted(_ value: String) -> String {
        let plain = value.unicodeScalars.allSatisfy { $0.value > 32 && $0 != "\"" && $0 != "=" && $0.value != 127 }
        guard !plain || value.isEmpty else { return value }
        let escaped = value.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case _ where scalar.value < 32 || scalar.value == 127: "\\u{\(String(scalar.value, radix: 16))}"
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
