using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Which records tell something that was not told yet: a stream that is begun anew tells the active ones again. Bounded.</summary>
internal sealed class IncidentNews
{
    private const int Most = 10_000;

    private readonly Dictionary<string, (long Updated, string Text)> _told = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public bool Take(IncidentRecord record)
    {
        var step = record.Steps.LastOrDefault();
        var known = _told.TryGetValue(record.Id, out var before);

        // A record without a step is the present one: no news when its newest change was told.
        if (known && (step is null ? before.Updated >= record.UpdatedUnixMs : before == (record.UpdatedUnixMs, step.Text)))
        {
            return false;
        }

        _told[record.Id] = (record.UpdatedUnixMs, step?.Text ?? "");
        if (!known)
        {
            _order.Enqueue(record.Id);
        }

        if (_order.Count > Most)
        {
            _told.Remove(_order.Dequeue());
        }

        return true;
    }
}
