import COpenBLAS
import Testing

@Suite struct OpenBLASTests {
    /// Nothing in this process asked for it: the module itself turns the library's threads off when the program starts.
    @Test func `OpenBLAS has one thread from the start`() {
        #expect(openblas_get_num_threads() == 1)
    }
}
