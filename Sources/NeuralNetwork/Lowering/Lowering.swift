extension Graph {
    /// The graph as fused steps, in order: what inference and training run.
    ///
    /// A node joins the step before it when it alone reads that step's value and the target lets it; see ``LoweringTarget``.
    /// - Parameter kept: the nodes whose values are wanted. They are never fused away, and what leads to none of them is left out.
    func lowered(for target: LoweringTarget, keeping kept: Set<Int>) -> [FusedStep] {
        let (needed, readers) = needed(for: kept)
        var computed: Set<Int> = [0]
        // Values that were written into a concatenation when they were computed.
        var placed: Set<Int> = []
        var steps: [FusedStep] = []
        for index in needed.sorted() where !computed.contains(index) {
            let node = nodes[index]
            computed.insert(index)
            if node.operation == .concatenate, target.writesIntoConcatenations {
                for input in node.inputs where !placed.contains(input) {
                    let channel = channelOffset(of: input, in: node)
                    steps.append(FusedStep(copying: input, to: node, at: index, channel: channel))
                }
                continue
            }
            var step = FusedStep(node, at: index)
            while readers[step.output].count == 1, !kept.contains(step.output) {
                let (value, next) = (step.output, readers[step.output][0])
                if nodes[next].operation == .concatenate, target.writesIntoConcatenations {
                    if step.write(into: next, channel: channelOffset(of: value, in: nodes[next])) {
                        placed.insert(value)
                    }
                    break
                }
                guard step.absorb(nodes[next], at: next, computed: computed, for: target) else { break }
                computed.insert(next)
            }
            if let last = steps.last, isExpansion(last, of: step, for: target), readers[last.output].count == 1,
                !kept.contains(last.output)
            {
                steps.removeLast()
                step.take(expansion: last)
            }
            steps.append(step)
        }
        return steps
    }

    /// Whether a step makes what a depthwise convolution reads, and can be made as it is read.
    private func isExpansion(_ step: FusedStep, of next: FusedStep, for target: LoweringTarget) -> Bool {
        guard case .convolution(let settings) = next.kind, settings.depthwise, next.residual == nil,
            step.expandsPixels, step.output == next.input
        else { return false }
        let (input, output) = (nodes[step.input].shape, nodes[step.output].shape)
        return (input.height, input.width) == (output.height, output.width) && target.joinsExpansion(to: output)
    }

    /// The nodes that lead to any of the kept ones, these included, and by node the needed nodes that read it.
    private func needed(for kept: Set<Int>) -> (nodes: Set<Int>, readers: [[Int]]) {
        var needed = kept
        var readers = [[Int]](repeating: [], count: nodes.count)
        for index in nodes.indices.reversed() where needed.contains(index) {
            for input in nodes[index].inputs {
                needed.insert(input)
                readers[input].append(index)
            }
        }
        return (needed, readers)
    }

    /// Where an input's channels begin in a concatenation.
    private func channelOffset(of input: Int, in concatenation: Node) -> Int {
        concatenation.inputs.prefix { $0 != input }.reduce(0) { $0 + nodes[$1].shape.channels }
    }
}
