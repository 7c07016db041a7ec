import FewShot

/// The classes in each part of a run's data, with their numbers of pictures. The run folder keeps it as `split.json`.
struct RunSplit: Codable, Equatable {
    struct Part: Codable, Equatable {
        let name: String
        let images: Int
    }

    let training, validation, test: [Part]

    static func parts(_ data: ClassFolders) -> [Part] {
        data.classes.map { .init(name: $0.name, images: $0.images.count) }
    }

    /// How this split differs from an earlier one; nil if it does not.
    func difference(from other: RunSplit) -> String? {
        for (part, now, then) in [
            ("training", training, other.training), ("validation", validation, other.validation),
            ("test", test, other.test),
        ] where now != then {
            let (names, earlier) = (now.map(\.name), then.map(\.name))
            if names != earlier { return "the \(part) classes were \(earlier.count) and are \(names.count), or others" }
            if let (a, b) = zip(now, then).first(where: { $0 != $1 }) {
                return "\(a.name) had \(b.images) pictures and has \(a.images)"
            }
        }
        return nil
    }
}
