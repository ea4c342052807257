using System.Net;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Sessions;
using VirtAgents.Core.Detection.Liveness;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using ProbeOutcome = VirtAgents.Core.Detection.Liveness.ProbeOutcome;

namespace VirtAgents.Collector.Witnesses;

/// <summary>Asks other agents after one host, and each of them after a third one as well.</summary>
internal sealed class HostInquiry(SessionRegistry registry, WitnessBook book, ProbeBoard board, CollectorMetrics metrics, TimeProvider time)
{
    private const int DetailLength = 256;

    /// <summary>One round: what each of the asked saw, and the newest beat that one of them read. Empty when nobody can look.</summary>
    /// <param name="absence">The host.</param>
    /// <param name="timeout">How long each may look.</param>
    /// <param name="quietFrom">Agents that were silent for longer are not asked.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<InquiryRound> AskAsync(Absence absence, TimeSpan timeout, TimeSpan quietFrom, CancellationToken stop)
    {
        (string cluster, IPEndPoint? place) = book.Find(absence.Host);
        if (place is null)
        {
            return InquiryRound.Nothing;
        }

        Dictionary<HostId, AgentSession> heard = Heard(quietFrom);
        IEnumerable<WitnessCandidate> candidates = heard.Keys.Select(h => CandidateOf(h, book.Find(h)));
        IReadOnlyList<WitnessQuestion> questions = WitnessChoice.Choose(absence.Host, cluster, candidates, absence.Round);
        (HostTestimony Testimony, long Beat)[] answers =
            await Task.WhenAll(questions.Select(q => HearAsync(heard[q.Witness], q, absence.Host, place, timeout, stop)));
        return new([.. answers.Select(a => a.Testimony)], answers.Select(a => a.Beat).DefaultIfEmpty().Max());
    }

    private static WitnessCandidate CandidateOf(HostId host, (string Cluster, IPEndPoint? Place) known) => new(host, known.Cluster, known.Place is not null);

    private Dictionary<HostId, AgentSession> Heard(TimeSpan quietFrom)
    {
        long now = StreamSilence.Milliseconds(time, time.GetTimestamp());
        Dictionary<HostId, AgentSession> heard = [];
        foreach (AgentSession session in registry.All)
        {
            if (session.Agent is { CanProbe: true } agent && session.Hearing(now).SilenceMs < quietFrom.TotalMilliseconds)
            {
                heard[agent.Host.Id] = session;
            }
        }

        return heard;
    }

    private async Task<(HostTestimony Testimony, long Beat)> HearAsync(
        AgentSession witness, WitnessQuestion question, HostId suspect, IPEndPoint place, TimeSpan timeout, CancellationToken stop)
    {
        Task<ProbeResult?> first = LookAsync(witness, question.Witness, suspect, place, true, timeout, stop);
        Task<ProbeResult?> third = question.Third is { } host && book.Find(host).Place is { } other
            ? LookAsync(witness, question.Witness, host, other, false, timeout, stop)
            : Task.FromResult<ProbeResult?>(null);
        ProbeResult? seen = await first, control = await third;
        bool seesOthers = control is not null && new HostTestimony("", OutcomeOf(control), false, "").IsSignOfLife;
        ProbeOutcome outcome = OutcomeOf(seen);
        metrics.Probed(outcome.ToString());
        return (new(witness.Agent!.Host.Name, outcome, seesOthers, DetailOf(seen)), (long)Math.Min(seen?.HeartbeatSequence ?? 0, long.MaxValue));
    }

    private Task<ProbeResult?> LookAsync(
        AgentSession witness, HostId from, HostId host, IPEndPoint place, bool readHeartbeat, TimeSpan timeout, CancellationToken stop)
    {
        ProbeHost question = new()
        {
            HostId = WireGuid.ToWire(host.Value),
            Address = place.Address.ToString(),
            Port = (uint)place.Port,
            TimeoutMs = (uint)timeout.TotalMilliseconds,
            ReadHeartbeat = readHeartbeat,
        };
        return board.AskAsync(witness, from, question, 2 * timeout, time, stop);
    }

    // A number of a newer agent says nothing to this version.
    private static ProbeOutcome OutcomeOf(ProbeResult? result) =>
        result is not null && Enum.IsDefined((ProbeOutcome)result.Outcome) ? (ProbeOutcome)result.Outcome : ProbeOutcome.Unknown;

    private static string DetailOf(ProbeResult? result) => result switch
    {
        null => "it did not answer",
        { Detail.Length: > DetailLength } => result.Detail[..DetailLength],
        _ => result.Detail,
    };
}

/// <summary>What one round of asking gave.</summary>
/// <param name="Testimonies">What each witness saw.</param>
/// <param name="Beat">Newest beat of the host on shared storage that one of them read; 0 = none.</param>
internal sealed record InquiryRound(IReadOnlyList<HostTestimony> Testimonies, long Beat)
{
    public static InquiryRound Nothing { get; } = new([], 0);
}
