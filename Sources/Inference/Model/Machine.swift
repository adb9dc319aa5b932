import Glibc

/// The machine that this runs on.
enum Machine {
    /// Its memory in bytes.
    static var memoryBytes: Int { max(1, sysconf(Int32(_SC_PHYS_PAGES))) * max(1, sysconf(Int32(_SC_PAGESIZE))) }

    /// Says no before memory is asked for that is not there.
    ///
    /// - Throws: `ModelError.outOfMemory`.
    static func refuse(bytes: Int, available: Int = Machine.memoryBytes) throws(ModelError) {
        guard bytes <= available else { throw .outOfMemory(bytes: bytes) }
    }
}
