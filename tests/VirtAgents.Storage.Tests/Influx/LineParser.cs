using System.Globalization;
using System.Text;

namespace VirtAgents.Storage.Tests.Influx;

/// <summary>One line of line protocol as a reader that knows only its rules understands it.</summary>
internal sealed record ParsedLine(string Measurement, Dictionary<string, string> Tags, Dictionary<string, double> Fields, long Time)
{
    public static List<ParsedLine> All(ReadOnlySpan<byte> lines) =>
        [.. new UTF8Encoding(false, true).GetString(lines).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    private static ParsedLine Parse(string line)
    {
        int at = 0;
        string measurement = Take(line, ref at, ", ");
        var tags = new Dictionary<string, string>();
        while (line[at] == ',')
        {
            at++;
            string name = Take(line, ref at, "=");
            at++;
            tags.Add(name, Take(line, ref at, ", ="));
        }

        var fields = new Dictionary<string, double>();
        do
        {
            Assert.Contains(line[at], " ,");
            at++;
            string name = Take(line, ref at, "=");
            at++;
            fields.Add(name, double.Parse(Take(line, ref at, ", "), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        }
        while (line[at] == ',');

        Assert.Equal(' ', line[at]);
        return new ParsedLine(measurement, tags, fields, long.Parse(line.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }

    // A backslash means something only before a character that would end the part.
    private static string Take(string line, ref int at, string ends)
    {
        var text = new StringBuilder();
        for (; at < line.Length && !ends.Contains(line[at], StringComparison.Ordinal); at++)
        {
            if (line[at] == '\\' && at + 1 < line.Length && ",= ".Contains(line[at + 1], StringComparison.Ordinal))
            {
                at++;
            }

            text.Append(line[at]);
        }

        Assert.NotEqual(0, text.Length);
        return text.ToString();
    }
}
