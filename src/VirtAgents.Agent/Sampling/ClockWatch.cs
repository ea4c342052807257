using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Sampling;

/// <summary>Notices that the clock of the host was set: it then moves otherwise than the monotonic clock.</summary>
internal sealed class ClockWatch(TimeProvider time)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private DateTimeOffset _wall = time.GetUtcNow();
    private long _monotonic = time.GetTimestamp();

    /// <summary>The event to report when the clock jumped since the last look; else null.</summary>
    public HostEvent? Look()
    {
        DateTimeOffset wall = time.GetUtcNow();
        long monotonic = time.GetTimestamp();
        TimeSpan jump = wall - _wall - time.GetElapsedTime(_monotonic, monotonic);
        (_wall, _monotonic) = (wall, monotonic);
        return jump.Duration() < Tolerance ? null : new HostEvent(
            HostEventKind.ClockJumped,
            wall.ToUnixTimeMilliseconds(),
            Evidence: string.Create(System.Globalization.CultureInfo.InvariantCulture, $"jumped by {jump.TotalSeconds:+0.0;-0.0} s against the monotonic clock"));
    }
}
