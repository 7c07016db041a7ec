import API
import Client
import Foundation
import Options

enum BundleExport: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho bundle export", summary: "write all characters to a folder that another registry can import",
        discussion: """
            The folder holds a folder of images for each character, vectors and prototypes as safetensors, the rejections, the head and
            the calibration, and a manifest with the size and the hash of every file. The daemon writes it, as its own user and
            readable by no other user, while it goes on; it appears whole or not at all. For a copy of this registry, see aniwho
            backup create.

            With --without-pictures it writes a cast pack: names, aliases, series, vectors and prototypes, and nobody's pictures. Whoever
            has the same model can import it, and then knows the whole cast. Whoever has a picture and the model can tell whether its
            vector is in the pack.
            """,
        operands: [Operand("DIR", help: "where to write it; it must not exist")],
        options: [
            Option("without-pictures", help: "write a cast pack"),
            Option("name", "NAME", help: "with --without-pictures: the pack's name (default: that of DIR)"),
            Option("tag", "TAG", help: "with --without-pictures: only characters with this tag (default: all)"),
            Option("series", "SERIES", help: "with --without-pictures: only characters of this series (default: all)"),
            Option(
                "sign-key", "FILE", help: "with --without-pictures: sign the pack with this SSH key (default: unsigned)"
            ),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let folder = arguments.absolutePath("DIR")
        let isPack = arguments.flag("without-pictures")
        if !isPack, let option = ["name", "tag", "series", "sign-key"].first(where: { arguments[$0] != nil }) {
            throw arguments.misuse("--\(option) goes with --without-pictures")
        }
        let signing = try PackSigning(arguments)
        let request = WriteBundle.Request(
            folder: folder, pictures: !isPack, name: arguments["name"], tag: arguments["tag"],
            series: arguments["series"])
        let bundle = try console.following(
            WriteBundle.self, request, arguments.client,
            lost: "the daemon ended before the bundle was written; there is none at \(folder)")
        try signing?.sign(bundle.folder)
        if console.isJSON { return try console.print(json: bundle) }
        let contents =
            isPack
            ? "\(Show.count(bundle.vectors, "vector")) without pictures, \(signing == nil ? "not signed" : "signed")"
            : "\(Show.count(bundle.images, "image")), \(Show.count(bundle.rejections, "rejection"))"
                + (bundle.vectors > 0 ? ", \(Show.count(bundle.vectors, "vector")) of cast packs" : "")
        console.print(
            """
            wrote \(bundle.folder): \(Show.count(bundle.characters, "character")), \(contents), \(Show.bytes(bundle.bytes))
            enroll it elsewhere with: aniwho bundle import \(bundle.folder)
            """)
        if bundle.leftOut > 0 {
            console.warn(
                "\(Show.count(bundle.leftOut, "vector")) of cast packs left out: they are of a model that is not in use"
            )
        }
    }
}

enum BundleImport: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho bundle import", summary: "enroll what another registry has exported",
        discussion: """
            The daemon reads the folder, as its own user, and checks every file against the manifest. Then it enrolls everything in
            one transaction, or nothing. It takes over vectors of the model that answers, and embeds every picture again if they
            are another model's. It refuses characters that are enrolled already unless --merge is given.

            A cast pack has no pictures: it is taken in only if its model answers, and its characters are named by its vectors. You may
            enroll your own pictures beside. With --allowed-signers and --signer nothing is taken in that this signer has not signed.
            """,
        operands: [Operand("DIR", help: "the bundle")],
        options: [
            Option("merge", help: "add the images to characters that are enrolled already"),
            Option("settings", help: "also use the bundle's head and calibration"),
            Option(
                "allowed-signers", "FILE",
                help: "the keys of signers, as ssh-keygen reads them (default: no signature is demanded)"),
            Option("signer", "IDENTITY", help: "with --allowed-signers: who must have signed it"),
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let request = ReadBundle.Request(
            folder: arguments.absolutePath("DIR"), merge: arguments.flag("merge"),
            settings: arguments.flag("settings"), allowedSigners: try allowedSigners(arguments),
            signer: arguments["signer"])
        let bundle = try console.following(
            ReadBundle.self, request, arguments.client,
            lost: "the daemon ended before it said whether the bundle is enrolled; see aniwho audit")
        if console.isJSON { return try console.print(json: bundle) }
        let vectors = bundle.embedded == 0 ? "vectors taken over" : "\(bundle.embedded) embedded again"
        let packed = bundle.vectors > 0 ? ", \(Show.count(bundle.vectors, "vector")) without pictures" : ""
        console.print(
            "enrolled \(Show.count(bundle.characters, "character")) (\(bundle.created) new) with \(Show.count(bundle.images, "new image"))\(packed), \(vectors); \(Show.count(bundle.rejections, "rejection"))"
        )
        if let pack = bundle.pack {
            let signed = bundle.signer.map { ", signed by \($0)" } ?? ", its signature not checked"
            console.print("cast pack \(pack)\(signed); remove it with: aniwho packs remove \(pack)")
        }
        if bundle.leftOut > 0 {
            console.warn(
                "\(Show.count(bundle.leftOut, "vector")) of cast packs left out: another model made them, and there are no pictures to embed again"
            )
        }
        if bundle.duplicates > 0 {
            console.print("\(Show.count(bundle.duplicates, "image")) enrolled already; not stored twice")
        }
    }

    /// The text of the file that `--allowed-signers` names.
    private static func allowedSigners(_ arguments: Arguments) throws -> String? {
        guard let path = arguments["allowed-signers"] else {
            guard arguments["signer"] == nil else { throw arguments.misuse("--signer goes with --allowed-signers") }
            return nil
        }
        guard arguments["signer"] != nil else { throw arguments.misuse("--allowed-signers goes with --signer") }
        return try Failure.storing("read \(path)") { try String(contentsOf: URL(filePath: path), encoding: .utf8) }
    }
}
