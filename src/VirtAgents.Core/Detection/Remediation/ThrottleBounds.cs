using System.Globalization;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Core.Detection.Remediation;

/// <summary>What a rule may take from a VM that takes what others wait for.</summary>
/// <param name="Resource">What is limited: CPU, or operations or bytes of a disk.</param>
/// <param name="Floor">It is never limited to less, in the unit of the resource; above 0.</param>
public sealed record ThrottleBounds(LimitedResource Resource, long Floor)
{
    /// <summary>Kinds of findings that name a culprit.</summary>
    public static IReadOnlyList<FindingKind> Findings { get; } = [FindingKind.VmNoisyNeighbour];

    /// <summary>What it is limited to, part of what it uses; 0.05 to 0.95.</summary>
    public double To { get; init; } = 0.5;

    /// <summary>It is taken back at the latest after that; 1 minute to 1 day.</summary>
    public TimeSpan Expiry { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>What is done, for people.</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture, $"throttle its {(Resource == LimitedResource.Cpu ? "CPU" : "disk")} to {100 * To:0.#} % of what it uses, for {Expiry.TotalMinutes:0.#} min at most");

    /// <summary>Whether a finding is about the resource: the detail of one about disks is their pool, and that of one about CPU is empty.</summary>
    public bool IsAbout(FindingKey finding) => Resource == LimitedResource.Cpu == (finding.Detail.Length == 0);
}
