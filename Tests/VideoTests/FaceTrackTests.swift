import Foundation
import Geometry
import Testing

@testable import Video

/// Tracks of made-up boxes. A look is an angle: two faces that are 0.3 apart look alike, two that are 1.4 apart do not.
@Suite("Tracks of faces")
struct FaceTrackTests {
    private func face(_ left: Int, _ top: Int = 100, look: Double) -> SeenFace {
        guard let box = PixelBox(left, top, 100, 100) else { preconditionFailure("no box") }
        return SeenFace(box: box, embedding: [Float(cos(look)), Float(sin(look))])
    }

    /// The tracks' numbers for the faces of each picture.
    private func tracks(_ pictures: [[SeenFace]], cuts: Set<Int> = []) -> [[Int]] {
        var tracks = FaceTracks()
        return pictures.enumerated().map { tracks.add($1, frame: $0, beginsScene: cuts.contains($0)).tracks }
    }

    @Test func `a face that moves is one track`() {
        #expect(tracks([[face(0, look: 0)], [face(60, look: 0.1)], [face(400, look: 0.2)]]) == [[0], [0], [0]])
    }

    @Test func `two faces side by side are two tracks, in whatever order they are found`() {
        let (left, right) = (face(0, look: 0), face(300, look: 1.5))
        #expect(tracks([[left, right], [right, left], [left, right]]) == [[0, 1], [1, 0], [0, 1]])
    }

    @Test func `two faces that change places keep their tracks`() {
        #expect(
            tracks([[face(0, look: 0), face(300, look: 1.5)], [face(300, look: 0.1), face(0, look: 1.4)]])
                == [[0, 1], [0, 1]])
    }

    @Test func `another face in the same place is another track`() {
        #expect(tracks([[face(0, look: 0)], [face(0, look: 1.5)]]) == [[0], [1]])
    }

    /// A distance of 0.9: too far elsewhere, near enough in the same place.
    @Test func `a face that turned is followed only where it was`() {
        let turned = 2 * asin(0.45)
        #expect(tracks([[face(0, look: 0)], [face(20, look: turned)]]) == [[0], [0]])
        #expect(tracks([[face(0, look: 0)], [face(500, look: turned)]]) == [[0], [1]])
    }

    @Test func `a cut ends all tracks`() {
        var tracks = FaceTracks()
        _ = tracks.add([face(0, look: 0), face(300, look: 1.5)], frame: 0, beginsScene: false)
        let after = tracks.add([face(0, look: 0)], frame: 1, beginsScene: true)
        #expect(after.ended.map(\.id) == [0, 1] && after.tracks == [2])
    }

    @Test func `a face may be missing in two pictures, not in three`() {
        var tracks = FaceTracks()
        let here = face(0, look: 0)
        var found: [[Int]] = []
        for (frame, faces) in [[here], [], [], [here], [], [], [], [here]].enumerated() {
            let result = tracks.add(faces, frame: frame, beginsScene: false)
            found.append(result.tracks)
            if let ended = result.ended.first {
                #expect(frame == 7 && (ended.first, ended.last, ended.count) == (0, 3, 2))
            }
        }
        #expect(found == [[0], [], [], [0], [], [], [], [1]])
    }

    @Test func `the best pair is linked first`() {
        // Both faces may continue the track, and the second one lies where it was.
        let places = tracks([[face(0, look: 0)], [face(150, look: 0.3), face(5, look: 0)]])
        #expect(places == [[0], [1, 0]])
    }

    @Test func `tracks that were written down go on as before`() throws {
        var tracks = FaceTracks()
        _ = tracks.add([face(0, look: 0.1), face(300, look: 1.5)], frame: 0, beginsScene: false)
        var again = try JSONDecoder().decode(FaceTracks.self, from: JSONEncoder().encode(tracks))
        #expect(again == tracks)
        let next = [face(310, look: 1.3), face(800, look: 0.7)]
        #expect(
            again.add(next, frame: 1, beginsScene: false).tracks
                == tracks.add(next, frame: 1, beginsScene: false).tracks)
        #expect(again == tracks)
    }
}
