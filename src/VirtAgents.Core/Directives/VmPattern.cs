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
    /// <remarks>Greedy with one point of return: the last <c>*</c> is made longer when what follows it does not fit.</remarks>
    public bool MatchesName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        (int pattern, int at, int star, int retry) = (0, 0, -1, 0);
        while (at < name.Length)
        {
            if (pattern < Text.Length && Text[pattern] == '*')
            {
                (star, retry) = (pattern++, at);
            }
            else if (pattern < Text.Length && Text[pattern] == name[at])
            {
                pattern++;
                at++;
            }
            else if (star >= 0)
            {
                pattern = star + 1;
                at = ++retry;
            }
            else
            {
                return false;
            }
        }

        return Text.AsSpan(pattern).TrimStart('*').IsEmpty;
    }
}
