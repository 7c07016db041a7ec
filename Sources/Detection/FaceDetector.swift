import Backbones
import Geometry
public import Imaging
import NeuralNetwork
import Synchronization

/// Finds the faces in a picture. Calls from several threads run one after the other.
public final class FaceDetector: Sendable {
    public let model: DetectorModel
    private let longSide: Int
    private let threads: Int
    private let state = Mutex(State())

    private struct State {
        /// The plans of the last few shapes of pictures, the latest last. A plan takes one call at a time.
        var plans: [InferencePlan] = []
        var lastUse = ContinuousClock.now
    }

    /// Pictures have few shapes in a row, and a plan's buffers are large: 25 MB.
    private static let keptPlans = 2
    /// The lowest score of a candidate that measurements ask for.
    static let lowestScore = 0.02

    /// - Parameters:
    ///   - longSide: the long side that pictures are resized to, in pixels; nil for the model's.
    ///   - threads: the number of threads that share the work of one call.
    public init(model: DetectorModel, longSide: Int? = nil, threads: Int) {
        self.model = model
        self.longSide = longSide ?? model.longSide
        self.threads = threads
    }

    /// The faces in a picture, the largest first. Of equal size the one with the higher score comes first.
    /// - Parameter threshold: the lowest score; nil for the model's.
    public func faces(in image: Image, threshold: Double? = nil) -> [DetectedFace] {
        let box = Letterbox(imageWidth: image.width, imageHeight: image.height, longSide: longSide)
        let pixels = DetectorInput.values(of: [box.apply(image)])
        let maps = state.withLock { state in
            defer { state.lastUse = .now }
            return plan(box, &state.plans).run(pixels)
        }
        let found = FaceCandidates(
            maps, width: box.width, threshold: min(max(threshold ?? model.threshold, Self.lowestScore), 0.999))
        // The box of noise may lie outside the picture altogether.
        return found.candidates.compactMap { candidate -> DetectedFace? in
            let inside = box.inPicture(candidate.box).clipped(width: Double(image.width), height: Double(image.height))
            guard inside.area > 0 else { return nil }
            return DetectedFace(
                box: PixelBox(inside, imageWidth: image.width, imageHeight: image.height), score: candidate.score)
        }.sorted { ($0.box.area, $0.score) > ($1.box.area, $1.score) }
    }

    /// Gives back the memory of plans if no picture was looked at for so long. The next picture makes a plan again, in some milliseconds.
    public func rest(after idle: Duration) {
        state.withLock { state in
            if state.lastUse + idle < .now { state.plans = [] }
        }
    }

    private func plan(_ box: Letterbox, _ plans: inout [InferencePlan]) -> InferencePlan {
        let place = plans.firstIndex { $0.input.height == box.height && $0.input.width == box.width }
        let plan: InferencePlan
        if let place {
            plan = plans.remove(at: place)
        } else {
            if plans.count == Self.keptPlans { plans.removeFirst() }
            plan = makePlan(box)
        }
        plans.append(plan)
        return plan
    }

    private func makePlan(_ box: Letterbox) -> InferencePlan {
        do throws(NetworkError) {
            return try InferencePlan(
                FaceDetectorNetwork.graph(height: box.height, width: box.width), weights: model.weights,
                taps: FaceDetectorNetwork.levels.map(\.tap), reading: .maps, chunk: 1, threads: threads)
        } catch { preconditionFailure("the weights were checked before: \(error.message)") }
    }
}
