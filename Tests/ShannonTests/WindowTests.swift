import Shannon
import Testing

@Suite("Session windows")
struct WindowTests {
    @Test("Heights of one session agree about it", arguments: [1, 2, 7, 60] as [UInt64])
    func consistency(length: UInt64) {
        var params = SharedParams()
        params.numBlocksPerSession = length
        params.sessionGridAnchorHeight = 121
        params.sessionNumberAtAnchor = 3
        for height in Height(1)...300 {
            let (start, end) = (params.sessionStart(at: height), params.sessionEnd(at: height))
            // Below the anchor these parameters are not the ones in force, and a session may straddle it.
            guard end < 121 || start >= 121 else { continue }
            #expect(start <= height && height <= end)
            #expect(params.isSessionStart(height) == (start == height))
            #expect(params.isSessionEnd(height) == (end == height))
            #expect(params.sessionNumber(at: end) == params.sessionNumber(at: start))
            #expect(params.proofWindowClose(at: start) == params.settlementHeight(at: end))
            if height >= 121 {
                #expect(params.sessionNumber(at: end + 1) == params.sessionNumber(at: height) + 1)
                #expect(params.nextSessionStart(at: height) == params.sessionStart(at: end + 1))
            }
        }
    }

    @Test("Absurd parameters and heights give numbers, not traps")
    func saturation() {
        var params = SharedParams()
        for length in [0, 1, UInt64.max] {
            for offset in [0, UInt64.max] {
                params.numBlocksPerSession = length
                params.gracePeriodEndOffsetBlocks = offset
                params.claimWindowOpenOffsetBlocks = offset
                params.claimWindowCloseOffsetBlocks = offset
                params.proofWindowOpenOffsetBlocks = offset
                params.proofWindowCloseOffsetBlocks = offset
                for anchor in [Height.min, 0, 1, .max] {
                    params.sessionGridAnchorHeight = anchor
                    params.sessionNumberAtAnchor = anchor
                    for height in [Height.min, -1, 0, 1, .max - 1, .max] {
                        #expect(params.sessionStart(at: height) <= max(0, height))
                        #expect(params.sessionEnd(at: height) >= max(0, height))
                        #expect(params.sessionNumber(at: height) >= 0)
                        #expect(params.settlementHeight(at: height) >= params.claimWindowOpen(at: height))
                        #expect(params.proofWindowClose(at: height) >= params.proofWindowOpen(at: height))
                        #expect(params.nextSessionStart(at: height) >= 1)
                    }
                }
                #expect(params.numPendingSessions >= 0)
                #expect(throws: ChainError.self) { try params.validate() }
            }
        }
    }
}
