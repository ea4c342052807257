using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace VirtAgents.Agent.Hosting;

/// <summary>
/// Tells systemd's watchdog that the agent lives, and only while sampling makes progress: an agent that runs but no
/// longer samples is to be restarted.
/// </summary>
internal sealed partial class WatchdogService(AgentService agent, ISystemdNotifier notifier, TimeProvider time, ILogger<WatchdogService> logger)
    : BackgroundService
{
    private static readonly ServiceState Alive = new("WATCHDOG=1");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? text = Environment.GetEnvironmentVariable("WATCHDOG_USEC");
        if (!notifier.IsEnabled || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) || limit == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(TimeSpan.FromMicroseconds(limit / 3.0), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (agent.IsSampling)
            {
                Notify();
            }
            else
            {
                LogNoProgress();
            }
        }
    }

    private void Notify()
    {
        try
        {
            notifier.Notify(Alive);
        }
        catch (SocketException e)
        {
            LogNotTold(e.Message);
        }
    }

    [LoggerMessage(1004, LogLevel.Warning, "The watchdog could not be told that the agent lives: {Problem}")]
    private partial void LogNotTold(string problem);

    [LoggerMessage(1003, LogLevel.Warning, "The fast samples have stopped; the watchdog is not told that the agent lives.")]
    private partial void LogNoProgress();
}
