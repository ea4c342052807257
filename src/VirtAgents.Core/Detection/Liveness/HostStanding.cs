namespace VirtAgents.Core.Detection.Liveness;

/// <summary>What is known of a host that the collector does not hear.</summary>
public enum HostStanding
{
    /// <summary>Nothing: too few others could look, or the collector itself may be at fault.</summary>
    Unproven = 0,

    /// <summary>The machine runs, its agent does not.</summary>
    AgentDead = 1,

    /// <summary>Machine and agent run, only the collector does not hear them.</summary>
    Partitioned = 2,

    /// <summary>Nobody sees the machine. That is no proof that it is off.</summary>
    Lost = 3,
}

/// <summary>Where a host stands, and why.</summary>
/// <param name="Standing">Where it stands.</param>
/// <param name="IsUnseen">Whether enough others looked in this round and saw no sign of life; one round is not enough for a loss.</param>
/// <param name="Evidence">What it rests on, naming every witness, for people.</param>
public sealed record HostVerdict(HostStanding Standing, bool IsUnseen, string Evidence);
