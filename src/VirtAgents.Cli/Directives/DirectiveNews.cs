using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Directives;

/// <summary>Which records tell something that was not told yet. Remembers a bounded number of ended directives.</summary>
internal sealed class DirectiveNews
{
    private const int MostEnded = 10_000;

    private readonly Dictionary<string, Told> _told = new(StringComparer.Ordinal);
    private readonly Queue<string> _ended = new();

    public DirectiveNews(IEnumerable<DirectiveRecord> known)
    {
        foreach (var record in known)
        {
            Take(record);
        }
    }

    public bool Take(DirectiveRecord record)
    {
        var now = new Told(record.State, record.UpdatedUnixMs, record.Detail, record.ProgressPercent, record.RemainingBytes);
        if (_told.TryGetValue(record.Id, out var before) && before == now)
        {
            return false;
        }

        _told[record.Id] = now;
        if (Stages.IsEnded(record.State))
        {
            _ended.Enqueue(record.Id);
        }

        if (_ended.Count > MostEnded)
        {
            _told.Remove(_ended.Dequeue());
        }

        return true;
    }

    private readonly record struct Told(DirectiveStage State, long UpdatedUnixMs, string Detail, uint ProgressPercent, ulong RemainingBytes);
}
