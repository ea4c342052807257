using VirtAgents.Collector.Control;

namespace VirtAgents.Collector.Shares;

/// <summary>Looks at places that are divided, one at a time.</summary>
internal sealed class ShareTurn : OneAtATime;
