extension Array {
    /// All elements, or `count` of them at even distances if there are more.
    public func spread(atMost count: Int) -> [Element] {
        guard self.count > count else { return self }
        return (0..<count).map { self[$0 * self.count / count] }
    }
}
