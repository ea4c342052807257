using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Latest;

namespace VirtAgents.Storage.Embedded.Writing;

/// <summary>A subject and its numbers in the file.</summary>
internal sealed class SubjectEntry(Subject subject, int id, int ownerId)
{
    public Subject Subject { get; } = subject;

    public int Id { get; } = id;

    public int OwnerId { get; } = ownerId;

    /// <summary>Its newest values, one row for each set of columns it is reported with. Guarded by the cache.</summary>
    public LatestRow[] Latest { get; set; } = [];
}
