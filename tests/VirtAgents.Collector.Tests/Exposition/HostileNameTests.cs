using CsCheck;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Tests.Query;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VirtAgents.Storage;
using VirtAgents.Testbed;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using VmState = VirtAgents.Core.Model.VmState;

namespace VirtAgents.Collector.Tests.Exposition;

/// <summary>Names that people, or whoever controls a host, may give to what is told here.</summary>
public sealed class HostileNameTests
{
    private static readonly Gen<string> Name = Gen.OneOf(
        Gen.Const(""), Gen.Const("\"} 1\nvm_state{vm=\""), Gen.Const("a\\nb"), Gen.Const("a\nb"), Gen.Const("\\"), Gen.Const("ü\u2028😀\0"),
        Gen.Char["\\\"\n\r{},= né\0"].Array[0, 8].Select(c => new string(c)));

    private static readonly Gen<VmView> Vm = Gen.Select(Gen.Int[1, 6], Name, Name, Name, Name, Gen.Enum<VmState>()).Select((number, name, tenant, disk, mac, state) =>
        SampleFleet.View(SampleFleet.Vm(number), name, state, tenant, SampleFleet.Busy) with
        {
            Info = new VmInfo(1, SampleFleet.Vm(number), name, tenant, 2, 1, [new(2, disk, "", ""), new(2, "vda", "", "")], [new(3, mac, "", "")]),
            SinceUnixMs = 1,
        });

    private static readonly Gen<HostView[]> Fleet = Gen.Select(Name, Name, Vm.Array[0, 5], Name).Select((name, cluster, vms, pool) => (name, cluster, vms, pool)).Array[1, 4]
        .Select(hosts => hosts.Select((h, i) =>
            SampleFleet.Host(new HostId(new Guid(i + 1, 9, 9, new byte[8])), h.name, AgentStatus.Connected, [.. h.vms.DistinctBy(v => v.Info.Id)]) with
            {
                Cluster = h.cluster,
                Pools = [new PoolView(new PoolInfo(1, h.pool, "", ""), new(true, 1, 1, 1, 1)), new PoolView(new PoolInfo(2, "x", "", ""), new(true, 1, 1, 1, 1))],
            }).ToArray());

    [Fact]
    public void Build_AnyNames_NoSeriesTwiceAndEveryNameComesBack() => Fleet.Sample(hosts =>
    {
        ParsedPage page = ParsedPage.Of(PageText.Of(hosts, [.. ValuesOf(hosts)], QueryServer.Now, bytesAtOnce: 1_000));

        foreach (VmId id in hosts.SelectMany(h => h.Vms).Select(v => v.Info.Id).Distinct())
        {
            VmView[] views = [.. hosts.SelectMany(h => h.Vms).Where(v => v.Info.Id == id && v.State != VmState.Gone)];
            var told = page.Of("vm_state", ("vm_id", $"{id}")).ToArray();
            Assert.True(told.Length == 1 || views.Length == 0 || hosts.SelectMany(h => h.Vms).Count(v => v.Info.Id == id) > views.Length);
            Assert.All(told, t => Assert.Contains(views, v => v.Info.Name == t.Labels.GetValueOrDefault("vm", "") && v.Info.Tenant == t.Labels.GetValueOrDefault("tenant", "")));
        }

        Assert.Equal(hosts.Length, page.Of("host_info").Count());
        Assert.All(hosts, h => Assert.Equal(1, page.Value("host_info", ("host", h.Host.Name), ("cluster", h.Cluster), ("host_id", $"{h.Host.Id}"))));
        Assert.All(hosts, h => Assert.NotNull(page.Value("storage_pool_capacity_bytes", ("pool", h.Pools[0].Info.Name), ("host_id", $"{h.Host.Id}"))));
    });

    [Fact]
    [Trait("needs", "prometheus")]
    public async Task Build_AnyNames_PromtoolHasNoComplaint()
    {
        HostView[] hosts = Fleet.Array[40].Single().SelectMany((fleet, i) => fleet.Select(h => h with { Host = h.Host with { Id = new HostId(Guid.NewGuid()) } })).ToArray();
        await Promtool.CheckMetricsAsync(PageText.Of(hosts, [.. ValuesOf(hosts)], QueryServer.Now), TestContext.Current.CancellationToken);
    }

    private static IEnumerable<SeriesValue> ValuesOf(HostView[] hosts)
    {
        foreach (HostView host in hosts)
        {
            foreach (string pool in host.Pools.Select(p => p.Info.Name).Distinct())
            {
                yield return Of(SubjectKind.Pool, host.Host.Id.Value, pool, Metric.PoolCapacity);
            }
        }

        foreach (IGrouping<VmId, VmView> vm in hosts.SelectMany(h => h.Vms).GroupBy(v => v.Info.Id))
        {
            yield return Of(SubjectKind.Vm, vm.Key.Value, "", Metric.VmMemoryRss);
            foreach (string disk in vm.SelectMany(v => v.Info.Disks).Select(d => d.Target).Distinct())
            {
                yield return Of(SubjectKind.VmDisk, vm.Key.Value, disk, Metric.DiskReads);
            }

            foreach (string mac in vm.SelectMany(v => v.Info.Interfaces).Select(i => i.Mac).Distinct())
            {
                yield return Of(SubjectKind.VmInterface, vm.Key.Value, mac, Metric.NetReceiveBytes);
            }
        }
    }

    private static SeriesValue Of(SubjectKind kind, Guid owner, string device, MetricId metric) => FleetPageTests.Value(kind, owner, device, metric, 7);
}
