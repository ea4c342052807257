using System.Globalization;
using System.Text;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage;
using VirtAgents.Storage.Embedded;

namespace VirtAgents.Cli.Stores;

/// <summary>Writes stored samples as lines of CSV or JSON, series after series.</summary>
internal sealed class StoreExport
{
    private static readonly string[] Head = ["time", "metric", "unit", "host", "vm", "owner_id", "device", "value"];
    private readonly TextWriter _output;
    private readonly bool _json;
    private readonly Dictionary<Guid, (string Host, string Vm)> _names;
    private readonly StringBuilder _line = new();

    public StoreExport(TextWriter output, bool json, IEnumerable<HostSnapshot> hosts)
    {
        _output = output;
        _json = json;
        _names = [];
        foreach (var host in hosts.OrderBy(snapshot => snapshot.UpdatedUnixMs))
        {
            _names[host.Inventory.Host.Id.Value] = (host.Inventory.Host.Name, "");
            foreach (var vm in host.Inventory.Vms)
            {
                _names[vm.Id.Value] = (host.Inventory.Host.Name, vm.Name);
            }
        }

        if (!json)
        {
            CsvWriter.WriteFields(output, Head);
        }
    }

    /// <summary>How many values were written.</summary>
    public long Values { get; private set; }

    public async Task WriteAsync(EmbeddedStore store, MetricDefinition metric, long fromMs, long toMs, CancellationToken cancel)
    {
        await foreach (var series in store.RangeAsync(new RangeQuery(metric.Id, [], null, fromMs, toMs), cancel))
        {
            cancel.ThrowIfCancellationRequested();
            var (host, vm) = _names.GetValueOrDefault(series.Subject.Owner, ("", ""));
            for (var i = 0; i < series.Raw.Length; i++)
            {
                Write(metric, series, i, host, vm);
            }
        }
    }

    private void Write(MetricDefinition metric, SeriesPoints series, int position, string host, string vm)
    {
        var value = SeriesValues.Scale(metric, series.Raw[position]).ToString("R", CultureInfo.InvariantCulture);
        string[] fields =
            [Instants.Utc(series.TimesUnixMs[position]), metric.Name, metric.Unit, host, vm, series.Subject.Owner.ToString(), series.Subject.Device, value];
        if (_json)
        {
            WriteJson(fields);
        }
        else
        {
            CsvWriter.WriteFields(_output, fields);
        }

        Values++;
    }

    private void WriteJson(string[] fields)
    {
        _line.Clear().Append('{');
        for (var i = 0; i < fields.Length; i++)
        {
            var text = i == fields.Length - 1 ? fields[i] : '"' + System.Text.Json.JsonEncodedText.Encode(fields[i]).ToString() + '"';
            _line.Append(i > 0 ? "," : "").Append('"').Append(Head[i]).Append("\":").Append(text);
        }

        _output.Write(_line.Append("}\n"));
    }
}
