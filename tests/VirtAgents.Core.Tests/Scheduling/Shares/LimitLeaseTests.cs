using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Core.Tests.Scheduling.Shares;

public sealed class LimitLeaseTests
{
    private static readonly VmId Vm = new(new Guid("00000001-0000-4000-8000-000000000000"));

    /// <summary>What a rule orders is leased, and what takes it back names the very same limit.</summary>
    [Fact]
    public void Release_OfWhatARuleOrders_TakesThatBackAndNothingElse() => Assert.All(LimitForm.All, form =>
    {
        const string Device = "52:54:00:00:00:01";
        long amount = form.Resource == LimitedResource.Cpu ? 40 : 2048;
        DirectiveOrder order = Order(form.Directive, form.Parameters(Device, amount, 20, TimeSpan.FromMinutes(30)));
        Assert.Empty(DirectiveCatalogue.Find(form.Directive)!.ProblemsWith(order.Parameters));
        LimitLease lease = Assert.Single(LimitLease.Of(order, 5_000));
        Assert.Equal((order.Id, form.Resource, Vm, amount, 5_000 + (32 * 60_000)), (lease.Directive, lease.Resource, lease.Vm, lease.Amount, lease.UntilUnixMs));
        DirectiveOrder release = lease.Release(Guid.NewGuid(), 7);
        Assert.Equal(form.Parameters(Device, 0, amount), release.Parameters);
        Assert.Equal((form.Directive, Vm, 7, 0), (release.Kind, release.Vm, release.Epoch, release.DeadlineUnixMs));
        Assert.True(lease.IsReplacedBy(release));
        Assert.Empty(LimitLease.Of(release, 5_000));
    });

    [Fact]
    public void Of_NoLeaseOrNoLimit_IsNone()
    {
        LimitForm form = LimitForm.Of(LimitedResource.Cpu);
        Assert.Empty(LimitLease.Of(Order(form.Directive, form.Parameters("", 40, 0)), 0));
        Assert.Empty(LimitLease.Of(Order(form.Directive, form.Parameters("", 0, 40, TimeSpan.FromMinutes(30))), 0));
        Assert.DoesNotContain(DirectiveCatalogue.LeaseSeconds, form.Parameters("", 0, 40, TimeSpan.FromMinutes(30)).Keys);
    }

    [Fact]
    public void Of_TwoLimitsInOneOrder_AreTwo()
    {
        DirectiveOrder order = Order(DirectiveKind.SetDiskLimit, Texts(("disk", "vda"), ("total_iops", "50"), ("total_bytes_per_second", "4096"), ("lease_seconds", "60")));
        Assert.Equal([(LimitedResource.DiskOperations, 50), (LimitedResource.DiskBytes, 4096)], LimitLease.Of(order, 0).Select(l => (l.Resource, l.Amount)));
    }

    [Theory]
    [InlineData("vda", "total_iops", true)]
    [InlineData("vdb", "total_iops", false)]
    [InlineData("vda", "total_bytes_per_second", false)]
    public void IsReplacedBy_SameLimitOfTheSameDisk(string disk, string name, bool isReplaced)
    {
        LimitLease lease = Assert.Single(LimitLease.Of(Order(DirectiveKind.SetDiskLimit, Texts(("disk", "vda"), ("total_iops", "50"), ("lease_seconds", "60"))), 0));
        DirectiveOrder other = Order(DirectiveKind.SetDiskLimit, Texts(("disk", disk), (name, "70")));
        Assert.Equal(isReplaced, lease.IsReplacedBy(other));
        Assert.False(lease.IsReplacedBy(other with { Vm = new VmId(Guid.NewGuid()) }));
        Assert.False(lease.IsReplacedBy(other with { Id = lease.Directive }));
    }

    private static ImmutableSortedDictionary<string, string> Texts(params (string Name, string Text)[] texts) =>
        texts.ToImmutableSortedDictionary(t => t.Name, t => t.Text, StringComparer.Ordinal);

    private static DirectiveOrder Order(DirectiveKind kind, ImmutableSortedDictionary<string, string> parameters) => new(Guid.NewGuid(), 1, 0, kind, Vm, parameters, "a test", false);
}
