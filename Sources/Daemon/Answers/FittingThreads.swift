import Foundation
import Imaging

/// Decodes a small picture on the thread that asks, a large one on those for long work, and one that a process of its own decodes on those
/// that wait for such processes.
enum FittingThreads {
    /// A picture beyond these limits takes long to decode: about 50 ms for a million pixels of an unfavorable PNG file.
    private static let short = ImageLimits(bytes: 1 << 20, pixels: 2_000_000)

    /// Decodes a file within limits, and does with it what its caller wants.
    ///
    /// It returns its error, because Swift 6.3's optimizer breaks a typed error that crosses from here to a task group.
    static func decode<T: Sendable>(
        _ bytes: Data, _ work: @Sendable @escaping (ImageLimits) throws(ImagingError) -> T
    ) async -> Result<T, ImagingError> {
        func attempt(_ limits: ImageLimits) -> Result<T, ImagingError> {
            Result { () throws(ImagingError) in try work(limits) }
        }
        if ImageFormat.detect([UInt8](bytes.prefix(256)))?.isDecodedApart == true {
            return await withTaskExecutorPreference(WorkThreads.decoders) { attempt(.standard) }
        }
        let first = attempt(short)
        guard case .failure(let error) = first, error.code == .tooManyPixels || error.code == .tooLarge else {
            return first
        }
        return await withTaskExecutorPreference(WorkThreads.long) { attempt(.standard) }
    }
}
