namespace VirtAgents.Cli.Output;

/// <summary>The usual shapes of columns.</summary>
internal static class Columns
{
    public static Column<T> Text<T>(string key, string header, Func<T, string?> text, int rank = 0) =>
        new() { Key = key, Header = header, Value = row => Datum.Text(text(row)), Rank = rank };

    /// <summary>A number with its own form in tables; a dash there when it is unknown.</summary>
    public static Column<T> Number<T>(string key, string header, Func<T, Datum> value, Func<double, string> format, int rank = 0) =>
        new()
        {
            Key = key,
            Header = header,
            Value = value,
            Text = row => value(row).Number is { } number ? format(number) : "-",
            AlignRight = true,
            Rank = rank,
        };

    /// <summary>Only for programs.</summary>
    public static Column<T> Data<T>(string key, Func<T, Datum> value) => new() { Key = key, Value = value };

    /// <summary>Only for people.</summary>
    public static Column<T> Shown<T>(string header, Func<T, string> text, int rank = 0, bool alignRight = false) =>
        new() { Header = header, Text = text, Rank = rank, AlignRight = alignRight };
}
