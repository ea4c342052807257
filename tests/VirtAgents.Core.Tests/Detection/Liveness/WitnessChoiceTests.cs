using CsCheck;
using VirtAgents.Core.Detection.Liveness;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Detection.Liveness;

public sealed class WitnessChoiceTests
{
    private static readonly HostId Suspect = HostOf(0);

    [Fact]
    public void Choose_ManyHosts_AsksThreeOfTheSameCluster()
    {
        WitnessCandidate[] all = [.. Enumerable.Range(0, 40).Select(i => new WitnessCandidate(HostOf(i), i % 4 == 0 ? "a" : "b", true))];
        IReadOnlyList<WitnessQuestion> questions = WitnessChoice.Choose(Suspect, "a", all, 0);
        Assert.Equal(3, questions.Count);
        Assert.All(questions, q => Assert.Equal("a", all.Single(c => c.Host == q.Witness).Cluster));
    }

    [Fact]
    public void Choose_OtherRounds_AskOthersInTime()
    {
        WitnessCandidate[] all = [.. Enumerable.Range(1, 20).Select(i => new WitnessCandidate(HostOf(i), "", true))];
        HashSet<HostId> asked = [.. Enumerable.Range(0, 40).SelectMany(round => WitnessChoice.Choose(Suspect, "", all, round)).Select(q => q.Witness)];
        Assert.Equal(20, asked.Count);
    }

    [Fact]
    public void Choose_TwoOthers_AreEachOthersThird()
    {
        IReadOnlyList<WitnessQuestion> questions = WitnessChoice.Choose(Suspect, "", [new(HostOf(1), "", true), new(HostOf(2), "", true)], 0);
        Assert.Equal(2, questions.Count);
        Assert.All(questions, q => Assert.Equal(q.Witness == HostOf(1) ? HostOf(2) : HostOf(1), q.Third));
    }

    [Fact]
    public void Choose_NobodyElseCanBeSeen_HasNoThird() =>
        Assert.All(WitnessChoice.Choose(Suspect, "", [new(HostOf(1), "", false), new(HostOf(2), "", false)], 0), q => Assert.Null(q.Third));

    [Fact]
    public void Choose_AnyHosts_NeverTheSuspectNorAWitnessAsItsOwnThird() =>
        Gen.Select(Gen.Select(Gen.Int[0, 9], Gen.Bool).Array[0, 8], Gen.Int).Sample((hosts, round) =>
        {
            WitnessCandidate[] all = [.. hosts.DistinctBy(h => h.Item1).Select(h => new WitnessCandidate(HostOf(h.Item1), "", h.Item2))];
            IReadOnlyList<WitnessQuestion> questions = WitnessChoice.Choose(Suspect, "", all, round);
            return questions.Count == Math.Min(WitnessChoice.Most, all.Count(c => c.Host != Suspect))
                && questions.All(q => q.Witness != Suspect && q.Third != Suspect && q.Third != q.Witness)
                && questions.Select(q => q.Witness).Distinct().Count() == questions.Count
                && questions.SequenceEqual(WitnessChoice.Choose(Suspect, "", all.Reverse(), round));
        });

    private static HostId HostOf(int number) => new(new Guid(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
}
