import API
import Foundation
import Testing

@testable import CommandLine

/// Which pictures a training of a LoRA gets.
@Suite struct LoRASelectionTests {
    private func image(_ id: Int64, _ side: Int) -> EnrolledImage {
        EnrolledImage(
            id: id, character: "Rei", sha256: String(repeating: "0", count: 64), format: "png", bytes: 1, width: side,
            height: side, source: "", addedAt: Date(timeIntervalSince1970: 0))
    }

    @Test func `of near duplicates the largest stays, and the cap takes the largest`() {
        let images = [image(1, 10), image(2, 30), image(3, 30), image(4, 20), image(5, 5)]
        let pairs = [(1, 4), (4, 2), (3, 2)].map { NearDuplicates(first: $0, second: $1, distance: 0) }
        let all = LoRASelection(images, nearDuplicates: pairs, most: nil)
        // 4 and 3 are nearly the same as 2; 1 is nearly the same as 4, which is not chosen.
        #expect(all.images.map(\.id) == [2, 1, 5] && all.duplicates == 2 && all.surplus == 0)
        let two = LoRASelection(images, nearDuplicates: pairs, most: 2)
        #expect(two.images.map(\.id) == [2, 1] && two.duplicates == 2 && two.surplus == 1)
    }

    @Test func `a caption has no comma but between its parts`() {
        let now = Date(timeIntervalSince1970: 0)
        let rei = CharacterSummary(
            id: 1, name: "Rei, the first", series: "", images: 1, tags: ["blue hair", "pilot"], createdAt: now,
            updatedAt: now)
        #expect(LoRASelection.caption(rei) == "Rei the first, blue hair, pilot")
    }
}
