using VirtAgents.Core.Detection;
using VirtAgents.Core.Detection.Liveness;

namespace VirtAgents.Core.Scheduling.Recovery;

/// <summary>What shows of a host whether it lives.</summary>
/// <param name="Agent">How its agent is seen.</param>
/// <param name="Standing">What others see of it while it is not heard.</param>
/// <param name="IsSuspected">Whether it is missed: silent for unusually long, or not back since the collector started.</param>
public readonly record struct HostSigns(AgentPresence Agent, HostStanding Standing, bool IsSuspected)
{
    /// <summary>Why it cannot be off, for people; null = nothing shows that it is not, which is no proof that it is.</summary>
    public string? WhyAlive => (Agent, Standing) switch
    {
        (AgentPresence.Connected, _) => "its agent is connected",
        (_, HostStanding.Partitioned) => "others see that its agent lives: it is cut off from the collector",
        (_, HostStanding.AgentDead) => "others see that the machine lives, and only its agent does not",
        _ => null,
    };

    /// <summary>Why a person's word that it is off is not taken, for people; null = it is.</summary>
    public string? WhyNotConfirmed => WhyAlive ?? Agent switch
    {
        AgentPresence.Stopped => "its agent was stopped on purpose, and nothing shows that the machine is off",
        AgentPresence.NotYetSeen when !IsSuspected => "it was not missed yet: the collector has just started, and waits for it",
        _ => null,
    };
}
