using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Influx.Lines;

/// <summary>
/// Names for the reports of one batch: those that are known, and those that come with the batch for the reports that are
/// of that inventory or a later one. So a report gets the same tags however messages are gathered into batches, and writing
/// it again puts it over itself.
/// </summary>
internal sealed class NewNames(Dictionary<HostId, HostNames> known, IReadOnlyList<HostSnapshot> snapshots)
{
    private readonly Dictionary<HostId, List<HostNames>> _news = GroupByHost(snapshots);

    public HostNames Of(ReportRecord report)
    {
        if (_news.TryGetValue(report.Host, out List<HostNames>? news)
            && news.FindLast(n => n.Version <= report.Samples.InventoryVersion) is HostNames newest)
        {
            return newest;
        }

        if (!known.TryGetValue(report.Host, out HostNames? names))
        {
            names = news?[0] ?? HostNames.Unknown(report.Host);
            known.Add(report.Host, names);
        }

        return names;
    }

    private static Dictionary<HostId, List<HostNames>> GroupByHost(IReadOnlyList<HostSnapshot> snapshots)
    {
        var news = new Dictionary<HostId, List<HostNames>>();
        foreach (HostSnapshot snapshot in snapshots)
        {
            if (!news.TryGetValue(snapshot.Inventory.Host.Id, out List<HostNames>? ofHost))
            {
                news.Add(snapshot.Inventory.Host.Id, ofHost = []);
            }

            ofHost.Add(HostNames.Of(snapshot));
        }

        return news;
    }
}
