import CKernels
import Foundation

/// The kernels for one set of processor instructions; all sets compute the same bits.
struct KernelSet: @unchecked Sendable {
    /// Forces a set by name.
    static let environmentVariable = "LOCALNET_CPU"
    /// The set that every processor runs, and none runs quickly.
    static let portable = "scalar"

    /// A constant of the program.
    let functions: UnsafePointer<ck_kernels>

    var name: String { String(cString: functions.pointee.name) }

    /// A set by name; nil when there is none of that name, or when this processor cannot run it.
    init?(named name: String) {
        guard let functions = ck_kernels_named(name) else { return nil }
        self.functions = functions
    }

    /// The names of all sets, the quickest first.
    static var names: [String] {
        var names: [String] = []
        while let name = ck_kernels_name(names.count) { names.append(String(cString: name)) }
        return names
    }

    /// The sets that this processor can run, the quickest first.
    static var available: [KernelSet] { names.compactMap(KernelSet.init(named:)) }

    /// The set that the environment asks for, or else the quickest.
    ///
    /// - Throws: `ModelError.unsupportedInstructions` for one that there is not, or that this processor cannot run.
    static func choose(
        _ wanted: String? = ProcessInfo.processInfo.environment[environmentVariable]
    ) throws(ModelError) -> KernelSet {
        if let wanted, !wanted.isEmpty, wanted != "auto" {
            guard let set = KernelSet(named: wanted) else {
                throw .unsupportedInstructions(wanted, available: available.map(\.name))
            }
            return set
        }
        guard let best = available.first else { throw .unsupportedInstructions("auto", available: []) }
        return best
    }
}
