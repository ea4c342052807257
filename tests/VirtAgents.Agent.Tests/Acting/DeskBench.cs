using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Agent.Acting;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using DirectiveState = VirtAgents.Core.Directives.DirectiveState;
using RefusalReason = VirtAgents.Core.Directives.RefusalReason;

namespace VirtAgents.Agent.Tests.Acting;

/// <summary>A desk with a journal on disk, a fake hypervisor and a fake clock; it can be killed and started anew.</summary>
internal sealed class DeskBench : IDisposable
{
    private readonly Channel<bool> _changes = Channel.CreateUnbounded<bool>();
    private readonly string _directory = Directory.CreateTempSubdirectory("virtagents-desk-").FullName;

    public DeskBench(byte[]? journal = null, FakeControl? control = null)
    {
        Control = control ?? new FakeControl();
        Time.SetLocalTimeZone(TimeZoneInfo.Utc);
        if (journal is not null)
        {
            File.WriteAllBytes(JournalPath, journal);
        }

        Start();
    }

    public static VmId Vm1 { get; } = new(new Guid("00000001-0000-4000-8000-000000000000"));

    /// <summary>A VM that this host does not have.</summary>
    public static VmId Foreign { get; } = new(new Guid("00000009-0000-4000-8000-000000000000"));

    public static VmId Vm2 { get; } = new(new Guid("00000002-0000-4000-8000-000000000000"));

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    public FakeControl? Control { get; set; }

    public PolicyState Policy { get; set; } = PolicyState.On(HostPolicy.AllowAll);

    public DirectiveJournal Journal { get; private set; } = null!;

    public DirectiveDesk Desk { get; private set; } = null!;

    /// <summary>VMs to which something may have been done, as the rest of the agent was told.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<VmId> Acted { get; } = new();

    public string JournalPath => Path.Combine(_directory, DirectiveJournal.FileName);

    public static DirectiveOrder Order(
        DirectiveKind kind = DirectiveKind.Destroy, VmId? vm = null, long epoch = 1, long deadline = 0, bool dryRun = false, params (string Name, string Text)[] parameters) =>
        new(Guid.NewGuid(), epoch, deadline, kind, kind == DirectiveKind.SetDrain ? default : vm ?? Vm1,
            parameters.ToImmutableSortedDictionary(p => p.Name, p => p.Text, StringComparer.Ordinal), "a test", dryRun);

    /// <summary>Begins another process on the same journal.</summary>
    public void Start()
    {
        Journal?.Dispose();
        Journal = DirectiveJournal.Open(_directory, Time, NullLogger.Instance);
        Desk = new DirectiveDesk(new ActingParts(Control, "acting is off: a test", () => Policy, Find, Journal) { Acted = Acted.Enqueue }, Time, NullLogger.Instance);
        Desk.Changed += () => _changes.Writer.TryWrite(true);
        Desk.Start();
    }

    public void Offer(DirectiveOrder order) => Desk.Offer(DirectiveMapping.ToWire(order));

    public void Cancel(Guid id) => Desk.Cancel(new CancelDirective { DirectiveId = WireGuid.ToWire(id), Reason = "changed my mind" });

    /// <summary>What is told of a directive next.</summary>
    public async Task<DirectiveUpdate> NextAsync(Guid id)
    {
        while (true)
        {
            if (!Desk.TryTake(out DirectiveUpdate? told))
            {
                await _changes.Reader.ReadAsync().AsTask().Soon();
            }
            else if (told.DirectiveId.Equals(WireGuid.ToWire(id)))
            {
                return told;
            }
        }
    }

    /// <summary>Reads what is told of a directive until it has ended.</summary>
    public async Task<(DirectiveState State, RefusalReason Refusal, string Detail)> EndAsync(Guid id)
    {
        DirectiveUpdate told;
        do
        {
            told = await NextAsync(id);
        }
        while (!DirectiveLife.IsEnded(DirectiveMapping.FromWire(told.State)));

        return (DirectiveMapping.FromWire(told.State), (RefusalReason)told.Refusal, told.Detail);
    }

    public Task<(DirectiveState State, RefusalReason Refusal, string Detail)> RunAsync(DirectiveOrder order)
    {
        Offer(order);
        return EndAsync(order.Id);
    }

    public void Dispose()
    {
        Journal.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static VmInfo? Find(VmId id) =>
        id == Vm1 || id == Vm2 ? new VmInfo(1, id, id == Vm1 ? "web-1" : "db-1", "acme", 1, 1 << 30, [], []) : null;
}
