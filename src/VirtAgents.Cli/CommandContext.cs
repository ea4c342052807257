using VirtAgents.Cli.Connection;
using VirtAgents.Cli.Output;

namespace VirtAgents.Cli;

/// <summary>What a command works with while it runs.</summary>
internal sealed class CommandContext(CliEnvironment environment, CommonSettings settings) : IDisposable
{
    private CollectorClient? _client;

    public CliEnvironment Environment => environment;

    public CommonSettings Settings => settings;

    public TextWriter Output => environment.Output;

    public OutputFormat Format => settings.Format;

    public DateTimeOffset Now => environment.Time.GetUtcNow();

    public TimeZoneInfo Zone => environment.Time.LocalTimeZone;

    /// <summary>Made when first asked for: a command without a collector opens nothing.</summary>
    public CollectorClient Client => _client ??= new CollectorClient(settings, environment.Time);

    /// <summary>A line for the person, beside the output.</summary>
    public void Notice(string text) => environment.Error.WriteLine("virtctl: " + text);

    /// <summary>Does what the form takes that was asked for.</summary>
    public void Write(Action<CommandContext> json, Action<CommandContext> csv, Action<CommandContext> text)
    {
        Action<CommandContext> write = Format switch
        {
            OutputFormat.Json => json,
            OutputFormat.Csv => csv,
            _ => text,
        };
        write(this);
    }

    /// <summary>A listing in the form that was asked for.</summary>
    public void WriteList<T>(IReadOnlyList<Column<T>> columns, IReadOnlyList<T> rows, string whenEmpty)
    {
        switch (Format)
        {
            case OutputFormat.Json:
                JsonOutput.WriteList(Output, columns, rows);
                break;
            case OutputFormat.Csv:
                CsvWriter.WriteHead(Output, columns);
                foreach (var row in rows)
                {
                    CsvWriter.WriteRow(Output, columns, row);
                }

                break;
            default:
                WriteTable(columns, rows, whenEmpty);
                break;
        }
    }

    public void WriteTable<T>(IReadOnlyList<Column<T>> columns, IReadOnlyList<T> rows, string whenEmpty)
    {
        if (rows.Count == 0)
        {
            Notice(whenEmpty);
        }
        else
        {
            WriteTable(TableLayout.Of(columns, rows));
        }
    }

    public void WriteTable(TableLayout table)
    {
        if (environment.OutputIsTerminal)
        {
            Output.Write(TableWriter.RenderBox(table, environment.TerminalSize().Width, settings.Colour));
        }
        else
        {
            TableWriter.WritePlain(Output, table);
        }
    }

    /// <summary>A heading above a part of the output for people.</summary>
    public void WriteHeading(string text) => Output.Write("\n" + TableWriter.Paint(text, Tone.Quiet, settings.Colour) + "\n");

    public void Dispose() => _client?.Dispose();
}
