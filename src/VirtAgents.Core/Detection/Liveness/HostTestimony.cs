namespace VirtAgents.Core.Detection.Liveness;

/// <summary>What one other host saw of a host that the collector does not hear.</summary>
/// <param name="Witness">Name of the other host, for people.</param>
/// <param name="Outcome">What it saw.</param>
/// <param name="SeesOthers">
/// Whether it saw a third host at the same time. One that sees nobody is cut off itself, so that it does not see this host
/// says nothing.
/// </param>
/// <param name="Detail">More about it, for people; empty = nothing to add.</param>
public sealed record HostTestimony(string Witness, ProbeOutcome Outcome, bool SeesOthers, string Detail)
{
    /// <summary>Whether it shows that the machine runs.</summary>
    public bool IsSignOfLife => Outcome is ProbeOutcome.Answered or ProbeOutcome.Refused or ProbeOutcome.Mute;

    /// <summary>Whether it counts against the host.</summary>
    public bool CountsAgainst => SeesOthers && IsNoSign;

    private bool IsNoSign => Outcome is ProbeOutcome.TimedOut or ProbeOutcome.Unreachable;

    /// <summary>For people.</summary>
    public override string ToString()
    {
        string seen = Outcome switch
        {
            ProbeOutcome.Answered => "is answered by its agent",
            ProbeOutcome.Refused => "is refused by its kernel",
            ProbeOutcome.Mute => "reaches its kernel, but no agent answers",
            ProbeOutcome.TimedOut => "gets nothing back",
            ProbeOutcome.Unreachable => "cannot reach it",
            ProbeOutcome.OtherHost => "found another host at its address",
            _ => "could not look",
        };
        string alone = IsNoSign && !SeesOthers ? ", nor any other host" : "";
        return $"{Witness} {seen}{alone}{(Detail.Length > 0 ? $" ({Detail})" : "")}";
    }
}
