using VirtAgents.Agent.Acting;
using VirtAgents.Agent.Spool;
using VirtAgents.Agent.Witness;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Stream;

/// <summary>What a link needs from its session.</summary>
/// <param name="Identity">Who the agent is.</param>
/// <param name="Spool">What it has to say.</param>
/// <param name="Endpoints">Collectors, in the order of preference.</param>
/// <param name="Plan">Takes over the rhythm the collector wishes.</param>
/// <param name="Connected">Called when a collector has accepted the stream.</param>
/// <param name="Reach">What a simulated fault does to the link.</param>
/// <param name="Seed">Seed of the jitter.</param>
/// <param name="Repeat">Has the states of all VMs told once more.</param>
/// <param name="Directives">Takes directives and has news of them.</param>
/// <param name="Probes">Takes questions after other hosts and has the answers.</param>
internal sealed record LinkSettings(
    AgentIdentity Identity,
    MessageSpool Spool,
    IReadOnlyList<Uri> Endpoints,
    Action<SamplingPlan> Plan,
    Action<Uri> Connected,
    Func<Reach> Reach,
    uint Seed,
    StateRepeat Repeat,
    DirectiveDesk Directives,
    ProbeDesk Probes);
