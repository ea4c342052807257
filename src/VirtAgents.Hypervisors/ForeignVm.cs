using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors;

/// <summary>A VM of another host that an order would bring to this one, as its kept definition describes it.</summary>
/// <param name="Vm">The VM; null = it cannot be told.</param>
/// <param name="Refusal">Why not, for programs; <see cref="RefusalReason.None"/> when it can.</param>
/// <param name="Detail">Why not; for people.</param>
public sealed record ForeignVm(VmInfo? Vm, RefusalReason Refusal, string Detail)
{
    /// <summary>It cannot be told.</summary>
    public static ForeignVm No(RefusalReason refusal, string detail) => new(null, refusal, detail);
}
