using System.Globalization;
using System.Text;

namespace VirtAgents.Collector.Tests.Exposition;

/// <summary>
/// A page of Prometheus text read by its rules, and held to them: each metric is told once and in one piece after its type, no series is there
/// twice, every line ends.
/// </summary>
internal sealed class ParsedPage
{
    private readonly Dictionary<string, string> _types = [];
    private readonly Dictionary<string, double> _values = [];
    private readonly List<(string Name, IReadOnlyDictionary<string, string> Labels, double Value)> _series = [];

    private ParsedPage()
    {
    }

    public IReadOnlyDictionary<string, string> Types => _types;

    public IReadOnlyList<(string Name, IReadOnlyDictionary<string, string> Labels, double Value)> Series => _series;

    public static ParsedPage Of(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var page = new ParsedPage();
        string current = "";
        foreach (string line in text[..^1].Split('\n'))
        {
            string[] words = line.Split(' ', 4);
            switch (line)
            {
                case ['#', ..] when words[1] == "TYPE":
                    page._types.Add(words[2], words[3]); // throws when the metric is told in two pieces
                    current = words[2];
                    break;
                case ['#', ..]:
                    Assert.Equal("HELP", words[1]);
                    break;
                default:
                    page.Add(line, current);
                    break;
            }
        }

        return page;
    }

    /// <summary>Series of one metric with what else their labels must say.</summary>
    public IEnumerable<(IReadOnlyDictionary<string, string> Labels, double Value)> Of(string name, params (string Label, string Value)[] labels) =>
        _series.Where(s => s.Name == name && labels.All(l => s.Labels.GetValueOrDefault(l.Label, "") == l.Value)).Select(s => (s.Labels, s.Value));

    /// <summary>The only value there is; null = none.</summary>
    public double? Value(string name, params (string Label, string Value)[] labels) =>
        Of(name, labels).Select(s => (double?)s.Value).SingleOrDefault();

    private void Add(string line, string current)
    {
        int start = line.IndexOfAny(['{', ' ']);
        string name = line[..start];
        Assert.True(name == current || name.StartsWith(current + "_", StringComparison.Ordinal), $"{name} stands among {current}");
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        int end = line[start] == '{' ? ReadLabels(line, start, labels) : start;
        Assert.Equal(' ', line[end]);
        double value = double.Parse(line.AsSpan(end + 1), NumberStyles.Float, CultureInfo.InvariantCulture);
        string key = name + string.Concat(labels.Select(l => $"\0{l.Key}\0{l.Value.Length}:{l.Value}"));
        Assert.True(_values.TryAdd(key, value), $"twice: {line}");
        _series.Add((name, labels, value));
    }

    /// <summary>Reads labels up to the place behind the closing brace.</summary>
    private static int ReadLabels(string line, int at, SortedDictionary<string, string> labels)
    {
        do
        {
            int equals = line.IndexOf('=', at);
            string name = line[(at + 1)..equals];
            Assert.Equal('"', line[equals + 1]);
            (string value, at) = ReadText(line, equals + 2);
            labels.Add(name, value);
        }
        while (line[at] == ',');
        Assert.Equal('}', line[at]);
        return at + 1;
    }

    private static (string Text, int After) ReadText(string line, int at)
    {
        var text = new StringBuilder();
        for (; line[at] != '"'; at++)
        {
            text.Append(line[at] != '\\' ? line[at] : line[++at] switch
            {
                'n' => '\n',
                '\\' => '\\',
                '"' => '"',
                char other => throw new FormatException($"\\{other} is no escape"),
            });
        }

        return (text.ToString(), at + 1);
    }
}
