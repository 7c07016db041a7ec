import Backbones
import Detection
import Testing

@testable import Benchmarks

@Suite struct DetectionBenchmarkTests {
    @Test func `the input is the picture at the model's size, and the network is a part of the whole`() throws {
        let model = DetectorModel(
            weights: FaceDetectorNetwork.initialWeights(seed: 1), longSide: 64, threshold: 0.5)
        let result = try DetectionBenchmark.run(model, width: 128, height: 96, threads: 1, seconds: 0)
        #expect((result.width, result.height, result.threads) == (128, 96, 1))
        // 64×48, padded to multiples of 32.
        #expect((result.inputWidth, result.inputHeight) == (64, 64))
        #expect(result.networkMilliseconds > 0 && result.milliseconds > 0)
    }
}
