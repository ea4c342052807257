using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Writes directives as they change, in the form that was asked for: one line, object or row each.</summary>
internal sealed class DirectiveOutput(CommandContext context)
{
    private readonly DirectiveLines _lines = new(context.Zone, context.Settings.Colour);
    private bool _hasHead;

    /// <summary>Hands it on at once: a reader at the end of a pipe waits for it.</summary>
    public void Write(DirectiveRecord record)
    {
        var columns = DirectiveListing.At(context.Now);
        switch (context.Format)
        {
            case OutputFormat.Json:
                JsonOutput.WriteLine(context.Output, columns, record);
                break;
            case OutputFormat.Csv:
                WriteCsv(columns, record);
                break;
            default:
                context.Output.Write(_lines.Format(record) + "\n");
                break;
        }

        context.Output.Flush();
    }

    private void WriteCsv(IReadOnlyList<Column<DirectiveRecord>> columns, DirectiveRecord record)
    {
        if (!_hasHead)
        {
            CsvWriter.WriteHead(context.Output, columns);
            _hasHead = true;
        }

        CsvWriter.WriteRow(context.Output, columns, record);
    }
}
