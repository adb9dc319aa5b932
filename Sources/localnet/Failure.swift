import ArgumentParser

/// Why a command ends without success: a sentence, an exit code, and the command that repeats it.
struct Failure: Error {
    /// The exit codes, those of `sysexits.h` where one fits.
    enum Code: Int32 {
        case expectationFailed = 10
        case invariantBroken = 11
        case momentNotReached = 12
        case journalDiffers = 13
        case usage = 64
        case badInputFile = 65
        case notFound = 66
        case unavailable = 69
        case badSettings = 78
        case interrupted = 130
    }

    let code: Code
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Says what happened and how to repeat it, and gives the exit code to end with.
    func report(repeat command: String?) -> ExitCode {
        Terminal.tell("localnet: \(message)")
        if let command { Terminal.tell("  to repeat: \(command)") }
        return ExitCode(code.rawValue)
    }
}

/// Runs a command's work; a failure is reported and becomes the exit code.
func reporting(repeat command: String? = nil, _ work: () async throws -> Void) async throws {
    do { try await work() } catch let failure as Failure { throw failure.report(repeat: command) }
}
