extension Array {
    /// All elements, or where there are more than `count`, so many at even distances.
    public func spread(atMost count: Int) -> [Element] {
        guard self.count > count else { return self }
        return (0..<count).map { self[$0 * self.count / count] }
    }
}
