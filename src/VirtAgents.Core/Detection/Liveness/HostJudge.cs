using System.Globalization;

namespace VirtAgents.Core.Detection.Liveness;

/// <summary>Judges a host that the collector does not hear, from what other hosts see of it. Pure.</summary>
/// <remarks>
/// One sign of life is enough for life, so a single witness tells a dead agent from a dead host, and a cut between host and
/// collector from both. Loss needs much more, since who believes in it may start the VMs a second time:
/// at least <see cref="FewestWitnesses"/> others that each see a third host but not this one, nobody who saw a sign of life,
/// twice in a row, while neither many hosts were silent at once nor the collector was late itself. A heartbeat on shared
/// storage that moves is a sign of life; where there is one nothing is lost before it has stood still, and then one witness
/// is enough, since storage and network have failed it both.
/// </remarks>
public static class HostJudge
{
    /// <summary>So many others must fail to see a host.</summary>
    public const int FewestWitnesses = 2;

    /// <summary>Nothing counts against a host while the limits of silence are wider than this: the collector is late itself.</summary>
    public const double MostWidening = 1.5;

    /// <summary>Judges one round of asking.</summary>
    /// <param name="testimonies">What others saw in this round.</param>
    /// <param name="heartbeat">What its heartbeat on shared storage says.</param>
    /// <param name="widening">See <see cref="OwnLateness.Widening"/>; 1 or more.</param>
    /// <param name="mass">Whether many streams are silent at once.</param>
    /// <param name="before">The round before about the same silence; null = this is the first.</param>
    public static HostVerdict Judge(
        IReadOnlyList<HostTestimony> testimonies, HeartbeatSight heartbeat, double widening, MassSilence mass, HostVerdict? before)
    {
        ArgumentNullException.ThrowIfNull(testimonies);
        ArgumentNullException.ThrowIfNull(mass);
        string all = testimonies.Count == 0 ? "no other agent could be asked" : string.Join("; ", testimonies);
        all += WordsOf(heartbeat);
        if (testimonies.Any(t => t.Outcome == ProbeOutcome.Answered))
        {
            return new(HostStanding.Partitioned, false, $"its agent answers others, only the collector does not hear it: {all}");
        }

        if (heartbeat == HeartbeatSight.Moving)
        {
            return new(HostStanding.Partitioned, false, $"its agent writes to shared storage, though the collector does not hear it: {all}");
        }

        if (testimonies.Any(t => t.IsSignOfLife))
        {
            return new(HostStanding.AgentDead, false, $"the machine answers, its agent does not: {all}");
        }

        string? doubt = DoubtOf(testimonies, heartbeat, widening, mass);
        return doubt is not null ? new(HostStanding.Unproven, false, $"{doubt}: {all}")
            : before is not { IsUnseen: true } ? new(HostStanding.Unproven, true, $"nobody sees it, which is asked once more: {all}")
            : new(HostStanding.Lost, true, $"nobody sees it, asked twice: {all}");
    }

    private static string? DoubtOf(IReadOnlyList<HostTestimony> testimonies, HeartbeatSight heartbeat, double widening, MassSilence mass)
    {
        if (mass.Holds)
        {
            return mass.Reason;
        }

        if (widening > MostWidening)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the collector was late itself (limits are {widening:0.0} times as long)");
        }

        int fewest = heartbeat == HeartbeatSight.Still ? 1 : FewestWitnesses;
        return heartbeat == HeartbeatSight.Undecided ? "whether its heartbeat moves is not known yet"
            : testimonies.Count(t => t.CountsAgainst) < fewest ? "too few witnesses" : null;
    }

    private static string WordsOf(HeartbeatSight heartbeat) => heartbeat switch
    {
        HeartbeatSight.Moving => "; its heartbeat on shared storage moves",
        HeartbeatSight.Still => "; its heartbeat on shared storage stands still",
        _ => "",
    };
}
