namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Tells when the balloon of one VM begins to starve it and when that is over.</summary>
internal sealed class StarvationWatch() : ConfidenceWatch<BalloonUse>(StarvationJudge.LeastConfidence)
{
    protected override double? Judge(in BalloonUse use) => StarvationJudge.Judge(use.Memory);

    protected override string Describe(in BalloonUse use) => use.Describe();
}
