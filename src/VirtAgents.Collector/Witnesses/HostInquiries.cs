using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Sessions;
using VirtAgents.Core.Detection.Liveness;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Witnesses;

/// <summary>
/// Has other agents look at the hosts that are not heard, again and again until those are heard, and tells the hosts what
/// came of it. Asks only; nothing is done about it here.
/// </summary>
internal sealed partial class HostInquiries(
    WitnessBook book, HostInquiry inquiry, MassSilenceState mass, IGrainFactory grains, CollectorOptions options, TimeProvider time, ILogger<HostInquiries> log)
    : BackgroundService
{
    /// <summary>Hosts that are asked after at the same time, so that few witnesses of many hosts are not flooded.</summary>
    private const int MostAtOnce = 8;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _limit = options.Liveness.SilenceLimit;

    // Three tries of TCP to connect, and never longer than the hosts are given to be silent.
    private readonly TimeSpan _timeout = TimeSpan.FromTicks(Math.Clamp((options.Liveness.SilenceLimit / 3).Ticks, Shortest.Ticks, Longest.Ticks));
    private readonly List<Task> _running = [];

    private long NowMs => StreamSilence.Milliseconds(time, time.GetTimestamp());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(_limit / 15, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                _running.RemoveAll(t => t.IsCompleted);
                foreach (Absence absence in book.Take(NowMs, MostAtOnce - _running.Count))
                {
                    _running.Add(AskAsync(absence, stoppingToken));
                }
            }
        }
        finally
        {
            await Task.WhenAll(_running);
        }
    }

    private async Task AskAsync(Absence absence, CancellationToken stop)
    {
        HostVerdict verdict = new(HostStanding.Unproven, false, "it could not be asked");
        try
        {
            long began = NowMs;
            InquiryRound round = await inquiry.AskAsync(absence, _timeout, _limit / 2, stop);
            absence.Heartbeat = absence.Heartbeat.Observe(round.Beat, NowMs);
            verdict = HostJudge.Judge(round.Testimonies, absence.Heartbeat.SightAt(NowMs), WideningSince(began), mass.Current, absence.Verdict);
            if (book.Holds(absence))
            {
                await grains.GetGrain<IHostGrain>(absence.Host.Value).JudgeAsync(new(verdict));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The collector stops.
        }
        catch (Exception problem)
        {
            // The loop's edge: one host that cannot be judged must not leave the others unjudged. It is asked after again.
            LogNotJudged(problem, absence.Host);
        }

        if (absence.Take(verdict, NowMs, (long)_limit.TotalMilliseconds) && verdict.Standing == HostStanding.Unproven && book.Holds(absence))
        {
            LogUnproven(absence.Host, verdict.Evidence);
        }
    }

    // Late until the round began, as the watch knows, or during it, which it may not have seen yet.
    private double WideningSince(long beganMs)
    {
        double limitMs = _limit.TotalMilliseconds;
        OwnLateness during = default(OwnLateness).Observe(NowMs - beganMs, 2 * _timeout.TotalMilliseconds, limitMs);
        return Math.Max(mass.Widening, during.Widening(limitMs));
    }

    [LoggerMessage(2070, LogLevel.Error, "Host {HostId}, which is not heard, could not be judged; it is asked after again.")]
    private partial void LogNotJudged(Exception problem, HostId hostId);

    [LoggerMessage(2071, LogLevel.Information, "Whether host {HostId}, which is not heard, lives cannot be told: {Evidence}.")]
    private partial void LogUnproven(HostId hostId, string evidence);
}
