import COpenBLAS

/// The setting that every caller of OpenBLAS and LAPACK needs here.
public enum OpenBLAS {
    /// Makes OpenBLAS compute on the calling thread only.
    ///
    /// AniWho runs products side by side on its own threads. Threads of OpenBLAS's own would compete with them, and the order of their
    /// sums would depend on how many there are.
    public static func useOneThread() { openblas_set_num_threads(1) }
}
