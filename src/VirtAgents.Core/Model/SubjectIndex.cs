namespace VirtAgents.Core.Model;

/// <summary>Gives every subject its small integer, the same one for as long as it lives and never one that was used before.</summary>
public sealed class SubjectIndex
{
    private readonly Dictionary<Subject, int> _indexes = [];
    private int _next = Inventory.HostIndex + 1;

    /// <summary>Index of a subject, drawn anew when it is seen for the first time.</summary>
    public int IndexOf(Subject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (subject.Kind is SubjectKind.Host or SubjectKind.Agent)
        {
            return Inventory.HostIndex;
        }

        if (!_indexes.TryGetValue(subject, out int index))
        {
            index = _next++;
            _indexes.Add(subject, index);
        }

        return index;
    }
}
