import API
import Client
import Foundation
import Options

enum DetectorsList: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho detectors list", summary: "list the face detectors in the registry")

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let detectors = try arguments.client.entries(ListDetectors.self)
        if console.isJSON { return try console.print(json: detectors) }
        guard !detectors.isEmpty else {
            return console.print(
                "there are no detectors, so every picture is taken whole; import one: aniwho detectors import FILE")
        }
        var table = TextTable(
            ("NAME", .left), ("IN USE", .left), ("THRESHOLD", .right), ("LONG SIDE", .right), ("SIZE", .right),
            ("ADDED", .left))
        for detector in detectors {
            table.add(
                detector.name, detector.active ? "yes" : "", Show.decimal(detector.threshold, 2),
                String(detector.longSide), Show.bytes(detector.bytes), detector.addedAt.ISO8601Format())
        }
        console.print(table)
    }
}

enum DetectorsImport: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho detectors import", summary: "put a face detector's file into the registry",
        operands: [Operand("FILE", help: "the model.safetensors of aniwho train-detector's folder")],
        options: [Option("name", "N", help: "the name to give it")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let detector = try arguments.client.call(
            ImportDetector.self, .init(name: try arguments.required("name"), file: arguments.word("FILE")))
        if console.isJSON { return try console.print(json: detector) }
        console.print("imported \(detector.name); use it with: aniwho detectors use \(detector.name)")
    }
}

enum DetectorsUse: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho detectors use", summary: "find faces with another detector from now on",
        discussion: "The boxes of enrolled images stay as they are. To go back: aniwho detectors rollback.",
        operands: [.detector])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let detector = try arguments.client.call(UseDetector.self, arguments.named)
        if console.isJSON { return try console.print(json: detector) }
        console.print("\(detector.name) finds the faces now")
    }
}

enum DetectorsRollback: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho detectors rollback", summary: "go back to the former detector",
        discussion: "A second rollback undoes the first.")

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let detector = try arguments.client.call(RollBackDetector.self)
        if console.isJSON { return try console.print(json: detector) }
        console.print("\(detector.name) finds the faces again")
    }
}

enum DetectorsRemove: AsksDaemon, AsksBeforeChange {
    static let declaration = Declaration(
        name: "aniwho detectors remove", summary: "remove a face detector and its file", operands: [.detector])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let request = arguments.named
        try console.confirm(arguments) { "Remove the detector \(request.name)?" }
        let detector = try arguments.client.call(RemoveDetector.self, request)
        if console.isJSON { return try console.print(json: detector) }
        console.print("removed \(detector.name)")
    }
}

extension Operand {
    fileprivate static let detector = Operand("NAME", help: "the detector's name, as aniwho detectors list shows it")
}
