using System.Collections.Immutable;
using System.Globalization;

namespace VirtAgents.Simulation.Workloads;

/// <summary>A recorded workload: figures from given seconds on, replayed again from its end.</summary>
/// <remarks>
/// Comma-separated text, the first line names the columns, in any order: <c>seconds</c> (required, growing from 0),
/// <c>cpu_percent</c>, <c>memory_percent</c> (0 to 100), <c>read_bytes_per_second</c>, <c>write_bytes_per_second</c>,
/// <c>receive_bytes_per_second</c>, <c>transmit_bytes_per_second</c> (at least 0); a column that is missing is 0.
/// A line holds until the next one; the last line holds as long as the one before it did (a single line for ever).
/// </remarks>
public sealed class WorkloadTrace
{
    private static readonly string[] Columns =
    [
        "seconds", "cpu_percent", "memory_percent", "read_bytes_per_second", "write_bytes_per_second",
        "receive_bytes_per_second", "transmit_bytes_per_second",
    ];

    private readonly ImmutableArray<long> _seconds;
    private readonly ImmutableArray<Demand> _demands;
    private readonly long _length;

    private WorkloadTrace(ImmutableArray<long> seconds, ImmutableArray<Demand> demands)
    {
        _seconds = seconds;
        _demands = demands;
        _length = seconds.Length == 1 ? 1 : seconds[^1] + (seconds[^1] - seconds[^2]);
    }

    /// <summary>Number of lines with figures.</summary>
    public int Count => _seconds.Length;

    /// <summary>Reads the text; false with every error (line, column, allowed range) when it is not a trace.</summary>
    public static bool TryParse(IReadOnlyList<string> lines, out WorkloadTrace? trace, out IReadOnlyList<string> errors)
    {
        ArgumentNullException.ThrowIfNull(lines);
        List<string> found = [];
        trace = null;
        errors = found;
        int[] columns = ReadHeader(lines, found);
        var seconds = ImmutableArray.CreateBuilder<long>();
        var demands = ImmutableArray.CreateBuilder<Demand>();
        for (int line = 1; line < lines.Count && columns.Length > 0; line++)
        {
            if (!string.IsNullOrWhiteSpace(lines[line]))
            {
                ReadLine(lines[line], line + 1, columns, seconds, demands, found);
            }
        }

        if (found.Count == 0 && seconds.Count == 0)
        {
            found.Add("there are no figures below the line of column names");
        }

        if (found.Count == 0)
        {
            trace = new WorkloadTrace(seconds.ToImmutable(), demands.ToImmutable());
        }

        return trace is not null;
    }

    internal Demand At(long second)
    {
        int place = _seconds.BinarySearch(second % _length);
        return _demands[place >= 0 ? place : Math.Max(0, ~place - 1)];
    }

    private static int[] ReadHeader(IReadOnlyList<string> lines, List<string> errors)
    {
        string[] names = lines.Count == 0 ? [] : lines[0].Split(',', StringSplitOptions.TrimEntries);
        int[] columns = [.. names.Select(name => Array.IndexOf(Columns, name))];
        foreach (string name in names.Where(name => !Columns.Contains(name)))
        {
            errors.Add($"line 1: '{name}' is not a column; the columns are {string.Join(", ", Columns)}");
        }

        if (!columns.Contains(0))
        {
            errors.Add("line 1: the column 'seconds' is missing");
        }

        return errors.Count == 0 ? columns : [];
    }

    private static void ReadLine(
        string text, int line, int[] columns, ImmutableArray<long>.Builder seconds, ImmutableArray<Demand>.Builder demands, List<string> errors)
    {
        string[] cells = text.Split(',', StringSplitOptions.TrimEntries);
        if (cells.Length != columns.Length)
        {
            errors.Add($"line {line}: has {cells.Length} values, but there are {columns.Length} columns");
            return;
        }

        Span<double> values = stackalloc double[7];
        values.Clear();
        for (int i = 0; i < cells.Length; i++)
        {
            values[columns[i]] = ReadCell(cells[i], line, columns[i], errors);
        }

        double expected = seconds.Count == 0 ? 0 : seconds[^1] + 1;
        if (values[0] != Math.Floor(values[0]) || (seconds.Count == 0 ? values[0] != 0 : values[0] < expected))
        {
            errors.Add($"line {line}: seconds must be whole, 0 in the first line and greater than before in the others");
        }

        seconds.Add((long)values[0]);
        demands.Add(new(values[1] / 100, values[2] / 100, values[3], values[4], values[5], values[6]));
    }

    private static double ReadCell(string cell, int line, int column, List<string> errors)
    {
        double highest = column is 1 or 2 ? 100 : 1e12;
        if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= 0 && value <= highest)
        {
            return value;
        }

        errors.Add(string.Create(CultureInfo.InvariantCulture, $"line {line}: {Columns[column]} is '{cell}', but must be 0 to {highest}"));
        return 0;
    }
}
