using System.Net;

namespace VirtAgents.Agent.Configuration;

/// <summary>How others can see that the host lives when the collector does not hear it.</summary>
internal sealed class WitnessOptions
{
    /// <summary>Where other agents may ask after this host; null = nowhere.</summary>
    public IPEndPoint? Listen { get; set; }
}
