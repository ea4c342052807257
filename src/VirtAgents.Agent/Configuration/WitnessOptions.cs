using System.Net;

namespace VirtAgents.Agent.Configuration;

/// <summary>How others can see that the host lives when the collector does not hear it.</summary>
internal sealed class WitnessOptions
{
    /// <summary>Where other agents may ask after this host; null = nowhere.</summary>
    public IPEndPoint? Listen { get; set; }

    /// <summary>Directories on storage that hosts share, where heartbeats are; absolute paths.</summary>
    public IReadOnlyList<string> HeartbeatDirectories { get; set; } = [];
}
