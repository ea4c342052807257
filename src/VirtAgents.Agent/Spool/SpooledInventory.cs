namespace VirtAgents.Agent.Spool;

/// <summary>
/// A whole inventory as it lies in the spool. Versions are comparable within one generation (one process) only, since
/// the indexes of an inventory live no longer than the process that gave them.
/// </summary>
/// <param name="Generation">The process that gave the indexes.</param>
/// <param name="Version">Version of the inventory.</param>
/// <param name="Payload">The inventory, as protobuf.</param>
internal sealed record SpooledInventory(Guid Generation, long Version, byte[] Payload)
{
    public bool IsSameAs(SpooledInventory? other) => other is not null && Generation == other.Generation && Version == other.Version;
}
