import Backbones
package import Detection
import Imaging
package import NeuralNetwork
import Randomness
import Timing

/// How long it takes to find the faces in a picture.
package struct DetectionBenchmark: Sendable, Codable, Equatable {
    /// The picture, in pixels.
    package let width, height: Int
    /// What the network takes of it, in pixels.
    package let inputWidth, inputHeight: Int
    package let threads: Int
    /// The median of resizing, the network and choosing the boxes.
    package let milliseconds: Double
    /// The median of the network alone.
    package let networkMilliseconds: Double

    /// Measures each for about `seconds`, at least five runs, after one that is not measured. The picture is noise, in blocks of a few pixels.
    /// - Throws: `NetworkError` if the network cannot be planned.
    package static func run(
        _ model: DetectorModel, width: Int, height: Int, threads: Int, seconds: Double = 3
    ) throws(NetworkError) -> DetectionBenchmark {
        var random = SplitMix64(seed: 1)
        let part = (0..<(width / 8 + 1) * (height / 8 + 1) * 3).map { _ in UInt8(random.next() & 255) }
        let image = Image(width: width / 8 + 1, height: height / 8 + 1, pixels: part).resized(
            width: width, height: height)
        let detector = FaceDetector(model: model, threads: threads)
        let box = Letterbox(imageWidth: width, imageHeight: height, longSide: model.longSide)
        let graph = FaceDetectorNetwork.graph(height: box.height, width: box.width)
        let plan = try InferencePlan(
            graph, weights: graph.initialWeights(seed: 1), taps: FaceDetectorNetwork.levels.map(\.tap), reading: .maps,
            chunk: 1, threads: threads)
        let pixels = DetectorInput.values(of: [box.apply(image)])
        return DetectionBenchmark(
            width: width, height: height, inputWidth: box.width, inputHeight: box.height, threads: threads,
            milliseconds: Stopwatch.medianMilliseconds(seconds: seconds) { _ = detector.faces(in: image) },
            networkMilliseconds: Stopwatch.medianMilliseconds(seconds: seconds) { _ = plan.run(pixels) })
    }
}
