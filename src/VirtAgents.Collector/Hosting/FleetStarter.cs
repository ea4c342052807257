using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Fleet;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Hosting;

/// <summary>Wakes the cluster, and after a while suspects the hosts that did not come back.</summary>
internal sealed partial class FleetStarter(
    IGrainFactory grains, FleetMemory memory, CollectorOptions options, TimeProvider time, ILogger<FleetStarter> log) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await grains.GetGrain<IClusterGrain>(0).StartAsync();
        _work = SuspectUnseenAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _work;
    }

    public void Dispose() => _stop.Dispose();

    private async Task SuspectUnseenAsync()
    {
        try
        {
            await Task.Delay(options.Liveness.ReturnLimit, time, _stop.Token);
            foreach (HostId host in memory.Hosts)
            {
                await grains.GetGrain<IHostGrain>(host.Value).SuspectUnseenAsync().AsTask().WaitAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The collector stops.
        }
        catch (Exception problem)
        {
            // The loop's edge: nobody awaits this task but the stop.
            LogNotSuspected(problem);
        }
    }

    [LoggerMessage(2030, LogLevel.Error, "Hosts that did not come back could not be suspected.")]
    private partial void LogNotSuspected(Exception problem);
}
