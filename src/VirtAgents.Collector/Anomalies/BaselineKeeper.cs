using System.Buffers;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Anomalies;

/// <summary>
/// Keeps what is learnt of VMs over restarts of the collector: reads it before the first sample comes, writes what was learnt since in small
/// batches, and the rest when the collector stops. A crash costs what was learnt in the last half hour or so. Nobody waits for it.
/// </summary>
internal sealed partial class BaselineKeeper(VmBaselines baselines, BaselineStore store, TimeProvider time, ILogger<BaselineKeeper> log) : IHostedService, IDisposable
{
    /// <summary>A VM that was not seen for so long is forgotten.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(14);

    // Of a large fleet a part in each turn, so that the database is not written to in bursts.
    private const int DueWindows = 6, Turns = 30, LeastOfATurn = 100, BatchSize = 100;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;
    private string? _problem;

    private long OldestUnixMs => time.GetUtcNow().Subtract(Memory).ToUnixTimeMilliseconds();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.ForgetAsync(OldestUnixMs, cancellationToken);
        (int unreadable, int leftOut) = (0, 0);
        await store.ReadAsync(
            (vm, state) =>
            {
                bool isRead = VmBaseline.TryRead(state, out VmBaseline? baseline);
                unreadable += isRead ? 0 : 1;
                leftOut += isRead && !baselines.TryRestore(vm, baseline!) ? 1 : 0;
            },
            cancellationToken);
        if (unreadable + leftOut > 0)
        {
            LogNotRestored(baselines.Count, unreadable, leftOut);
        }

        _work = RunAsync(_stop.Token);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _work;
        await TryAsync(() => WriteAsync(Due(1, int.MaxValue), cancellationToken));
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            using PeriodicTimer timer = new(Period, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryAsync(() => TurnAsync(stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The collector stops, which writes the rest.
        }
    }

    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        await WriteAsync(Due(DueWindows, Math.Max(LeastOfATurn, baselines.Count / Turns)), cancellationToken);
        if (baselines.Forget(OldestUnixMs).Count > 0)
        {
            await store.ForgetAsync(OldestUnixMs, cancellationToken);
        }
    }

    private IEnumerable<KeyValuePair<VmId, VmBaseline>> Due(int windows, int most) =>
        baselines.All.Where(b => b.Value.Unsaved >= windows).OrderByDescending(b => b.Value.Unsaved).Take(most);

    private async Task WriteAsync(IEnumerable<KeyValuePair<VmId, VmBaseline>> due, CancellationToken cancellationToken)
    {
        foreach (KeyValuePair<VmId, VmBaseline>[] batch in due.Chunk(BatchSize))
        {
            List<(VmBaseline Baseline, int Windows)> written = [];
            VmBaselineRow[] rows = [.. batch.Select(b => RowOf(b.Key, b.Value, written))];
            await store.WriteAsync(rows, cancellationToken);
            written.ForEach(w => w.Baseline.MarkSaved(w.Windows));
        }
    }

    private static VmBaselineRow RowOf(VmId vm, VmBaseline baseline, List<(VmBaseline Baseline, int Windows)> written)
    {
        ArrayBufferWriter<byte> state = new(16 << 10);
        written.Add((baseline, baseline.Write(state)));
        return new VmBaselineRow { VmId = vm.Value, SeenUnixMs = baseline.SeenUnixMs, State = state.WrittenSpan.ToArray() };
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            _problem = null;
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // The loop's edge: the database may answer at the next turn, and nothing is lost before a restart; once is enough.
            if (_problem != problem.GetBaseException().Message)
            {
                LogNotKept(problem.GetBaseException().Message);
                _problem = problem.GetBaseException().Message;
            }
        }
    }

    [LoggerMessage(2150, LogLevel.Warning, "What was learnt of {Count} VMs is known again; of {Unreadable} it cannot be read and of {LeftOut} there is no room, so it is learnt anew.")]
    private partial void LogNotRestored(int count, int unreadable, int leftOut);

    [LoggerMessage(2151, LogLevel.Error, "What is learnt of VMs is not kept at the moment; it is tried again every minute: {Problem}")]
    private partial void LogNotKept(string problem);
}
