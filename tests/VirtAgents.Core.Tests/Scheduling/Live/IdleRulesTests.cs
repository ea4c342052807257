using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;

namespace VirtAgents.Core.Tests.Scheduling.Live;

public sealed class IdleRulesTests
{
    private static readonly (string, string)[] Vms = [("web-1", "shop"), ("db-1", "")];
    private static readonly string[] Hosts = ["host-01", "host-02"];

    [Fact]
    public void Of_RulesThatMeanNobody_AreToldOneByOne()
    {
        PlacementPolicy rules = new(
            [new("r1", new("host-*")), new("r2", new("hots-*"))],
            [new("web", GroupRule.AntiAffinity, Glob("web-*", "shop")), new("typo", GroupRule.Affinity, Glob("wbe-*")), new("owner", GroupRule.RackSpread, Glob("web-*", "sohp"))],
            [new(Glob("db-?"), [new("host-02"), new("host-99")]), new(Glob("none"), [new("host-01")])],
            [Glob("db-1"), Glob("dongle")]);

        Assert.Equal(
            [
                "placement.groups 'typo' keeps nothing: no VM is called wbe-*",
                "placement.groups 'owner' keeps nothing: no VM called web-* is of a tenant called sohp",
                "placement.racks 'r2' keeps nothing: no host is called hots-*",
                "placement.hosts[1] keeps nothing: no VM is called none",
                "placement.hosts[0] names host-99, but no host is called so",
                "placement.pinned[1] keeps nothing: no VM is called dongle",
            ],
            IdleRules.Of(rules, Vms, Hosts));
    }

    [Fact]
    public void Of_Many_TellsTenAndHowManyMore()
    {
        IReadOnlyList<string> notes = IdleRules.Of(new([], [], [], [.. Enumerable.Range(0, 12).Select(i => Glob($"no-{i}"))]), Vms, Hosts);
        Assert.Equal((11, "2 more rules of placement mean nobody"), (notes.Count, notes[^1]));
    }

    [Fact]
    public void Of_NoRules_TellsNothing() => Assert.Empty(IdleRules.Of(PlacementPolicy.None, Vms, Hosts));

    private static VmGlob Glob(string name, string tenant = "*") => new(new NameGlob(name), new NameGlob(tenant));
}
