using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Tests.Control;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Tests.Directives;

/// <summary>The ledger on a database of its own, with a clock that the test moves. It can be closed and opened again.</summary>
internal sealed class LedgerUnderTest : IAsyncDisposable
{
    public static readonly HostInfo Host = new(new HostId(new Guid(1, 0, 0, new byte[8])), "alpha", "QEMU", 4, 1L << 33, "");
    private static readonly VmInfo Vm = new(1, new VmId(new Guid(7, 0, 0, new byte[8])), "web", "", 2, 1 << 30, [], []);

    private readonly string _path;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private ControlDouble? _control;

    private LedgerUnderTest(string path) => _path = path;

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));

    public DirectiveLedger Ledger { get; private set; } = null!;

    public DirectiveFeed Feed { get; private set; } = null!;

    public DirectiveReader Reader => new(_control!);

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<LedgerUnderTest> OpenAsync()
    {
        LedgerUnderTest ledger = new(ControlDouble.NewPath());
        await ledger.ReopenAsync();
        return ledger;
    }

    /// <summary>As a restart of the collector does.</summary>
    public async Task ReopenAsync()
    {
        await CloseAsync();
        _control = await ControlDouble.OpenAsync(_path);
        CollectorMetrics metrics = new(_services.GetRequiredService<IMeterFactory>());
        Feed = new(_control.Options, metrics);
        Ledger = new(_control.Queue, Feed, metrics, Clock);
    }

    public async Task<Guid> RecordAsync(DirectiveKind kind = DirectiveKind.Suspend, params (string Name, string Text)[] parameters)
    {
        Recording recording = await Ledger.RecordAsync(Draft(kind, parameters), Cancel);
        Assert.Equal(RecordingResult.New, recording.Result);
        return recording.Row!.Id;
    }

    /// <summary>Adds open directives of the host in one commit.</summary>
    public Task FillAsync(int count) => _control!.Queue.RunAsync(
        context =>
        {
            context.AddRange(Enumerable.Range(0, count).Select(i => new DirectiveRow
            {
                Id = Guid.NewGuid(), Number = 1_000 + i, Kind = DirectiveKind.Suspend, HostId = Host.Id.Value, HostName = Host.Name, IsOpen = true, State = DirectiveState.Sent,
            }));
            return context.SaveChangesAsync();
        },
        Cancel);

    public static DirectiveDraft Draft(DirectiveKind kind, params (string Name, string Text)[] parameters) => new(
        Guid.NewGuid(), DirectiveCatalogue.Find(kind)!, new(Host, Vm), parameters.ToImmutableSortedDictionary(p => p.Name, p => p.Text, StringComparer.Ordinal), "why", "ann", "", TimeSpan.FromMinutes(5), false);

    public async Task<NewsEffect> TellAsync(Guid id, DirectiveState state, string detail = "") =>
        (await Ledger.TakeAsync(Host.Id, new(id, state, RefusalReason.None, detail, default, 0), Cancel)).Effect;

    public async Task<DirectiveRow> FindAsync(Guid id) => (await Reader.FindAsync(id, Cancel))!;

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _services.DisposeAsync();
    }

    private async Task CloseAsync()
    {
        if (_control is not null)
        {
            await _control.DisposeAsync();
        }
    }
}
