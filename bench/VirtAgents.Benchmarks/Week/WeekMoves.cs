using System.Collections.Immutable;
using System.Globalization;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Simulation.Control;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Benchmarks.Week;

/// <summary>Directives to migrate, carried out by the simulated hosts as their agents would, and what became of them.</summary>
internal sealed class WeekMoves(WeekWorld world)
{
    private const double TimeAllowedFor = 10, LeastSeconds = 300;
    private const long HourMs = 3_600_000;
    private static readonly long DeadlineMs = (long)TimeSpan.FromMinutes(2).TotalMilliseconds;

    private readonly List<Move> _open = [];
    private readonly List<Move> _all = [];
    private readonly Dictionary<Guid, DirectiveNow> _states = [];
    private int _number;

    public bool IsAny => _open.Count > 0;

    public IReadOnlyDictionary<Guid, DirectiveNow> States => _states;

    public ImmutableArray<MigrationUnderWay> UnderWay => [.. _open.Select(m => new MigrationUnderWay(m.Vm, m.From, m.To))];

    /// <summary>Moves that have ended well.</summary>
    public IReadOnlyList<Move> Done => [.. _all.Where(m => _states[m.Id].State == DirectiveState.Done)];

    /// <summary>Moves that ended otherwise.</summary>
    public int Failed => _all.Count(m => _states[m.Id].State > DirectiveState.Done);

    /// <summary>Moves begun within the hour.</summary>
    public int BegunInHour => _all.AsEnumerable().Reverse().TakeWhile(m => m.SentMs > world.NowMs - HourMs).Count();

    /// <summary>VMs that were ordered to be moved since a time.</summary>
    public HashSet<Guid> MovedSince(long unixMs) => [.. _all.AsEnumerable().Reverse().TakeWhile(m => m.SentMs > unixMs).Select(m => m.Vm.Value)];

    /// <summary>Moves that ended well and were begun within an hour after another such one of the same VM, and those of them to the host it came from.</summary>
    public (int Again, int Back) Again()
    {
        (int again, int back) = (0, 0);
        foreach (Move[] moves in Done.GroupBy(m => m.Vm).Select(g => g.OrderBy(m => m.SentMs).ToArray()))
        {
            for (int i = 1; i < moves.Length; i++)
            {
                bool isSoon = moves[i].SentMs - moves[i - 1].SentMs < HourMs;
                again += isSoon ? 1 : 0;
                back += isSoon && moves[i].To == moves[i - 1].From ? 1 : 0;
            }
        }

        return (again, back);
    }

    /// <summary>Sends a directive.</summary>
    public Guid Send(VmId vm, HostId from, HostId to, double expectedSeconds)
    {
        string seconds = ((int)Math.Max(LeastSeconds, expectedSeconds * TimeAllowedFor)).ToString(CultureInfo.InvariantCulture);
        Guid id = new(++_number, 0, 0, new byte[8]);
        DirectiveOrder order = new(
            id, 1, world.NowMs + DeadlineMs, DirectiveKind.Migrate, vm,
            ImmutableSortedDictionary<string, string>.Empty.Add("destination", world.World.HostOf(world.NumberOf(to)).Name).Add("timeout_seconds", seconds), "", false);
        Move move = new(id, vm, from, to, order, world.NowMs, world.Hosts[world.NumberOf(from)].HeldBy(vm) ?? 0);
        _open.Add(move);
        _all.Add(move);
        _states[id] = new(DirectiveState.Sent, "", world.NowMs);
        return id;
    }

    /// <summary>Takes directives further; true = one has ended.</summary>
    public bool Look()
    {
        foreach (Move move in _open)
        {
            _states[move.Id] = Next(move, _states[move.Id]);
        }

        return _open.RemoveAll(m => DirectiveLife.IsEnded(_states[m.Id].State)) > 0;
    }

    private DirectiveNow Next(Move move, DirectiveNow now)
    {
        int host = world.NumberOf(move.From);
        if (now.State == DirectiveState.Sent && world.NowMs > move.Order.DeadlineUnixMs)
        {
            return new(DirectiveState.Expired, "its deadline has passed", world.NowMs);
        }

        if (world.Hosts[host].Link != HostLink.Up)
        {
            return now;
        }

        if (now.State == DirectiveState.Sent)
        {
            move.Evidence = world.World.Control.EvidenceFor(move.Order);
            OrderVerdict verdict = world.World.Control.Begin(host, move.Order);
            return new(verdict.IsPossible ? DirectiveState.Running : DirectiveState.Refused, verdict.Detail, world.NowMs);
        }

        OrderSight sight = world.World.Control.Look(host, move.Order, move.Evidence);
        return sight.Stage switch
        {
            SightStage.Seen => new(DirectiveState.Done, sight.Detail, world.NowMs),
            SightStage.Failed or SightStage.NotSeen => new(DirectiveState.Failed, sight.Detail, world.NowMs),
            _ => now,
        };
    }

    /// <summary>One directive.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Vm">The VM.</param>
    /// <param name="From">Host it leaves.</param>
    /// <param name="To">Host it goes to.</param>
    /// <param name="Order">What its host is told.</param>
    /// <param name="SentMs">When; milliseconds since 1970 UTC.</param>
    /// <param name="Bytes">Memory that the VM held then.</param>
    internal sealed record Move(Guid Id, VmId Vm, HostId From, HostId To, DirectiveOrder Order, long SentMs, long Bytes)
    {
        /// <summary>What was seen before it was begun.</summary>
        public string Evidence { get; set; } = "";
    }
}
