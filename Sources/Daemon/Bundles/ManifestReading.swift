import API
import FewShot
import Foundation
import Registry

/// Reads a manifest, which anybody may have written.
extension BundleManifest {
    /// The versions that this program reads, by format.
    private static let versions: [String: ClosedRange<Int64>] = [format: 1...2, packFormat: 1...1]
    /// The most cast packs in a bundle, the most vectors of one character in a file, and the widest vectors.
    private static let (mostPacks, mostVectors, greatestWidth) = (10_000, 100_000, 65_536)

    /// - Parameter folder: of the bundle, for messages.
    /// - Throws: `bad_bundle`.
    init(reading bytes: Data, of folder: String) throws(APIError) {
        let head: JSONValue
        do { head = try JSON.decode(JSONValue.self, from: bytes) } catch {
            throw APIError(.badBundle, "cannot read \(Self.name): \(error.message)")
        }
        guard let versions = Self.versions[head["format"]?.string ?? ""] else {
            throw APIError(.badBundle, "\(folder) is not a bundle: its manifest has another format")
        }
        guard let version = head["version"]?.integer, versions.contains(version) else {
            throw APIError(
                .badBundle,
                "the bundle has version \(head["version"]?.integer.map { String($0) } ?? "none"), but this program reads versions up to \(versions.upperBound)"
            )
        }
        do { self = try JSON.decode(BundleManifest.self, from: bytes) } catch {
            throw APIError(.badBundle, "cannot read \(Self.name): \(error.message)")
        }
        try check()
        try checkPacks()
    }

    private func check() throws(APIError) {
        var names: Set<String> = []
        for character in characters {
            guard names.insert(character.name).inserted else {
                throw APIError(.badBundle, "\(Self.name) names \(character.name) twice")
            }
            guard (character.vectors == nil) == character.images.isEmpty else {
                throw APIError(
                    .badBundle,
                    "\(Self.name): \(character.name) has images without vectors or vectors without images")
            }
        }
        for rejection in rejections where !names.contains(rejection.character) {
            throw APIError(
                .badBundle, "\(Self.name) has a rejection for \(rejection.character), but no such character")
        }
        guard (rejectionVectors == nil) == rejections.isEmpty else {
            throw APIError(
                .badBundle, "\(Self.name) has rejections without vectors or vectors without rejections")
        }
        guard HeadKind(rawValue: head) != nil, falseAccept.map(RunCalibration.rates.contains) ?? true
        else {
            throw APIError(
                .badBundle, "\(Self.name): this version does not know its head or its false_accept")
        }
    }

    /// Checks the cast packs and the numbers of their vectors, before anything is computed from them.
    private func checkPacks() throws(APIError) {
        let packs = packs ?? []
        guard packs.count <= Self.mostPacks else {
            throw APIError(.badBundle, "\(Self.name) has \(packs.count) cast packs; at most \(Self.mostPacks) are read")
        }
        for pack in packs {
            do { _ = try Registry.packName(pack.name) } catch {
                throw APIError(.badBundle, "\(Self.name): \(error.message)")
            }
            guard isPack ? pack.sha256 == nil : pack.sha256.map(Self.isHash) ?? false else {
                throw APIError(.badBundle, "\(Self.name): the hash of the cast pack \(pack.name) is missing or none")
            }
        }
        let packed = characters.flatMap { character in (character.packed ?? []).map { (character.name, $0) } }
        for (name, vectors) in packed
        where !packs.indices.contains(vectors.pack) || !(1...Self.mostVectors).contains(vectors.count) {
            throw APIError(
                .badBundle,
                "\(Self.name): \(name) has \(vectors.count) vectors of cast pack \(vectors.pack); there are \(packs.count) cast packs, and a file holds 1 to \(Self.mostVectors) vectors"
            )
        }
        guard (1...Self.greatestWidth).contains(model.dimensions) else {
            throw APIError(.badBundle, "\(Self.name): a model has no vectors of width \(model.dimensions)")
        }
        guard isPack else { return }
        guard packs.count == 1, rejections.isEmpty,
            characters.allSatisfy({ $0.images.isEmpty && $0.packed?.count == 1 })
        else {
            throw APIError(
                .badBundle,
                "\(Self.name): a cast pack has one name, vectors for each character, and neither pictures nor rejections"
            )
        }
    }

    private static func isHash(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
