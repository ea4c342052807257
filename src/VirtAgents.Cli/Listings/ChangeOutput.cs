using VirtAgents.Cli.Output;

namespace VirtAgents.Cli.Listings;

/// <summary>Writes things as they change, in the form that was asked for: one line, object or row each.</summary>
/// <param name="context">Where to, and in which form.</param>
/// <param name="columns">Columns for programs, asked for with each change, as ages are among them.</param>
/// <param name="line">A line for people.</param>
internal sealed class ChangeOutput<T>(CommandContext context, Func<IReadOnlyList<Column<T>>> columns, Func<T, string> line)
{
    private bool _hasHead;

    /// <summary>Hands it on at once: a reader at the end of a pipe waits for it.</summary>
    public void Write(T change)
    {
        switch (context.Format)
        {
            case OutputFormat.Json:
                JsonOutput.WriteLine(context.Output, columns(), change);
                break;
            case OutputFormat.Csv:
                WriteCsv(columns(), change);
                break;
            default:
                context.Output.Write(line(change) + "\n");
                break;
        }

        context.Output.Flush();
    }

    private void WriteCsv(IReadOnlyList<Column<T>> all, T change)
    {
        if (!_hasHead)
        {
            CsvWriter.WriteHead(context.Output, all);
            _hasHead = true;
        }

        CsvWriter.WriteRow(context.Output, all, change);
    }
}
