/// The search among prototypes that are in memory only, without a registry's file: what a benchmark measures.
package final class PrototypeSearch: Sendable {
    private static let model = "benchmark"

    private let index = PrototypeIndex()

    /// - Parameters:
    ///   - count: how many prototypes; positive.
    ///   - width: values of a prototype; positive.
    ///   - prototype: the prototype of a number below `count`, which becomes its character's number.
    package init(count: Int, width: Int, prototype: (_ number: Int) -> [Float]) {
        let matrix = PrototypeMatrix(dimensions: width, capacity: count)
        for number in 0..<count {
            matrix.set(character: Int64(number), name: "", vector: prototype(number), count: 1)
        }
        matrix.updateCodes()
        index.apply([.replace(model: Self.model, matrix: matrix)])
    }

    /// The `top` nearest prototypes of each query.
    /// - Parameter comparingAll: whether to compare with every prototype where codes would rule most of them out.
    package func nearest(
        _ queries: [[Float]], top: Int, comparingAll: Bool
    ) throws(RegistryError) -> [[Neighbor]] {
        try index.search(queries: queries, model: Self.model, top: top, temperature: 1, readingAll: comparingAll)
    }
}
