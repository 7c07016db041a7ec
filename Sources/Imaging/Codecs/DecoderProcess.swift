import Foundation
import Platform

/// Decodes a picture in a process of its own, which can reach neither files nor the network, and has bounds on memory and time.
///
/// The decoders of most formats are large libraries that read what strangers made. Whatever goes wrong in one of them, only this picture is
/// affected.
struct DecoderProcess: Sendable {
    /// The path of `aniwho-decode`.
    let program: String
    /// The most time of the processor that one picture may take, in seconds.
    var seconds = 10
    /// The longest wait for a picture. It is longer than the time of the processor, because other processes may be busy.
    var patience = Duration.seconds(60)

    static let name = "aniwho-decode"

    /// The decoder that belongs to the running program: beside it, or in `libexec/aniwho` beside its folder.
    /// - Throws: `ImagingError` with `noDecoder` if it is in neither place.
    static func standard() throws(ImagingError) -> DecoderProcess {
        guard let found else {
            throw ImagingError(
                .noDecoder,
                "the program \(name), which decodes pictures other than PNG, JPEG and WebP, is missing. Install AniWho again"
            )
        }
        return DecoderProcess(program: found)
    }

    private static let found: String? = {
        let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let places = [folder.appending(path: name), folder.appending(path: "../libexec/aniwho/\(name)")]
        return places.map(\.path).first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// Decodes a file. The calling thread waits for it.
    /// - Parameters:
    ///   - decoder: the name of the decoder: a format's, or `apng`.
    ///   - frames: the most frames to return.
    /// - Throws: `ImagingError`.
    func decode(
        _ bytes: [UInt8], by decoder: String, format: ImageFormat, limits: ImageLimits, frames: Int
    ) throws(ImagingError) -> DecoderReply {
        let run = try start([decoder, String(limits.pixels), String(frames), String(seconds)], input: bytes)
        do throws(ImagingError) {
            let reply = try DecoderReply(limits: limits, mostFrames: frames) { count throws(ImagingError) in
                guard let bytes = run.read(count) else { throw Self.noReply }
                return bytes
            }
            run.end()
            return reply
        } catch {
            let ending = run.end()
            throw error == Self.noReply ? failure(ending, format) : error
        }
    }

    private func start(_ arguments: [String], input bytes: [UInt8]) throws(ImagingError) -> ChildReader {
        do throws(POSIXError) {
            return try .filter(program, arguments, input: bytes, deadline: .now + patience)
        } catch {
            throw ImagingError(.decoderFailed, "cannot start \(program): \(SystemReason.text(error))")
        }
    }

    private static let noReply = ImagingError(.decoderFailed, "the decoder ended without a reply")

    private func failure(_ ending: ChildReader.Ending, _ format: ImageFormat) -> ImagingError {
        let what =
            switch ending {
            case .late: "took more than \(patience.components.seconds) seconds"
            case .killed(SIGXCPU): "took more than \(seconds) seconds of the processor's time"
            case .killed(SIGKILL): "was killed: there is not enough memory"
            case .killed(let signal): "crashed (signal \(signal))"
            case .exited(let status): "ended without a picture (status \(status))"
            }
        return ImagingError(.decoderFailed, "the decoder of this \(format.name) picture \(what). Save it as PNG")
    }
}
