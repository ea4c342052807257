namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>One reading of a storage pool. Figures are null when they cannot be told.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Problem">Why it does not work; empty when it does.</param>
/// <param name="CapacityBytes">Size.</param>
/// <param name="AllocationBytes">In use.</param>
/// <param name="AvailableBytes">Left.</param>
/// <param name="Volumes">Volumes libvirt knows in it.</param>
/// <param name="IsStopped">It is not active in libvirt: somebody may have wanted that.</param>
internal sealed record PoolReading(
    PoolDefinition Pool,
    string Problem,
    long? CapacityBytes = null,
    long? AllocationBytes = null,
    long? AvailableBytes = null,
    long? Volumes = null,
    bool IsStopped = false)
{
    public bool Works => Problem.Length == 0;
}
