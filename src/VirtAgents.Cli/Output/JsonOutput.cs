using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace VirtAgents.Cli.Output;

/// <summary>JSON by columns or by hand. Written by the writer itself: no reflection, so that it works in a native build.</summary>
internal static class JsonOutput
{
    // The output is never put into HTML: names with umlauts or quotes stay readable.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static void WriteList<T>(TextWriter output, IReadOnlyList<Column<T>> columns, IEnumerable<T> rows) =>
        WriteDocument(output, json => WriteRows(json, columns, rows));

    /// <summary>One object on one line.</summary>
    public static void WriteLine<T>(TextWriter output, IReadOnlyList<Column<T>> columns, T row) =>
        WriteLine(output, json => WriteObject(json, columns, row));

    public static void WriteLine(TextWriter output, Action<Utf8JsonWriter> write) => Write(output, write, indented: false);

    public static void WriteDocument(TextWriter output, Action<Utf8JsonWriter> write) => Write(output, write, indented: true);

    public static void WriteRows<T>(Utf8JsonWriter json, IReadOnlyList<Column<T>> columns, IEnumerable<T> rows)
    {
        json.WriteStartArray();
        foreach (var row in rows)
        {
            WriteObject(json, columns, row);
        }

        json.WriteEndArray();
    }

    public static void WriteObject<T>(Utf8JsonWriter json, IReadOnlyList<Column<T>> columns, T row)
    {
        json.WriteStartObject();
        WriteProperties(json, columns, row);
        json.WriteEndObject();
    }

    public static void WriteProperties<T>(Utf8JsonWriter json, IReadOnlyList<Column<T>> columns, T row)
    {
        foreach (var column in columns)
        {
            if (column.Key.Length > 0)
            {
                json.WritePropertyName(column.Key);
                column.Value(row).Write(json);
            }
        }
    }

    private static void Write(TextWriter output, Action<Utf8JsonWriter> write, bool indented)
    {
        var bytes = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = Encoder, Indented = indented, NewLine = "\n" }))
        {
            write(json);
        }

        output.Write(Encoding.UTF8.GetString(bytes.WrittenSpan));
        output.Write('\n');
    }
}
