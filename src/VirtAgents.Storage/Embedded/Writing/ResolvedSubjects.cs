using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Embedded.Writing;

/// <summary>
/// The entries of one list of subjects, found when a row first uses them. The list is shared by all reports of one inventory
/// version, so a row normally costs an array access.
/// </summary>
internal sealed class ResolvedSubjects(IReadOnlyList<Subject?> list)
{
    private readonly SubjectEntry?[] _entries = new SubjectEntry?[list.Count];
    private SubjectEntry? _agent;

    public static ResolvedSubjects None { get; } = new([]);

    /// <summary>Whether this belongs to the list; a list that grew needs a new one.</summary>
    public bool IsFor(IReadOnlyList<Subject?> other) => ReferenceEquals(list, other) && _entries.Length == other.Count;

    /// <summary>Entry of a row that was resolved before.</summary>
    public SubjectEntry this[SubjectKind kind, int index] =>
        (kind == SubjectKind.Agent ? _agent : _entries[index]) ?? throw new InvalidOperationException($"index {index} is not resolved");

    /// <summary>Resolves a row; the agent shares the index of its host but is a subject of its own.</summary>
    public void Resolve(SubjectKind kind, int index, SubjectRegister table)
    {
        if (kind == SubjectKind.Agent)
        {
            _agent ??= table.EntryOf(new Subject(SubjectKind.Agent, list[index]!.Owner, ""));
        }
        else
        {
            _entries[index] ??= table.EntryOf(list[index]!);
        }
    }
}
