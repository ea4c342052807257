namespace VirtAgents.Hypervisors;

/// <summary>What can be changed on a host. A port of its own, so that sampling can run without any right to act.</summary>
public interface IHypervisorControl
{
    /// <summary>Kinds of directives that the host can carry out now; empty when acting is off.</summary>
    IReadOnlyCollection<string> Capabilities { get; }
}
