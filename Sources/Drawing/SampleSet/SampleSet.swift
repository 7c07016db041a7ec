import Foundation
import Platform

/// Pictures of a cast, in folders that `aniwho` can enroll.
public struct SampleSet: Sendable {
    private let options: SampleOptions

    public init(_ options: SampleOptions) { self.options = options }

    /// Draws and writes every picture. `written` is called for each complete character, from any thread.
    ///
    /// - Throws: `SampleError`: `outputNotEmpty` without `force`, `unwritable`, `drawing`. Files that were written before the error stay.
    public func write(written: @escaping @Sendable (String) -> Void = { _ in }) async throws {
        try prepare()
        guard options.scenes == 0 else { return try await writeScenes() }
        let split = options.ask > 0 || options.strangers > 0
        let enroll = split ? "\(options.output)/enroll" : options.output
        try await inParallel(options.characters) { index in
            let name = CharacterName.name(seed: options.seed, index: index)
            try draw(index: index, images: 0..<options.images, into: "\(enroll)/\(name)")
            if options.ask > 0 {
                try draw(
                    index: index, images: options.images..<options.images + options.ask,
                    into: "\(options.output)/ask/\(name)")
            }
            written(name)
        }
        guard options.strangers > 0 else { return }
        let strangers = "\(options.output)/strangers"
        try makeFolder(strangers)
        try await inParallel(options.strangers) { number in
            let portrait = Portrait(seed: options.seed, index: options.characters + number, image: 0)
            try portrait.rendered(size: options.size).writePNG(to: "\(strangers)/\(number + 1).png")
        }
    }

    /// `scene_1.png` and so on; the boxes of the faces go to `boxes.json`, those of faces that are mostly cut off to `ignored.json`.
    private func writeScenes() async throws {
        try await inParallel(options.scenes) { number in
            let raster = try Scene(seed: options.seed, number: number).rendered(size: options.size)
            try raster.writePNG(to: "\(options.output)/\(Self.sceneName(number))")
        }
        let scenes = (0..<options.scenes).map { Scene(seed: options.seed, number: $0) }
        try write(scenes.map { $0.boxes(size: options.size) }, to: "boxes.json")
        try write(scenes.map { $0.mostlyHidden(size: options.size) }, to: "ignored.json")
    }

    private static func sceneName(_ number: Int) -> String { "scene_\(number + 1).png" }

    private func write(_ boxes: [[[Double]]], to name: String) throws {
        let named = Dictionary(uniqueKeysWithValues: boxes.enumerated().map { (Self.sceneName($0), $1) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let path = "\(options.output)/\(name)"
        do { try encoder.encode(named).write(to: URL(filePath: path)) } catch {
            throw SampleError(.unwritable, "\(path) could not be written: \(SystemReason.text(error)).")
        }
    }

    private func prepare() throws(SampleError) {
        let files = FileManager.default
        var isFolder: ObjCBool = false
        if unsafe files.fileExists(atPath: options.output, isDirectory: &isFolder) {
            guard isFolder.boolValue else {
                throw SampleError(.unwritable, "\(options.output) is a file. Name a folder to write into.")
            }
            let present = (try? files.contentsOfDirectory(atPath: options.output)) ?? []
            guard present.isEmpty || options.force else {
                throw SampleError(
                    .outputNotEmpty,
                    "\(options.output) is not empty. Name another folder, or add --force to write beside and over what is there."
                )
            }
        }
        try makeFolder(options.output)
    }

    private func makeFolder(_ path: String) throws(SampleError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw SampleError(
                .unwritable,
                "The folder \(path) could not be made: \(SystemReason.text(error)). Check its parent's permissions.")
        }
    }

    private func draw(index: Int, images: Range<Int>, into folder: String) throws(SampleError) {
        try makeFolder(folder)
        for image in images {
            let raster = try Portrait(seed: options.seed, index: index, image: image).rendered(size: options.size)
            try raster.writePNG(to: "\(folder)/\(image - images.lowerBound + 1).png")
        }
    }

    /// Runs `work` for 0 ..< `count` on all processors.
    private func inParallel(_ count: Int, _ work: @escaping @Sendable (Int) throws -> Void) async throws {
        let workers = min(count, ProcessInfo.processInfo.activeProcessorCount)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    for index in stride(from: worker, to: count, by: workers) {
                        try Task.checkCancellation()
                        try work(index)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
