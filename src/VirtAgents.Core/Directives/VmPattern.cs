using VirtAgents.Core.Model;

namespace VirtAgents.Core.Directives;

/// <summary>Which VMs or tenants are meant: a UUID, or a name in which <c>*</c> stands for any characters. Names are compared exactly, case included.</summary>
/// <param name="Text">The UUID or name.</param>
public sealed record VmPattern(string Text)
{
    /// <summary>Whether a VM is meant, by its UUID or its name.</summary>
    public bool Matches(VmInfo vm)
    {
        ArgumentNullException.ThrowIfNull(vm);
        return (Guid.TryParse(Text, out Guid id) && id == vm.Id.Value) || MatchesName(vm.Name);
    }

    /// <summary>Whether a name is meant.</summary>
    public bool MatchesName(string name) => new NameGlob(Text, KnowsAnyOne: false).Matches(name);
}
