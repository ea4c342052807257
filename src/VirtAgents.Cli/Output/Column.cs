namespace VirtAgents.Cli.Output;

/// <summary>One column of a listing, in every format.</summary>
internal sealed record Column<T>
{
    /// <summary>Key in JSON and head in CSV, with its unit; empty = only in tables.</summary>
    public string Key { get; init; } = "";

    /// <summary>Value in JSON and CSV.</summary>
    public Func<T, Datum> Value { get; init; } = static _ => Datum.Unknown;

    /// <summary>Head in tables; empty = not in tables.</summary>
    public string Header { get; init; } = "";

    /// <summary>Text in tables; null = the words of the value.</summary>
    public Func<T, string>? Text { get; init; }

    public Func<T, Tone>? Tone { get; init; }

    public bool AlignRight { get; init; }

    /// <summary>Columns of the highest rank are left out first where a terminal is narrow; 0 = never.</summary>
    public int Rank { get; init; }

    public string TextOf(T row)
    {
        var text = Text is null ? Value(row).ToCsv() : Text(row);
        return text.Length == 0 ? "-" : text;
    }

    public Tone ToneOf(T row) => Tone?.Invoke(row) ?? Output.Tone.Plain;
}
