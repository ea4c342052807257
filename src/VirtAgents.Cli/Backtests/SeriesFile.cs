using System.Globalization;
using VirtAgents.Cli.Formatting;

namespace VirtAgents.Cli.Backtests;

/// <summary>
/// Reads a file of one or several series row after row: head <c>timestamp,NAME,...</c>, times in UTC, an empty cell where a value
/// is missing.
/// </summary>
internal sealed class SeriesFile : IDisposable
{
    private const string TimeHead = "timestamp";
    private static readonly string[] TimeForms =
        ["yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mmK"];

    private readonly StreamReader _reader;
    private readonly string _name;
    private readonly string[] _signals;
    private readonly double[] _values;
    private long _line = 1;

    private SeriesFile(string name, StreamReader reader, string[] signals) =>
        (_name, _reader, _signals, _values) = (name, reader, signals, new double[signals.Length]);

    /// <summary>Names of the series, as the head has them.</summary>
    public IReadOnlyList<string> Signals => _signals;

    /// <summary>Time of the row, as it is written.</summary>
    public ReadOnlyMemory<char> TimeText { get; private set; }

    public long TimeUnixMs { get; private set; }

    /// <summary>Values of the row; NaN = missing.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>Opens a file; null when its head is not that of series.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static SeriesFile? TryOpen(string path)
    {
        var reader = new StreamReader(path);
        var head = (reader.ReadLine() ?? "").Split(',').Select(cell => cell.Trim().Trim('"')).ToArray();
        if (head.Length > 1 && head[0].Equals(TimeHead, StringComparison.OrdinalIgnoreCase))
        {
            return new SeriesFile(path, reader, head[1..]);
        }

        reader.Dispose();
        return null;
    }

    /// <summary>Reads the next row that is not empty; false at the end.</summary>
    /// <exception cref="CliFailureException">Something in it cannot be read; the message names it.</exception>
    public bool Read()
    {
        string? line;
        do
        {
            line = _reader.ReadLine();
            _line++;
        }
        while (line is { Length: 0 });

        if (line is null)
        {
            return false;
        }

        Parse(line);
        return true;
    }

    public void Dispose() => _reader.Dispose();

    private void Parse(string line)
    {
        var column = 0;
        foreach (var cell in line.AsSpan().Split(','))
        {
            if (column == 0)
            {
                TimeText = line.AsMemory(cell);
                TimeUnixMs = Time(TimeText.Span);
            }
            else if (column <= _values.Length)
            {
                _values[column - 1] = Value(line.AsSpan(cell), column);
            }

            column++;
        }

        if (column != _values.Length + 1)
        {
            throw Wrong($"{column} cells; the head has {_values.Length + 1}");
        }
    }

    private long Time(ReadOnlySpan<char> text)
    {
        foreach (var form in TimeForms)
        {
            if (DateTimeOffset.TryParseExact(text.Trim().Trim('"'), form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            {
                return time.ToUnixTimeMilliseconds();
            }
        }

        throw Wrong($"column '{TimeHead}': '{SafeText.Line(text.ToString())}' is no time; give UTC as 2025-06-01 12:00:00 or 2025-06-01T12:00:00Z");
    }

    private double Value(ReadOnlySpan<char> text, int column)
    {
        text = text.Trim().Trim('"');
        if (text.IsEmpty)
        {
            return double.NaN;
        }

        // pandas writes nan for what is missing.
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && !double.IsInfinity(value)
            ? value
            : throw Wrong($"column '{SafeText.Line(_signals[column - 1])}': '{SafeText.Line(text.ToString())}' is no number; give a finite one, or nothing where it is missing");
    }

    private CliFailureException Wrong(string what) => new(ExitCode.Failure, $"{_name}, line {_line}: {what}.");
}
