using Microsoft.Extensions.Logging;
using VirtAgents.Agent.Stream;

namespace VirtAgents.Agent.Hosting;

/// <summary>What the sessions of one process share.</summary>
/// <param name="Channels">Connections.</param>
/// <param name="Ready">Told of the first connection.</param>
/// <param name="Time">Clock.</param>
/// <param name="Loggers">Logs.</param>
/// <param name="Failed">Called when a session cannot go on.</param>
internal sealed record SessionParts(ChannelSource Channels, ReadyFile Ready, TimeProvider Time, ILoggerFactory Loggers, Action Failed)
{
    /// <summary>Spool of a simulated host without a disk.</summary>
    public const long MemorySpoolBytes = 256 << 10;
}
