using VirtAgents.Core.Detection.Liveness;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Detection.Liveness;

/// <summary>Hosts that are asked after by others, over a network that loses each fifth segment, in virtual milliseconds.</summary>
/// <remarks>
/// A look is a connection: its first segment is sent at once and after 1 and 3 s, and each try needs one segment back. An agent
/// that stalls (4 s in an hour on average) does not speak on the connection that its kernel accepts, and as a witness finds that it was late itself.
/// Answers come to the collector over the streams of the witnesses, and now and then too late.
/// </remarks>
internal sealed class WitnessedHosts(int seed, int hosts)
{
    private const double Loss = 0.2, Stalled = 4.0 / 3_600;
    private const int TimeoutMs = 5_000;

    private readonly Random _random = new(seed);
    private readonly Asked?[] _asked = new Asked?[hosts];
    private readonly long?[] _lostMs = new long?[hosts];

    /// <summary>Whether others are asked also while a host is heard.</summary>
    public bool AskAlways { get; set; }

    /// <summary>When each host was first called lost; null = never.</summary>
    public IReadOnlyList<long?> LostMs => _lostMs;

    public int Lost => _lostMs.Count(l => l is not null);

    public int Rounds { get; private set; }

    /// <summary>Rounds in which enough looked and nobody saw a sign of life.</summary>
    public int Unseen { get; private set; }

    public void Look(LossyStream[] streams, StreamHearing[] hearings, SilenceVerdict silence, long nowMs)
    {
        for (int i = 0; i < hosts; i++)
        {
            bool isHeard = hearings[i].SilenceMs < LivenessWorld.LimitMs / 2;
            _asked[i] = !AskAlways && isHeard ? null : _asked[i] ?? (AskAlways || silence.Suspects(hearings[i]) ? new() : null);
            if (_asked[i] is { } asked)
            {
                End(i, asked, silence, nowMs);
                Begin(i, asked, streams, hearings, nowMs);
            }
        }
    }

    private static HostId HostOf(int number) => new(new Guid(number, 0, 0, new byte[8]));

    private void Begin(int host, Asked asked, LossyStream[] streams, StreamHearing[] hearings, long nowMs)
    {
        if (asked.Testimonies is not null || asked.DueMs > nowMs)
        {
            return;
        }

        WitnessCandidate[] heard = [.. Enumerable.Range(0, hosts).Where(h => hearings[h].SilenceMs < LivenessWorld.LimitMs / 2).Select(h => new WitnessCandidate(HostOf(h), "", true))];
        asked.Testimonies = [.. WitnessChoice.Choose(HostOf(host), "", heard, asked.Round++).Select(q => Hear(q, host, streams, nowMs))];
        asked.EndMs = nowMs + (asked.Testimonies.Any(t => !t.IsSignOfLife) ? TimeoutMs : 100);
    }

    private void End(int host, Asked asked, SilenceVerdict silence, long nowMs)
    {
        if (asked.Testimonies is null || asked.EndMs > nowMs)
        {
            return;
        }

        asked.Verdict = HostJudge.Judge(asked.Testimonies, HeartbeatSight.None, silence.Widening, silence.Mass, asked.Verdict);
        (asked.Testimonies, asked.DueMs) = (null, asked.Verdict.IsUnseen ? nowMs : nowMs + LivenessWorld.LimitMs);
        Rounds++;
        Unseen += asked.Verdict.IsUnseen ? 1 : 0;
        _lostMs[host] ??= asked.Verdict.Standing == HostStanding.Lost ? nowMs : null;
    }

    private HostTestimony Hear(WitnessQuestion question, int host, LossyStream[] streams, long nowMs)
    {
        ProbeOutcome outcome = See(streams[host].DiesMs > nowMs);
        int third = question.Third is { } other ? Enumerable.Range(0, hosts).First(h => HostOf(h) == other) : host;
        bool seesOthers = third != host && new HostTestimony("", See(streams[third].DiesMs > nowMs), false, "").IsSignOfLife;
        bool isLate = _random.NextDouble() < Stalled || Flight() > TimeoutMs;
        return new("", isLate ? ProbeOutcome.Unknown : outcome, seesOthers, "");
    }

    private ProbeOutcome See(bool isAlive)
    {
        for (int tries = 0; isAlive && tries < 3; tries++)
        {
            if (_random.NextDouble() < (1 - Loss) * (1 - Loss))
            {
                return _random.NextDouble() < Stalled ? ProbeOutcome.Mute : ProbeOutcome.Answered;
            }
        }

        return ProbeOutcome.TimedOut;
    }

    private long Flight()
    {
        long delay = 1;
        for (long pause = 200; _random.NextDouble() < Loss; pause *= 2)
        {
            delay += pause;
        }

        return delay;
    }

    private sealed class Asked
    {
        public int Round { get; set; }

        public long DueMs { get; set; }

        public long EndMs { get; set; }

        public HostTestimony[]? Testimonies { get; set; }

        public HostVerdict? Verdict { get; set; }
    }
}
