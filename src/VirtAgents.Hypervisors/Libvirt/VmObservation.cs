namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>One domain as a full listing shows it.</summary>
/// <param name="Uuid">UUID.</param>
/// <param name="Name">Name.</param>
/// <param name="Condition">State and reason.</param>
/// <param name="DomainId">libvirt's number of this run; -1 while it is off.</param>
/// <param name="IsPersistent">Whether it stays known when it stops.</param>
/// <param name="Evidence">The raw state, for people.</param>
internal sealed record VmObservation(Guid Uuid, string Name, VmCondition Condition, int DomainId, bool IsPersistent, string Evidence);
