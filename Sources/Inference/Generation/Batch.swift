/// The requests under way and the steps that they take together; used by the scheduler's thread alone.
///
/// A step reads one row of every answering request, and some rows of prompts: so many that first tokens come soon, so
/// few that answers under way go on meanwhile.
struct Batch {
    private(set) var members: [any BatchMember] = []
    private(set) var breakdown = StepBreakdown()
    let pass: any ForwardPass
    private let vocabulary: Int
    private let width: Int
    private let prefillRows: Int
    /// Which owner's prompts are the first in the next step.
    private var turn = 0
    /// When the last step ended, or the last wait.
    private var watch = Stopwatch()

    init(pass: any ForwardPass, shape: ModelShape, prefillRows: Int) {
        self.pass = pass
        vocabulary = shape.vocabulary
        width = shape.width
        self.prefillRows = max(1, prefillRows)
    }

    /// Takes a request in.
    mutating func add(_ member: any BatchMember) { members.append(member) }

    /// Ends the requests of some tickets.
    mutating func cancel(_ tickets: Set<BatchScheduler.Ticket>) {
        guard !tickets.isEmpty else { return }
        let cancelled = members.filter { tickets.contains($0.ticket) }
        members.removeAll { tickets.contains($0.ticket) }
        for member in cancelled {
            member.fail(.cancelled)
            member.deliver()
        }
    }

    /// Says that there was nothing to do until now.
    mutating func noteIdle() { watch = Stopwatch() }

    /// One step: a combined batch through the model, then what its rows are good for.
    ///
    /// - Returns: Those that have ended, to be told so.
    mutating func step() -> [any BatchMember] {
        let portions = portions()
        var rows: [WantedRow] = []
        var first = 0
        for portion in portions {
            for offset in 0..<portion.span.tokens.count {
                let position = portion.span.cache.count + offset
                guard portion.member.wantsLogits(at: position) else { continue }
                rows.append(WantedRow(member: portion.member, position: position, row: first + offset))
            }
            first += portion.span.tokens.count
        }
        watch.lap(into: &breakdown.scheduling)
        let before = pass.times
        let hidden = pass.read(portions.map(\.span))
        let logits = rows.isEmpty ? nil : pass.logits(of: rows.map(\.row))
        breakdown.add(pass.times, since: before)
        watch = Stopwatch()
        if let logits { judge(rows, logits) }
        watch.lap(into: &breakdown.sampling)
        first = 0
        for portion in portions {
            if !portion.member.isEnded { portion.member.see(hidden + first * width, count: portion.span.tokens.count) }
            first += portion.span.tokens.count
        }
        let ended = members.filter(\.isEnded)
        if !ended.isEmpty { members.removeAll(where: \.isEnded) }
        breakdown.steps += 1
        watch.lap(into: &breakdown.scheduling)
        return ended
    }

    /// A row of hidden states whose logits a member wants.
    private struct WantedRow {
        let member: any BatchMember
        let position: Int
        let row: Int
    }

    /// Judges the rows side by side, then hands out what was found in their order.
    private func judge(_ rows: [WantedRow], _ logits: UnsafeMutablePointer<Float>) {
        var judgements = [RowJudgement?](repeating: nil, count: rows.count)
        judgements.withUnsafeMutableBufferPointer { judgements in
            pass.workers.run(rows.count) { place in
                judgements[place] = rows[place].member.judge(
                    UnsafeMutableBufferPointer(start: logits + place * vocabulary, count: vocabulary),
                    at: rows[place].position)
            }
        }
        for case (let row, let judgement?) in zip(rows, judgements) where !row.member.isEnded {
            row.member.take(judgement)
        }
    }

    /// What a member reads in a step.
    private struct Portion {
        let member: any BatchMember
        let span: Span
    }

    /// Every answering request's row, and the prompts' share.
    private mutating func portions() -> [Portion] {
        for member in members where member.isReadingPrompt { member.cache.takeOver(member.reusable) }
        var portions: [Portion] = []
        for member in members where !member.isReadingPrompt {
            portions.append(Portion(member: member, span: Span(tokens: member.unread, cache: member.cache)))
        }
        breakdown.decodeRows += portions.count
        for (member, count) in prefillShares() where count > 0 {
            let span = Span(tokens: member.unread.prefix(count), cache: member.cache)
            breakdown.prefillRows += span.tokens.count
            portions.append(Portion(member: member, span: span))
        }
        return portions
    }

    /// How many rows of each prompt are read: owners share them equally, and each gives its own to the oldest first.
    ///
    /// What one owner does not need goes to the others.
    private mutating func prefillShares() -> [(member: any BatchMember, rows: Int)] {
        var shares = members.filter(\.isReadingPrompt).map { (member: $0, rows: 0) }
        guard !shares.isEmpty else { return [] }
        var owners: [String] = []
        for share in shares where !owners.contains(share.member.owner) { owners.append(share.member.owner) }
        turn += 1
        owners = Array(owners[(turn % owners.count)...] + owners[..<(turn % owners.count)])
        var rest = prefillRows
        while rest > 0 {
            let before = rest
            let fairShare = max(1, rest / owners.count)
            for owner in owners {
                var own = min(fairShare, rest)
                for place in shares.indices where own > 0 && shares[place].member.owner == owner {
                    let rows = min(own, shares[place].member.unread.count - shares[place].rows)
                    shares[place].rows += rows
                    own -= rows
                    rest -= rows
                }
            }
            if rest == before { break }
        }
        return shares
    }
}
