import Glibc
import Keys

/// Times signing and verifying in CPU time: what each relay costs beside its inference.
@main
enum RingBenchmark {
    static func main() throws {
        let application = PrivateKey.derived(seed: 1, name: "application")
        let gateway = PrivateKey.derived(seed: 1, name: "gateway")
        let ring = [application.publicKey, gateway.publicKey]
        let message = Digest.sha256([1])
        // Each is verified once, because verdicts are remembered.
        let messages = (0..<runs * 800).map { Digest.sha256([UInt8($0 & 255), UInt8($0 >> 8)]) }
        let signatures = try messages.map { try RingSignature.sign(message: $0, ring: ring, signer: gateway) }
        let plain = messages.map { application.sign($0) }
        var done = 0
        var next = 0
        // Keys that many signatures were verified with get tables of their multiples.
        for row in ["ring of 2, verify, keys in use for a short time", "ring of 2, verify, keys in use for long"] {
            measure(row, 400) { _ in
                done += signatures[next].verifies(messages[next]) ? 1 : 0
                next += 1
            }
        }
        // Each signature is another one, because they are remembered.
        var number = 0
        try measure("ring of 2, sign", 1_000) { _ in
            number += 1
            let context = [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
            done += try RingSignature.sign(message: message, ring: ring, signer: gateway, context: context).bytes.count
        }
        measure("ECDSA, sign", 2_000) { _ in done += application.sign(message).count }
        next = 0
        measure("ECDSA, verify", 400) { _ in
            done += application.publicKey.verifies(signature: plain[next], of: messages[next]) ? 1 : 0
            next += 1
        }
        precondition(done > 0)
    }

    private static let runs = 5

    /// Prints the median of the runs.
    private static func measure(_ name: String, _ count: Int, _ body: (Int) throws -> Void) rethrows {
        var seconds: [Double] = []
        for _ in 0..<runs {
            let start = cpuSeconds()
            for number in 0..<count { try body(number) }
            seconds.append((cpuSeconds() - start) / Double(count))
        }
        let median = seconds.sorted()[runs / 2]
        print("\(name): \(Int(median * 1e6)) µs, \(Int(1 / median))/s")
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
