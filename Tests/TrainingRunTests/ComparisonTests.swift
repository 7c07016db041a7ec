import Foundation
import Synchronization
import Testing

@testable import Training

/// A comparison's grid, and how it goes on, with cells that only pretend to train.
@Suite struct ComparisonTests {
    @Test func `the paper's grid is its sixty runs, each with a folder of its own`() {
        let cells = ComparisonGrid().cells
        #expect(cells.count == 60 && Set(cells.map(\.slug)).count == 60)
        #expect(cells.first?.slug == "inception_v3-none-b32-d0.2" && cells.last?.slug == "efficientnet_b7-all-b16-d0.8")
        let own = ComparisonGrid(
            models: [.init(architecture: "resnet10", weights: "/w")], batches: [8],
            fineTunes: [.top(layers: 20), .top(layers: 2)], dropouts: [0, 0.25])
        #expect(
            own.cells.map(\.slug) == [
                "resnet10-top20-b8-d0.0", "resnet10-top20-b8-d0.25", "resnet10-top2-b8-d0.0", "resnet10-top2-b8-d0.25",
            ])
    }

    @Test func `a cell becomes the transfer training of its settings`() throws {
        var settings = ComparisonSettings(
            grid: .init(models: [.init(architecture: "mobilenetv2", weights: "/w")]), data: ["/d"], epochs: 7, views: 3,
            seed: 5, threads: 2, prototypes: .init(model: "", shots: []))
        (settings.sources, settings.skipBad) = ("/s", true)
        let cell = ComparisonCell(model: "mobilenetv2", fineTune: .none, batch: 16, dropout: 0.5)
        let run = settings.configuration(cell, features: "/f")
        guard case .transfer(let transfer) = run.objective else { throw TrainingError(.badInput, "another kind") }
        #expect(transfer.batch == 16 && transfer.dropout == 0.5 && transfer.fineTune == .none && transfer.newHead)
        #expect(transfer.views == 3 && transfer.featureCache == "/f" && transfer.split == TransferSettings.Split())
        #expect(run.weights == "/w" && run.epochs == 7 && run.seed == 5 && run.data.sources == "/s" && run.data.skipBad)
        let tuned = settings.configuration(
            .init(model: "mobilenetv2", fineTune: .all, batch: 16, dropout: 0.5), features: "/f")
        guard case .transfer(let transfer) = tuned.objective else { throw TrainingError(.badInput, "another kind") }
        #expect(transfer.featureCache == nil && tuned.epochs == 7)
        settings.fineTunedEpochs = 2
        #expect(
            settings.configuration(
                .init(model: "mobilenetv2", fineTune: .all, batch: 16, dropout: 0.5), features: "/f"
            ).epochs == 2)
    }

    @Test func `finished cells are not run again, failed ones are recorded and tried again`() async throws {
        let bench = try await ComparisonBench()
        let results = try await bench.begin { slug in
            slug.hasSuffix("d0.5") ? TrainingError(.diverged, "the loss is no number") : nil
        }
        #expect(results.runs.map(\.status) == [.finished, .failed, .finished])
        #expect(results.runs[1].message == "the loss is no number" && results.runs[1].result == nil)
        #expect(bench.trained == ["resnet10-none-b8-d0.2", "resnet10-none-b8-d0.5", "resnet10-none-b8-d0.8"])
        #expect(bench.published.map { $0.runs.count { $0.status != .notRun } } == [0, 1, 2, 3])

        let all = try await bench.resume()
        #expect(bench.trained == ["resnet10-none-b8-d0.5"] && all.runs.allSatisfy { $0.status == .finished })
        #expect(all.settings == results.settings && abs(all.begun.timeIntervalSince(results.begun)) < 1)
    }

    @Test func `an interrupted grid goes on with the cell that was at work`() async throws {
        let bench = try await ComparisonBench()
        let error = await #expect(throws: TrainingError.self) {
            _ = try await bench.begin { slug in
                slug.hasSuffix("d0.5") ? TrainingError(.interrupted, "stopped in epoch 2") : nil
            }
        }
        #expect(error?.code == .interrupted)
        #expect(
            error?.message
                == "stopped in epoch 2\n1 of 3 runs are finished. Continue with aniwho compare --resume \(bench.folder)."
        )
        _ = try await bench.resume()
        #expect(bench.trained == ["resnet10-none-b8-d0.5", "resnet10-none-b8-d0.8"])
    }

    @Test func `a full disk ends the grid`() async throws {
        let bench = try await ComparisonBench()
        let error = await #expect(throws: TrainingError.self) {
            _ = try await bench.begin { _ in TrainingError(.storage, "no space left") }
        }
        #expect(error?.code == .storage && bench.trained.count == 1)
    }

    @Test func `results survive their file, and the best is chosen on the validation pictures`() async throws {
        let bench = try await ComparisonBench()
        let results = try await bench.begin()
        let read = try ComparisonFolder.read(ComparisonResults.self, from: .results, in: bench.folder)
        #expect(read.runs == results.runs && read.settings == results.settings && read.pictures == results.pictures)
        #expect(read.best == results.best && abs(read.begun.timeIntervalSince(results.begun)) < 1)
        #expect(read.runs.allSatisfy { $0.result?.predictions.isEmpty == true })
        #expect(read.pictures.test == 10 && read.pictures.images == 100)
        // The last is best on the test, the first on the validation pictures.
        #expect(results.bestRun()?.cell.dropout == 0.2 && results.best?.cell.dropout == 0.2)
        let best = try #require(read.best)
        #expect(best.confusion == [.init(label: 0, told: 0, images: 1), .init(label: 0, told: 1, images: 2)])
        #expect(best.mistakes.map(\.probability) == [0.9, 0.6] && best.mistakes[1].thumbnail == nil)
        let thumbnail = try #require(best.mistakes[0].thumbnail)
        #expect(thumbnail.starts(with: [0xFF, 0xD8]))
    }
}
