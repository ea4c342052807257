using VirtAgents.Collector.Control;

namespace VirtAgents.Collector.Remediation;

/// <summary>What rules about findings do by themselves, and what people approve of it.</summary>
internal sealed class RemediationTurn : OneAtATime;
