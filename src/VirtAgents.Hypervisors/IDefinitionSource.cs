using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors;

/// <summary>Definitions of the VMs of a host, to be kept where other hosts can read them.</summary>
public interface IDefinitionSource
{
    /// <summary>The VMs of the host, each with its definition or why it is not to be kept; null = not known now.</summary>
    ImmutableArray<VmDefinition>? Definitions { get; }
}

/// <summary>The definition of a VM that its next start uses.</summary>
/// <param name="Id">The VM.</param>
/// <param name="Name">Its name.</param>
/// <param name="Text">The definition, without secrets; empty when it is not to be kept.</param>
/// <param name="WhyNot">Why it is of no use to another host; empty = it is of use.</param>
public sealed record VmDefinition(VmId Id, string Name, string Text, string WhyNot)
{
    /// <summary>Longest definition that is kept, bytes.</summary>
    public const int MostBytes = 1 << 20;
}
