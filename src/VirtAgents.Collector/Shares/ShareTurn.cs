using VirtAgents.Collector.Control;

namespace VirtAgents.Collector.Shares;

/// <summary>Looks at uplinks, one at a time.</summary>
internal sealed class ShareTurn : OneAtATime;
