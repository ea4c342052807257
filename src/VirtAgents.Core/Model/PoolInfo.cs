namespace VirtAgents.Core.Model;

/// <summary>One storage pool as a host sees it.</summary>
/// <param name="Index">Its integer in reports.</param>
/// <param name="Name">Name; unique on the host.</param>
/// <param name="Type">Kind, such as <c>dir</c>, <c>logical</c>, <c>rbd</c>; empty when unknown.</param>
/// <param name="Path">Where it is mounted; empty when it has no path.</param>
/// <param name="Shared">Whether its host says that other hosts have this storage too although its type does not say so.</param>
public sealed record PoolInfo(int Index, string Name, string Type, string Path, bool Shared = false);

/// <summary>A block device or interface of the host itself.</summary>
/// <param name="Index">Its integer in reports.</param>
/// <param name="Kind"><see cref="SubjectKind.HostDisk"/> or <see cref="SubjectKind.HostInterface"/>.</param>
/// <param name="Name">Kernel name, such as <c>sda</c> or <c>eth0</c>; unique within its kind.</param>
public sealed record HostDeviceInfo(int Index, SubjectKind Kind, string Name);
