using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Linux;

/// <summary>A block device or interface of the host itself that is sampled.</summary>
/// <param name="Kind"><see cref="SubjectKind.HostDisk"/> or <see cref="SubjectKind.HostInterface"/>.</param>
/// <param name="Name">Kernel name, such as <c>sda</c> or <c>eth0</c>; unique within its kind.</param>
public sealed record HostDevice(SubjectKind Kind, string Name);
