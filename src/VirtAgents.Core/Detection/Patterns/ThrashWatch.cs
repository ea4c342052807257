namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Tells when one VM begins to thrash and when that is over.</summary>
internal sealed class ThrashWatch() : ConfidenceWatch<MemoryUse>(ThrashJudge.LeastConfidence)
{
    protected override double? Judge(in MemoryUse use) => ThrashJudge.Judge(use);

    protected override string Describe(in MemoryUse use) => use.Describe();
}
