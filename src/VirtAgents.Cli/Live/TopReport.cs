using VirtAgents.Cli.Listings;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Live;

/// <summary>Top for anything but a living screen: one picture after the other, whole.</summary>
internal sealed class TopReport(CommandContext context, TopView view, int limit)
{
    private bool _begun;

    public void Write(WatchLatestResponse latest)
    {
        switch (context.Format)
        {
            case OutputFormat.Json:
                WriteJson(latest);
                break;
            case OutputFormat.Csv when view.Hosts:
                WriteCsv(latest, HostListing.At(context.Now), latest.Hosts.Take(limit));
                break;
            case OutputFormat.Csv:
                WriteCsv(latest, VmListing.At(context.Now), VmSort.By(view.Sort, view.Reverse, latest.Vms).Take(limit));
                break;
            default:
                context.Output.Write((_begun ? "\n" : "") + TopView.Summary(latest, context.Zone) + "\n");
                context.WriteTable(view.TableOf(latest, limit));
                break;
        }

        _begun = true;
        context.Output.Flush();
    }

    private void WriteJson(WatchLatestResponse latest) => JsonOutput.WriteLine(context.Output, json =>
    {
        json.WriteStartObject();
        json.WritePropertyName("time");
        Datum.Time(latest.TimeUnixMs).Write(json);
        json.WritePropertyName("hosts");
        JsonOutput.WriteRows(json, HostListing.At(context.Now), latest.Hosts);
        json.WritePropertyName("vms");
        JsonOutput.WriteRows(json, VmListing.At(context.Now), VmSort.By(view.Sort, view.Reverse, latest.Vms).Take(limit));
        json.WriteEndObject();
    });

    private void WriteCsv<T>(WatchLatestResponse latest, IEnumerable<Column<T>> columns, IEnumerable<T> rows)
    {
        Column<T>[] withTime = [Columns.Data<T>("time", _ => Datum.Time(latest.TimeUnixMs)), .. columns];
        if (!_begun)
        {
            CsvWriter.WriteHead(context.Output, withTime);
        }

        foreach (var row in rows)
        {
            CsvWriter.WriteRow(context.Output, withTime, row);
        }
    }
}
