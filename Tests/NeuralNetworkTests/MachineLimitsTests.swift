import Testing

@testable import NeuralNetwork

@Suite struct MachineLimitsTests {
    /// No processor with SSE2 is below, and none is above; nor is any memory.
    @Test func `limits are a machine's`() {
        let limits = MachineLimits.measure(threads: 1)
        #expect(limits.threads == 1)
        #expect((0.5...2000).contains(limits.gigaflops))
        #expect((0.2...2000).contains(limits.copyGigabytes))
    }
}
