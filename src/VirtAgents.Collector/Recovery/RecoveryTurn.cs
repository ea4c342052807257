using VirtAgents.Collector.Control;

namespace VirtAgents.Collector.Recovery;

/// <summary>What is begun by itself for hosts that are off, and what people say of them.</summary>
internal sealed class RecoveryTurn : OneAtATime;
