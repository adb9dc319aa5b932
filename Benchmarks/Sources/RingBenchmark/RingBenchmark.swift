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
        let signatures = try (0..<100).map {
            try RingSignature.sign(message: message, ring: ring, signer: gateway, context: [UInt8($0)])
        }
        let plain = application.sign(message)
        var done = 0
        measure("ring of 2, verify", 1_000) { done += signatures[$0 % 100].verifies(message) ? 1 : 0 }
        try measure("ring of 2, sign", 1_000) {
            let context = [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
            done += try RingSignature.sign(message: message, ring: ring, signer: gateway, context: context).bytes.count
        }
        measure("ECDSA, sign", 2_000) { _ in done += application.sign(message).count }
        measure("ECDSA, verify", 2_000) { _ in
            done += application.publicKey.verifies(signature: plain, of: message) ? 1 : 0
        }
        precondition(done > 0)
    }

    /// Prints the median of five runs.
    private static func measure(_ name: String, _ count: Int, _ body: (Int) throws -> Void) rethrows {
        var seconds: [Double] = []
        for _ in 0..<5 {
            let start = cpuSeconds()
            for number in 0..<count { try body(number) }
            seconds.append((cpuSeconds() - start) / Double(count))
        }
        let median = seconds.sorted()[2]
        print("\(name): \(Int(median * 1e6)) µs, \(Int(1 / median))/s")
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
