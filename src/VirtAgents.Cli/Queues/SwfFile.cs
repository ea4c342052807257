using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Traces;

namespace VirtAgents.Cli.Queues;

/// <summary>Reads the jobs of a trace in the Standard Workload Format, version 2.2, line by line.</summary>
/// <remarks>
/// Feitelson, Tsafrir and Krakov, "Experience with using the Parallel Workloads Archive", JPDC 74(10), 2014. A job has 18 fields;
/// fields after the ninth are unknown where a line ends before them, since generated traces often do.
/// </remarks>
internal sealed class SwfFile(string path)
{
    private const int FieldsNeeded = 9, FieldsRead = 15;

    // Beyond it a double does not tell two seconds apart.
    private const double LargestNumber = 1e15;

    private static readonly string[] Names =
    [
        "job number", "submit time", "wait time", "run time", "allocated processors", "average CPU time", "used memory",
        "requested processors", "requested time", "requested memory", "status", "user", "group", "application", "queue",
    ];

    private readonly double[] _fields = new double[FieldsRead];
    private long _line;

    /// <summary>The jobs, in the order of the file.</summary>
    /// <exception cref="CliFailureException">Something cannot be read; the message names it.</exception>
    public IEnumerable<SwfJob> Read()
    {
        using var reader = TraceFile.Open(path);
        while (TraceFile.ReadLine(reader, path) is { } line)
        {
            _line++;
            if (!line.StartsWith(';') && !string.IsNullOrWhiteSpace(line))
            {
                yield return Parse(line);
            }
        }
    }

    private SwfJob Parse(string line)
    {
        Array.Fill(_fields, -1);
        var count = 0;
        foreach (var range in line.AsSpan().SplitAny(' ', '\t', '\r'))
        {
            var text = line.AsSpan(range);
            if (!text.IsEmpty && count++ < FieldsRead)
            {
                _fields[count - 1] = Number(text, count);
            }
        }

        if (count < FieldsNeeded)
        {
            throw Wrong($"{Units.Count(count, "field")}; a job has 18, of which the first {FieldsNeeded} are needed");
        }

        return new SwfJob(Whole(1), Whole(2), Whole(4), Whole(8) > 0 ? Whole(8) : Whole(5), Known(9, least: 1), Known(12, least: 0), (int?)Known(15, least: 0));
    }

    private double Number(ReadOnlySpan<char> text, int field)
    {
        var largest = field == FieldsRead ? int.MaxValue : LargestNumber;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) <= largest
            ? value
            : throw Wrong($"field {field} ({Names[field - 1]}): '{SafeText.Line(text.ToString())}' is no number from {-largest:0} to {largest:0}");
    }

    private long Whole(int field) => (long)_fields[field - 1];

    private long? Known(int field, long least) => Whole(field) >= least ? Whole(field) : null;

    private CliFailureException Wrong(string what) => new(ExitCode.Failure, $"{SafeText.Line(path)}, line {_line}: {what}.");
}
