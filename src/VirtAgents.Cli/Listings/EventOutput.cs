using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Writes events as they come, in the form that was asked for.</summary>
internal sealed class EventOutput
{
    private readonly CommandContext _context;
    private readonly EventLines _lines;

    public EventOutput(CommandContext context)
    {
        _context = context;
        _lines = new EventLines(context.Zone, context.Settings.Colour);
        if (context.Format == OutputFormat.Csv)
        {
            CsvWriter.WriteHead(context.Output, EventListing.DataColumns);
        }
    }

    /// <summary>Hands them on at once: a reader at the end of a pipe waits for them.</summary>
    public void Write(IReadOnlyList<FeedEvent> events)
    {
        _lines.Measure(events);
        foreach (var line in events)
        {
            Write(line);
        }

        _context.Output.Flush();
    }

    private void Write(FeedEvent line)
    {
        switch (_context.Format)
        {
            case OutputFormat.Json:
                JsonOutput.WriteLine(_context.Output, EventListing.DataColumns, line);
                break;
            case OutputFormat.Csv:
                CsvWriter.WriteRow(_context.Output, EventListing.DataColumns, line);
                break;
            default:
                _context.Output.Write(_lines.Format(line) + "\n");
                break;
        }
    }
}
