import Narration
import Offchain

/// Where a running network stands: what commands that change it print, from the answer of `/pokt/status`.
struct Standing {
    let status: JSONValue

    private func whole(_ name: String) -> Int64 { status[name]?.whole ?? 0 }

    /// Height, session and time on one line.
    var line: String {
        let session = status["session"]
        let (first, last) = (session?["start_height"]?.whole ?? 0, session?["end_height"]?.whole ?? 0)
        return "height \(whole("height")) · session \(session?["number"]?.whole ?? 0) (blocks \(first) to \(last)) · "
            + "time \(Self.seconds(whole("now")))"
    }

    /// A time of the network with one digit after the point: `22.9 s`.
    static func seconds(_ nanoseconds: Int64) -> String {
        let tenths = nanoseconds / 100_000_000
        return "\(Wording.count(tenths / 10)).\(tenths % 10) s"
    }

    /// Everything that `status` tells.
    func lines(url: String, style: Style) -> [String] {
        var lines = ["\(style.bold(line))   \(style.dim(url))"]
        let waiting = Wording.counted(whole("waiting_clients"), "client")
        let jobs = Wording.counted(whole("outstanding_jobs"), "answer")
        lines.append("pace \(status["pace"]?.text ?? "?") · \(jobs) under way · \(waiting) waiting")
        let names = status["snapshots"]?.elements?.compactMap(\.text) ?? []
        lines.append("snapshots: \(names.isEmpty ? "none" : names.joined(separator: ", "))")
        lines.append("next:")
        for next in status["next"]?.elements ?? [] {
            let height = next["height"]?.whole ?? 0
            let ahead = Wording.counted(height - whole("height"), "block")
            lines.append(
                "  \(style.dim("height \(height)"))  \(next["moment"]?.text ?? "")  \(style.dim("in \(ahead)"))")
        }
        return lines
    }

    /// The answer as a line of JSON Lines.
    func jsonLine(type: String) -> String {
        var object: JSONObject = ["v": .integer(1), "type": .string(type)]
        if case .object(let members) = status {
            for (name, value) in members.members { object[name] = value }
        }
        return String(decoding: JSONValue.object(object).bytes, as: UTF8.self)
    }

    /// Prints where the network stands after something was done.
    func say(_ done: String, isJSON: Bool, type: String) {
        Terminal.say(isJSON ? jsonLine(type: type) : (done.isEmpty ? line : "\(done) · \(line)"))
    }
}
