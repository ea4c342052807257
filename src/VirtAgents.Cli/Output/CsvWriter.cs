using VirtAgents.Cli.Formatting;

namespace VirtAgents.Cli.Output;

/// <summary>RFC 4180: CRLF, fields quoted only where they must be, quotes doubled.</summary>
internal static class CsvWriter
{
    private const string LineEnd = "\r\n";

    public static void WriteHead<T>(TextWriter output, IEnumerable<Column<T>> columns) =>
        WriteFields(output, DataColumns(columns).Select(column => column.Key));

    public static void WriteRow<T>(TextWriter output, IEnumerable<Column<T>> columns, T row) =>
        WriteFields(output, DataColumns(columns).Select(column => column.Value(row).ToCsv()));

    public static void WriteFields(TextWriter output, IEnumerable<string> fields)
    {
        output.Write(string.Join(',', fields.Select(field => Quote(SafeText.Field(field)))));
        output.Write(LineEnd);
    }

    public static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : "\"" + field.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private static IEnumerable<Column<T>> DataColumns<T>(IEnumerable<Column<T>> columns) => columns.Where(column => column.Key.Length > 0);
}
