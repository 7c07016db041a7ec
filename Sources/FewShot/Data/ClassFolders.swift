import Foundation

/// A data set of class folders: each class is a folder with its pictures.
public struct ClassFolders: Sendable, Equatable {
    public struct Class: Sendable, Equatable {
        /// The folder's name, or its name in a class list.
        public let name: String
        /// The paths of its pictures, sorted by name with numbers in numeric order.
        public let images: [String]

        public init(name: String, images: [String]) {
            self.name = name
            self.images = images
        }
    }

    /// Sorted by name. Folders without pictures are left out.
    public let classes: [Class]

    /// Reads a folder of class folders, or easyfsl's JSON class list if the path ends in `.json`.
    /// - Throws: ``DataSetError`` if it cannot be read or has no class with a picture.
    public init(path: String) throws(DataSetError) {
        if path.lowercased().hasSuffix(".json") {
            try self.init(list: path)
        } else {
            try self.init(folder: path)
        }
    }

    /// Reads several data sets. A class that is in more than one gets the pictures of all.
    /// - Throws: ``DataSetError`` as for one.
    public init(paths: [String]) throws(DataSetError) {
        var images: [String: [String]] = [:]
        for path in paths {
            for group in try ClassFolders(path: path).classes { images[group.name, default: []] += group.images }
        }
        classes = images.keys.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
            .map { Class(name: $0, images: images[$0] ?? []) }
    }

    private init(list path: String) throws(DataSetError) {
        let list = try ClassList(path: path)
        var classes: [Class] = []
        for (name, root) in zip(list.names, list.roots) {
            let images = try ImageFolder.images(in: ClassList.resolve(root, list: path))
            guard !images.isEmpty else {
                throw DataSetError("\(path): the folder of \(name), \(root), holds no pictures")
            }
            classes.append(Class(name: name, images: images))
        }
        guard !classes.isEmpty else { throw DataSetError("\(path) names no class") }
        self.classes = classes
    }

    private init(folder path: String) throws(DataSetError) {
        let names = try ImageFolder.entries(of: path)
        var classes: [Class] = []
        for name in names {
            let folder = (path as NSString).appendingPathComponent(name)
            guard ImageFolder.isFolder(folder) else { continue }
            let images = try ImageFolder.images(in: folder)
            if !images.isEmpty { classes.append(Class(name: name, images: images)) }
        }
        guard !classes.isEmpty else {
            throw DataSetError("\(path) holds no folder with pictures. It must hold one folder for each character.")
        }
        self.classes = classes
    }

    public init(classes: [Class]) { self.classes = classes }

    public var imageCount: Int { classes.reduce(0) { $0 + $1.images.count } }
}
