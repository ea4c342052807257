using CsCheck;
using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Tests.Metrics;

public sealed class SummaryGroupsTests
{
    private const int Vms = 12;
    private static readonly Gen<(int Vm, long Step, double Value)[]> Parts =
        Gen.Select(Gen.Int[0, Vms - 1], Gen.Long[0, 2], Gen.Int[-1_000, 1_000], (vm, step, v) => (vm, step, (double)v)).Array[0, 60];

    [Fact]
    public void Add_AnyOrderAndAnySplit_SameGroups()
    {
        Gen.Select(Parts, Gen.Int[0, 60], Gen.Int[1, 1_000]).Sample((parts, cut, seed) =>
        {
            SummaryGroups<int> whole = ByHost(parts);
            (int, long, double)[] mixed = Shuffled(parts, seed);
            SummaryGroups<int> merged = ByHost(mixed.Take(cut));
            merged.Merge(ByHost(mixed.Skip(cut)));

            Same(whole, merged);
        });
    }

    [Fact]
    public void RollUp_HostsToClusters_SameAsVmsToClusters()
    {
        Parts.Sample(parts =>
        {
            SummaryGroups<string> direct = new(exactLimit: 100);
            foreach ((int vm, long step, double value) in parts)
            {
                direct.Add(HostOf(vm).Up(ClusterOf), step, Of(value));
            }

            Same(direct, ByHost(parts).RollUp(ClusterOf));
        });
    }

    [Fact]
    public void Add_EveryPart_CountedInExactlyOneGroup() =>
        Parts.Sample(parts => Assert.Equal(parts.Length, ByHost(parts).All().Sum(g => g.Summary.Count)));

    [Fact]
    public void Add_UnknownMembership_OwnGroupBesideTheOneOfTheDefaultKey()
    {
        SummaryGroups<string> tenants = new();
        tenants.Add(new Membership<string>(""), 0, Of(1));
        tenants.Add(default, 0, Of(2));
        tenants.Add(default, 60_000, Of(4));

        Assert.Equal(3, tenants.Count);
        Assert.Equal(1, tenants.Find(new Membership<string>(""), 0)!.Sum);
        Assert.Equal(2, tenants.Find(default, 0)!.Sum);
        Assert.Null(tenants.Find(new Membership<string>(""), 60_000));
    }

    [Fact]
    public void Add_PartChangesAfterwards_GroupDoesNot()
    {
        Summary part = Of(1);
        SummaryGroups<int> groups = new();
        groups.Add(new Membership<int>(0), 0, part);
        part.Add(new(1, 5, 1));

        Assert.Equal(1, groups.Find(new Membership<int>(0), 0)!.Count);
    }

    [Fact]
    public void Add_NothingToTellOrNoPercentilesWhereWanted_NoGroupIsBegun()
    {
        SummaryGroups<int> groups = new(exactLimit: 10);
        Summary plain = new();
        groups.Add(new Membership<int>(0), 0, plain);
        plain.Add(new(1, 1, 1));

        Assert.Throws<ArgumentException>(() => groups.Add(new Membership<int>(0), 0, plain));
        Assert.Equal(0, groups.Count);
    }

    // Host 0 is real, and some VMs are on no known host.
    private static Membership<int> HostOf(int vm) => vm % 4 == 3 ? default : new Membership<int>(vm % 4);

    private static Membership<string> ClusterOf(int host) => host == 2 ? default : new Membership<string>("a");

    private static SummaryGroups<int> ByHost(IEnumerable<(int Vm, long Step, double Value)> parts)
    {
        SummaryGroups<int> groups = new(exactLimit: 100);
        foreach ((int vm, long step, double value) in parts)
        {
            groups.Add(HostOf(vm), step, Of(value));
        }

        return groups;
    }

    private static Summary Of(double value)
    {
        Summary summary = new(new Distribution());
        summary.Add(new(7, value, 1));
        return summary;
    }

    private static T[] Shuffled<T>(T[] values, int seed)
    {
        T[] mixed = [.. values];
        new Random(seed).Shuffle(mixed);
        return mixed;
    }

    private static void Same<TKey>(SummaryGroups<TKey> expected, SummaryGroups<TKey> told)
        where TKey : notnull
    {
        Assert.Equal(expected.Count, told.Count);
        foreach ((Membership<TKey> group, long step, Summary summary) in expected.All())
        {
            Summary other = told.Find(group, step)!;
            foreach (Aggregation function in Enum.GetValues<Aggregation>())
            {
                Assert.Equal(summary.Fold(function, 90) ?? double.NaN, other.Fold(function, 90) ?? double.NaN, 1e-6);
            }
        }
    }
}
