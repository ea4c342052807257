using VirtAgents.Core.Detection;
using VirtAgents.Core.Detection.Liveness;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Detection;

/// <summary>A host whose inputs are written as one line each.</summary>
internal sealed class HostUnderTest
{
    public static readonly VmId A = new(new Guid("aaaaaaaa-0000-0000-0000-000000000001"));
    public static readonly VmId B = new(new Guid("bbbbbbbb-0000-0000-0000-000000000002"));

    public static readonly HostInfo Info = new(new HostId(new Guid("11111111-0000-0000-0000-000000000000")), "h1", "QEMU", 8, 1L << 34, "");

    private long _sequence;

    public HostState State { get; private set; } = HostState.New(Info);

    public List<FleetEvent> Feed { get; } = [];

    /// <summary>Events since the last look, as "Kind VM State Reason".</summary>
    public string[] News
    {
        get
        {
            string[] news = [.. Feed.Select(Print)];
            Feed.Clear();
            return news;
        }
    }

    public VmCondition Vm(VmId vm) => State.Vms[vm];

    /// <summary>A host whose agent is connected, with VM A running and VM B shut off.</summary>
    public static HostUnderTest Connected()
    {
        HostUnderTest host = new();
        host.Open().Inventory(A, B).Event(HostEventKind.VmObserved, 900, A, VmState.Running, VmStateReason.Booted)
            .Event(HostEventKind.VmObserved, 901, B, VmState.ShutOff, VmStateReason.CleanShutdown).Report(1_000);
        host.Feed.Clear();
        return host;
    }

    public static HostUnderTest Of(HostState state) => new() { State = state };

    public HostUnderTest Open(bool other = false, bool continuous = true) => Take(new AgentOpened(5_000, other, continuous, "test"));

    public HostUnderTest Close(bool onPurpose = false) => Take(new AgentClosed(5_000, onPurpose, "test"));

    public HostUnderTest Silent() => Take(new HostSilent(5_000, "test"));

    public HostUnderTest Judged(HostStanding standing) => Take(new HostJudged(5_000, new(standing, standing == HostStanding.Lost, "test")));

    public HostUnderTest Heard() => Take(new HostHeard(5_000));

    public HostUnderTest Missing(long count) => Take(new MessagesMissing(5_000, count, "spool full"));

    public HostUnderTest Inventory(params VmId[] vms) => Take(new InventorySeen(5_000, new Inventory(
        1, Info, [.. vms.Select((v, i) => new VmInfo(i + 1, v, Name(v), "", 1, 1 << 30, [], []))], [], [])));

    public HostUnderTest Event(
        HostEventKind kind, long time, VmId? vm = null, VmState state = VmState.Unknown, VmStateReason reason = VmStateReason.Unspecified, long sequence = 0) =>
        Take(new EventSeen(5_000, Next(sequence), new HostEvent(kind, time, vm, vm is { } v ? Name(v) : "", "", state, reason, "seen")));

    public HostUnderTest Report(long time, params (VmId Vm, VmState State)[] states) => Slow(time, 0, states);

    public HostUnderTest Slow(long time, long sequence, params (VmId Vm, VmState State)[] states)
    {
        SampleSet samples = new() { TimeUnixMs = time, Tier = SampleTier.Slow };
        Subject?[] subjects = [new(SubjectKind.Host, Info.Id.Value, ""), .. states.Select(s => new Subject(SubjectKind.Vm, s.Vm.Value, ""))];
        SampleTable table = samples.Add(SubjectKind.Vm, [Metric.VmStateCode, Metric.VmStateReasonCode]);
        for (int i = 0; i < states.Length; i++)
        {
            int row = table.AddRow(i + 1);
            if (states[i].State != VmState.Unknown)
            {
                table.Set(row, 0, (long)states[i].State);
                table.Set(row, 1, states[i].State == VmState.Crashed ? (long)VmStateReason.Crashed : 0);
            }
        }

        return Take(new ReportSeen(5_000, Next(sequence), samples, subjects));
    }

    public HostUnderTest Take(HostInput input)
    {
        StateTransition transition = StateRules.Observe(State, input);
        State = transition.State;
        Feed.AddRange(transition.Events);
        return this;
    }

    private static string Name(VmId vm) => vm == A ? "a" : vm == B ? "b" : "other";

    private static string Print(FleetEvent line) => line.Event.Vm is null
        ? $"{line.Event.Kind}"
        : $"{line.Event.Kind} {line.Event.VmName} {line.FromState}>{line.Event.State} {line.Event.Reason}";

    private long Next(long sequence)
    {
        _sequence = Math.Max(_sequence + 1, sequence);
        return sequence == 0 ? _sequence : sequence;
    }
}
