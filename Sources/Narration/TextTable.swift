/// A table of text: columns as wide as their widest cell, numbers to the right.
public struct TextTable: Hashable, Sendable {
    /// A column's heading and side.
    public struct Column: Hashable, Sendable {
        let title: String
        let isNumber: Bool

        /// A column whose cells stand to the left.
        public static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
        /// A column whose cells stand to the right.
        public static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    public init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row; missing cells are empty, surplus ones are dropped.
    public mutating func append(_ cells: [String]) {
        rows.append(columns.indices.map { $0 < cells.count ? cells[$0] : "" })
    }

    public var isEmpty: Bool { rows.isEmpty }

    /// The lines, headings first, each indented by two spaces.
    public func lines(_ style: Style) -> [String] {
        let widths = columns.indices.map { column in
            rows.reduce(columns[column].title.count) { max($0, $1[column].count) }
        }
        func line(_ cells: [String]) -> String {
            let padded = cells.indices.map { column -> String in
                let space = String(repeating: " ", count: widths[column] - cells[column].count)
                return columns[column].isNumber ? space + cells[column] : cells[column] + space
            }
            var line = padded.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return "  \(line)"
        }
        return [style.dim(line(columns.map(\.title)))] + rows.map(line)
    }
}
