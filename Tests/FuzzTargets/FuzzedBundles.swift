import API
import Foundation

@testable import Daemon

/// The manifest of a bundle or of a cast pack, and vectors: what anybody may have written. A zero byte ends the manifest.
enum FuzzedBundles {
    static func feed(_ bytes: [UInt8]) throws(BrokenPromise) {
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        let vectors = Data(parts.count > 1 ? Array(parts[1]) : [])
        try check(vectors, count: 2, width: 3)
        guard let manifest = try? BundleManifest(reading: Data(parts[0]), of: "/bundle") else { return }
        guard let written = try? JSON.encode(manifest),
            let again = try? BundleManifest(reading: written, of: "/bundle")
        else { throw BrokenPromise("a manifest that was read cannot be written and read again") }
        try BrokenPromise.check(again.files == manifest.files, "the files change when a manifest is written")
        let packed = manifest.characters.flatMap { $0.packed ?? [] }
        for one in packed {
            try BrokenPromise.check(
                (manifest.packs ?? []).indices.contains(one.pack), "vectors are of a cast pack that there is none of")
            try check(vectors, count: one.count, width: manifest.model.dimensions)
        }
        guard manifest.isPack else { return }
        let pictures = manifest.characters.reduce(manifest.rejections.count) { $0 + $1.images.count }
        try BrokenPromise.check(pictures == 0, "a cast pack has pictures")
        try BrokenPromise.check(packed.count == manifest.characters.count, "a character of a cast pack has no vectors")
    }

    private static func check(_ bytes: Data, count: Int, width: Int) throws(BrokenPromise) {
        guard let vectors = try? BundleVectors(bytes, of: "vectors", count: count, width: width) else { return }
        try BrokenPromise.check(vectors.rows.count == count, "other vectors than were asked for")
        for row in vectors.rows {
            try BrokenPromise.check(
                row.count == width && row.allSatisfy(\.isFinite), "a vector of another width, or not finite")
            try BrokenPromise.check(BundleVectors.stored(row).count == 4 * width, "a vector is stored otherwise")
        }
        // It says yes or no.
        _ = try? vectors.checkPrototype()
    }
}
