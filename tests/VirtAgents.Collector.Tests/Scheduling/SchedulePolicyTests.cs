using VirtAgents.Collector.Configuration;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Planning;
using VirtAgents.Core.Scheduling.Queues;
using VirtAgents.Core.Scheduling.Requests;
using VirtAgents.Core.Scheduling.Shares;
using VirtAgents.Core.Scheduling.Volumes;

namespace VirtAgents.Collector.Tests.Scheduling;

public sealed class SchedulePolicyTests
{
    [Fact]
    public void TryRead_WholeFile_IsAsWritten()
    {
        SchedulePolicy? policy = Read(
            """
            {
              // Two hosts are reached by other names.
              "address": "qemu+tls://{host}.lan/system", "addresses": { "h2": "qemu+tcp://10.0.0.2/system" },
              "maxConcurrent": 3, "maxPerHost": 1, "maxPerHour": 7, "vmCooldown": "2h", "vcpuRatio": 6, "failoverHosts": 1,
              "rules": [
                { "name": "even", "goal": "balance", "mode": "auto", "cluster": "east*", "tenant": "red", "imbalance": 0.2, "margin": 0.5, "hold": "1m",
                  "maxMoves": 4, "attempts": 2, "rest": "3h", "hours": "22:00-06:00", "days": ["sat"], "clock": "utc" },
                { "name": "leave", "goal": "evacuate", "mode": "approve" },
                { "name": "hot", "goal": "relieve", "mode": "auto", "ceiling": 0.95 }, { "name": "now", "goal": "balance", "mode": "auto", "lookAhead": false },
              ],
            }
            """,
            out IReadOnlyList<string> problems);

        Assert.Empty(problems);
        Assert.Equal(("qemu+tls://h1.lan/system", "qemu+tcp://10.0.0.2/system", 6.0), (policy!.AddressOf("h1"), policy.AddressOf("h2"), policy.VcpuRatio));
        Assert.Equal((new ClusterLimits(6, 1), 0.95, 0.9), (policy.Limits, policy.Rules[2].Ceiling, policy.Rules[0].Ceiling));
        Assert.Equal([true, true, true, false], policy.Rules.Select(r => r.LooksAhead));
        Assert.Equal(new ScheduleBudget(3, 1, 7, TimeSpan.FromHours(2)), policy.Budget);
        Assert.Equal(
            new ScheduleRule("even", PlanGoal.Balance, ScheduleMode.Auto)
            {
                Cluster = "east*", Tenant = "red", Imbalance = 0.2, Margin = 0.5, Hold = TimeSpan.FromMinutes(1), MaxMoves = 4, Attempts = 2, Rest = TimeSpan.FromHours(3),
                Hours = new PolicyHours(22 * 60, 6 * 60, [DayOfWeek.Saturday], true),
            },
            policy.Rules[0]);
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromMinutes(5)), (policy.Rules[1].Hold, new ScheduleRule("", PlanGoal.Balance, ScheduleMode.Auto).Hold));
    }

    [Fact]
    public void TryRead_Queue_IsAsWritten()
    {
        QueuePolicy queue = Read(
            """{ "queue": { "discipline": "aging", "aging": 0.5, "backfill": "easy", "maxStartsPerHost": 3, "quotas": { "red": { "vcpus": 8, "weight": 2 }, "blue": { "memoryGb": 1.5 }, "green": {} } } }""",
            out IReadOnlyList<string> problems)!.Queue!;
        Assert.Empty(problems);
        Assert.Equal((0.5, Backfilling.Easy, 3), (Assert.IsType<Aging>(queue.Discipline).Factor, queue.Backfilling, queue.StartsPerHost));
        Assert.Equal((2.0, 8L, true), (queue.Tenants["red"].Weight, queue.Tenants["red"].Quota!.Value.Processors, queue.Tenants["red"].Quota!.Value.MemoryMib > 1L << 39));
        Assert.Equal((1.0, 1_536L), (queue.Tenants["blue"].Weight, queue.Tenants["blue"].Quota!.Value.MemoryMib));
        Assert.Equal(TenantShare.Usual, queue.Tenants["green"]);
    }

    [Fact]
    public void TryRead_NoQueue_TakesNoRequests()
    {
        Assert.Null(Read("""{ "rules": [] }""", out _)!.Queue);
        Assert.Equal(("fcfs", Backfilling.None, 2), (Read("""{ "queue": {} }""", out _)!.Queue!.Discipline.Name, QueuePolicy.Default.Backfilling, QueuePolicy.Default.StartsPerHost));
    }

    [Fact]
    public void TryRead_Storage_IsAsWrittenAndAsShippedWhereItIsNot()
    {
        StoragePolicy storage = Read(
            """{ "storage": { "pools": [{ "pool": "ssd-*", "host": "h?", "tags": ["fast", "raid"] }, { "host": "far-*", "tags": ["far"] }], "overcommit": 2, "reserve": 0, "horizon": "36h" } }""",
            out IReadOnlyList<string> problems)!.Storage;
        Assert.Empty(problems);
        Assert.Equal((2.0, 0.0, TimeSpan.FromHours(36)), (storage.Overcommit, storage.Reserve, storage.Horizon));
        Assert.Equal(["fast", "raid"], storage.TagsOf("ssd-1", ["h1"]));
        Assert.Equal(["far"], storage.TagsOf("hdd", ["far-1"]));
        Assert.Equal(StoragePolicy.Default, Read("""{ "storage": {} }""", out _)!.Storage with { Pools = StoragePolicy.Default.Pools });
        Assert.Equal(StoragePolicy.Default, SchedulePolicy.None.Storage);
    }

    [Fact]
    public void TryRead_Placement_IsAsWritten()
    {
        PlacementPolicy placement = Read(
            """
            { "placement": {
              "racks": [{ "rack": "r1", "host": "h1?" }, { "rack": "r2", "host": "h*" }],
              "groups": [{ "name": "web", "rule": "anti-affinity", "vm": "web-*" }, { "name": "shop", "rule": "affinity", "tenant": "shop" },
                         { "name": "db", "rule": "rack-spread", "vm": "db-*", "tenant": "shop" }],
              "hosts": [{ "vm": "db-*", "hosts": ["big-*", "h1"] }, { "tenant": "shop", "hosts": ["h*", "big-2"] }],
              "pinned": [{ "vm": "licence" }] } }
            """,
            out IReadOnlyList<string> problems)!.Placement;
        Assert.Empty(problems);
        Assert.Equal(("r1", "r2", null), (placement.RackOf("h11"), placement.RackOf("h21"), placement.RackOf("big-1")));
        ClusterVm db = placement.Grouped(new("x", "", 1, 1), "db-1", "shop"), web = placement.Grouped(new("y", "", 1, 1), "web-1", "");
        Assert.Equal((["shop"], ["db"], ["web"]), (db.Affinity.ToArray(), db.RackSpread.ToArray(), web.AntiAffinity.ToArray()), (a, b) => a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2) && a.Item3.SequenceEqual(b.Item3));
        Assert.Equal([true, true, false], new[] { "h1", "big-2", "big-1" }.Select(placement.BindingOf("db-1", "shop")!));
        Assert.Equal((null, true, false), (placement.BindingOf("web-1", ""), placement.IsPinned("licence", "any"), placement.IsPinned("licence-2", "any")));
        Assert.Empty(Read("{}", out _)!.Placement.Groups);
    }

    [Theory]
    [InlineData("""{"placement":{"groups":[{"name":"a","rule":"apart","vm":"x"}]}}""", "placement.groups[0].rule: 'apart' is not valid; allowed: anti-affinity, affinity, rack-spread")]
    [InlineData("""{"placement":{"groups":[{"name":"a","rule":"affinity"}]}}""", "placement.groups[0].vm: '' is not valid; allowed: names of VMs, such as web-*, where tenant is left out")]
    [InlineData("""{"placement":{"groups":[{"name":"a","rule":"affinity","vm":"x"},{"name":"a","rule":"affinity","vm":"y"}]}}""", "placement.groups: 'a' is the name of several")]
    [InlineData("""{"placement":{"groups":[{"name":"a","rule":"rack-spread","vm":"x"}]}}""", "placement.racks: there are none; allowed: at least one where a group has rule rack-spread")]
    [InlineData("""{"placement":{"racks":[{"rack":"r1"}]}}""", "placement.racks[0].host: '' is not valid; allowed: names of hosts, * for any characters and ? for any one")]
    [InlineData("""{"placement":{"hosts":[{"vm":"x"}]}}""", "placement.hosts[0].hosts: there are 0; allowed: 1 to 1000 names of hosts, such as big-*")]
    [InlineData("""{"placement":{"hosts":[{"vm":"x","hosts":[""]}]}}""", "placement.hosts[0].hosts[0]: '' is not valid; allowed: names of hosts")]
    [InlineData("""{"placement":{"pinned":[{}]}}""", "placement.pinned[0].vm: '' is not valid; allowed: names of VMs")]
    [InlineData("""{"placement":{"groups":[null]}}""", "line 1: an entry of a list is null")]
    [InlineData("{\n\"rules\": [\nnull\n] }", "line 3: an entry of a list is null; allowed: entries that say something")]
    [InlineData("""{"recovery":{"mode":"approve"}}""", "recovery.mode: 'approve' is not valid; allowed: observe, recommend, auto")]
    [InlineData("""{"recovery":{"mode":"auto","maxPerHost":0}}""", "recovery.maxPerHost: '0' is not valid; allowed: a whole number from 1 to 100")]
    [InlineData("""{"storage":{"overcommit":0.9}}""", "storage.overcommit: '0.9' is not valid; allowed: a number from 1 to 100")]
    [InlineData("""{"storage":{"reserve":1}}""", "storage.reserve: '1' is not valid; allowed: a number from 0 to 0.9")]
    [InlineData("""{"storage":{"horizon":"8d"}}""", "storage.horizon: '8d' is not valid; allowed: a time from 00:00:00 to 7.00:00:00")]
    [InlineData("""{"storage":{"pools":[{"tags":["fast"]}]}}""", "storage.pools[0].pool: '' is not valid; allowed: names of pools, such as ssd-*, where host is left out")]
    [InlineData("""{"storage":{"pools":[{"pool":"a\u0007","tags":["fast"]}]}}""", "storage.pools[0].pool: 'a\u0007' is not valid; allowed: up to 256 printable characters")]
    [InlineData("""{"storage":{"pools":[{"pool":"a","tags":["fast"]},{"pool":"b"}]}}""", "storage.pools[1].tags: there are 0; allowed: 1 to 100")]
    [InlineData("""{"storage":{"pools":[{"pool":"a","tags":["f/t"]}]}}""", "storage.pools[0].tags[0]: 'f/t' is not valid; allowed: 1 to 100 printable characters without a slash")]
    [InlineData("""{"rules":[{"name":"a","goal":"tidy","mode":"observe"}]}""", "rules[0].goal: 'tidy' is not valid; allowed: balance, evacuate, consolidate, constraints, relieve")]
    [InlineData("""{"rules":[{"name":"a","goal":"balance","mode":"always"}]}""", "rules[0].mode: 'always' is not valid; allowed: observe, recommend, approve, auto")]
    [InlineData("""{"rules":[{"name":"a","goal":"balance","mode":"auto"}]}""", "address: '' is not valid; allowed: the address of a host's hypervisor as other hosts see it, with {host} for its name, such as qemu+tls://{host}/system")]
    [InlineData("""{"address":"qemu+tls://h1/system","rules":[]}""", "address: 'qemu+tls://h1/system' is not valid")]
    [InlineData("""{"addresses":{"h1":""},"rules":[]}""", "addresses: '' of 'h1' is not valid")]
    [InlineData("""{"rules":[{"name":"a","goal":"balance","mode":"observe","imbalance":2}]}""", "rules[0].imbalance: '2' is not valid; allowed: a number from 0 to 1")]
    [InlineData("""{"rules":[{"name":"a","goal":"evacuate","mode":"observe","imbalance":0.1}]}""", "rules[0].imbalance: it is set; allowed: with goal balance alone")]
    [InlineData("""{"rules":[{"name":"a","goal":"balance","mode":"observe","hours":"22-06"}]}""", "rules[0].hours: '22-06' is not valid")]
    [InlineData("""{"rules":[{"name":"a","goal":"balance","mode":"observe","days":["day"]}]}""", "rules[0].days: 'day' is not valid; allowed: sun, mon")]
    [InlineData("""{"rules":[{"name":"a","goal":"balance","mode":"observe","clock":"utc"}]}""", "rules[0].clock: 'utc' says nothing without hours or days")]
    [InlineData("""{"rules":[{"name":"a","goal":"balance","mode":"observe","attempts":0}]}""", "rules[0].attempts: '0' is not valid; allowed: a whole number from 1 to 10")]
    [InlineData("""{"rules":[{"name":"a","goal":"balance","mode":"observe"},{"name":"a","goal":"evacuate","mode":"observe"}]}""", "rules: 'a' is the name of several")]
    [InlineData("""{"maxConcurrent":0,"rules":[]}""", "maxConcurrent: '0' is not valid; allowed: a whole number from 1 to 100")]
    [InlineData("""{"vcpuRatio":0,"rules":[]}""", "vcpuRatio: '0' is not valid")]
    [InlineData("""{"vmCooldown":"8d","rules":[]}""", "vmCooldown: '8d' is not valid")]
    [InlineData("""{"failoverHosts":-1,"rules":[]}""", "failoverHosts: '-1' is not valid; allowed: a whole number from 0 to 100")]
    [InlineData("""{"rules":[{"name":"a","goal":"relieve","mode":"observe","ceiling":1.1}]}""", "rules[0].ceiling: '1.1' is not valid; allowed: a number from 0.1 to 1")]
    [InlineData("""{"rules":[{"name":"a","goal":"relieve","mode":"observe","lookAhead":true}]}""", "rules[0].lookAhead: true is not valid; allowed: false, or nothing, with goal relieve, which is about what is used now")]
    [InlineData("""{"rules":[{"name":"a","goal":"balance","mode":"observe","ceiling":0.8}]}""", "rules[0].ceiling: it is set; allowed: with goal relieve alone")]
    [InlineData("""{"rule":[]}""", "line 1: ")]
    [InlineData("""{"queue":{"discipline":"lifo"}}""", "queue.discipline: 'lifo' is not valid; allowed: fcfs, sjf, priority, aging, hrrn")]
    [InlineData("""{"queue":{"aging":2}}""", "queue.aging: it is set; allowed: with discipline aging alone")]
    [InlineData("""{"queue":{"discipline":"aging","aging":-1}}""", "queue.aging: '-1' is not valid; allowed: a number from 0 to 1000000")]
    [InlineData("""{"queue":{"backfill":"all"}}""", "queue.backfill: 'all' is not valid; allowed: none, easy")]
    [InlineData("""{"queue":{"maxStartsPerHost":0}}""", "queue.maxStartsPerHost: '0' is not valid; allowed: a whole number from 1 to 100")]
    [InlineData("""{"queue":{"quotas":{"red":{"vcpus":-1}}}}""", "queue.quotas.red.vcpus: '-1' is not valid; allowed: a whole number from 0 to 10000000")]
    [InlineData("""{"queue":{"quotas":{"red":{"memoryGb":-1}}}}""", "queue.quotas.red.memoryGb: '-1' is not valid; allowed: a number from 0 to 1000000000")]
    [InlineData("""{"queue":{"quotas":{"red":{"weight":0}}}}""", "queue.quotas.red.weight: '0' is not valid; allowed: a number from 0.001 to 1000000")]
    [InlineData("""{"queue":{"quotas":{"":{}}}}""", "queue.quotas: '' is not valid; allowed: the name of a tenant, as its VMs are tagged with")]
    [InlineData("""{"queue":{"order":"fcfs"}}""", "line 1: ")]
    [InlineData("""{"shares":{"rules":[{"name":"u","resource":"disk","mode":"auto","uplink":"eth1","capacity":"1Gbit"}]}}""", "shares.rules[0].resource: 'disk' is not valid; allowed: network-out, network-in, cpu, disk-operations, disk-bytes")]
    [InlineData("""{"shares":{"rules":[{"name":"u","resource":"network-in","mode":"approve","uplink":"eth1","capacity":"1Gbit"}]}}""", "shares.rules[0].mode: 'approve' is not valid; allowed: observe, recommend, auto")]
    [InlineData("""{"shares":{"rules":[{"name":"u","resource":"network-in","mode":"auto","uplink":"eth 1","capacity":"1Gbit"}]}}""", "shares.rules[0].uplink: 'eth 1' is not valid; allowed: the kernel name")]
    [InlineData("""{"shares":{"rules":[{"name":"u","resource":"network-in","mode":"auto","uplink":"eth1","capacity":"1000"}]}}""", "shares.rules[0].capacity: '1000' is not valid; allowed: 1KiB to 8000Gbit")]
    [InlineData("""{"shares":{"rules":[{"name":"u","resource":"network-in","mode":"auto","uplink":"eth1"}]}}""", "shares.rules[0].capacity: '' is not valid; allowed: 1KiB to 8000Gbit")]
    [InlineData("""{"shares":{"rules":[{"name":"u","resource":"network-in","mode":"auto","uplink":"eth1","capacity":"1Gbit","until":0.9}]}}""", "shares.rules[0].until: '0.9' is not valid; allowed: less than from (0.9)")]
    [InlineData("""{"shares":{"rules":[{"name":"u","resource":"network-in","mode":"auto","uplink":"eth1","capacity":"1Gbit","from":1.1}]}}""", "shares.rules[0].from: '1.1' is not valid; allowed: a number from 0.01 to 1")]
    [InlineData("""{"shares":{"rules":[{"name":"u","resource":"network-in","mode":"auto","uplink":"eth1","capacity":"1Gbit","expiry":"30s"}]}}""", "shares.rules[0].expiry: '30s' is not valid; allowed: a time from 00:01:00 to 1.00:00:00")]
    [InlineData("""{"shares":{"rules":[{"name":"u","resource":"network-in","mode":"auto","uplink":"eth1","capacity":"1Gbit","weights":[{"vm":"a","weight":0}]}]}}""", "shares.rules[0].weights[0].weight: '0' is not valid; allowed: a number from 0.001 to 1000000")]
    [InlineData("""{"shares":{"rules":[{"name":"u","resource":"network-in","mode":"auto","uplink":"eth1","capacity":1000}]}}""", "shares.rules[0].capacity: '1000' is not valid; allowed: 1KiB to 8000Gbit")]
    [InlineData("""{"shares":{"rules":[{"name":"u","resource":"network-in","mode":"auto","uplink":"eth1","capacity":"1Gbit","floor":"1B"}]}}""", "shares.rules[0].floor: '1B' is not valid; allowed: 1KiB to 8000Gbit")]
    [InlineData("""{"shares":{"rules":[{"name":"c","resource":"cpu","mode":"auto","capacity":"16"}]}}""", "shares.rules[0].capacity: '16' is not valid; allowed: none with resource 'cpu', as what there is are the pCPUs of the host")]
    [InlineData("""{"shares":{"rules":[{"name":"c","resource":"cpu","mode":"auto","uplink":"eth1"}]}}""", "shares.rules[0].uplink: 'eth1' is not valid; allowed: with resource network-out or network-in alone")]
    [InlineData("""{"shares":{"rules":[{"name":"c","resource":"cpu","mode":"auto","networks":"br0"}]}}""", "shares.rules[0].networks: 'br0' is not valid; allowed: with resource network-out or network-in alone")]
    [InlineData("""{"shares":{"rules":[{"name":"c","resource":"cpu","mode":"auto","floor":100}]}}""", "shares.rules[0].floor: '100' is not valid; allowed: a number from 1 to 99")]
    [InlineData("""{"shares":{"rules":[{"name":"c","resource":"cpu","mode":"auto","floor":"1MiB"}]}}""", "shares.rules[0].floor: '1MiB' is not valid; allowed: a number from 1 to 99")]
    [InlineData("""{"shares":{"rules":[{"name":"c","resource":"cpu","mode":"auto","pool":"san"}]}}""", "shares.rules[0].pool: 'san' is not valid; allowed: with resource disk-operations or disk-bytes alone")]
    [InlineData("""{"shares":{"rules":[{"name":"d","resource":"disk-bytes","mode":"auto","pool":"san","uplink":"eth1","capacity":"1GiB"}]}}""", "shares.rules[0].uplink: 'eth1' is not valid; allowed: with resource network-out or network-in alone")]
    [InlineData("""{"shares":{"rules":[{"name":"d","resource":"disk-bytes","mode":"auto","capacity":"1GiB"}]}}""", "shares.rules[0].pool: '' is not valid; allowed: 1 to 100 printable characters")]
    [InlineData("""{"shares":{"rules":[{"name":"d","resource":"disk-bytes","mode":"auto","pool":"san"}]}}""", "shares.rules[0].capacity: '' is not valid; allowed: 1KiB to 8000Gbit")]
    [InlineData("""{"shares":{"rules":[{"name":"d","resource":"disk-operations","mode":"auto","pool":"san","capacity":"1GiB"}]}}""", "shares.rules[0].capacity: '1GiB' is not valid; allowed: a number from 1 to 10000000")]
    [InlineData("""{"shares":{"rules":[{"name":"d","resource":"disk-operations","mode":"auto","pool":"san","capacity":0}]}}""", "shares.rules[0].capacity: '0' is not valid; allowed: a number from 1 to 10000000")]
    [InlineData("""{"shares":{"rules":[{"name":"d","resource":"disk-operations","mode":"auto","pool":"san","capacity":5000,"floor":0}]}}""", "shares.rules[0].floor: '0' is not valid; allowed: a number from 1 to 10000000")]
    public void TryRead_Mistake_IsToldWithItsPlace(string json, string told)
    {
        Assert.Null(Read(json, out IReadOnlyList<string> problems));
        Assert.Contains(told, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void TryRead_Shares_HasRulesWithRatesAndWeights()
    {
        const string Text = """
            { "shares": { "rules": [
              { "name": "front", "resource": "network-out", "mode": "auto", "hosts": "front-*", "networks": "br*", "uplink": "eth1", "capacity": "10Gbit", "from": 0.8, "until": 0.5,
                "hold": "1m", "floor": "2.5MiB", "expiry": "1h", "weights": [{ "tenant": "gold*", "weight": 4 }, { "vm": "db-?", "weight": 2 }] },
              { "name": "back", "resource": "network-in", "mode": "recommend", "uplink": "bond0", "capacity": "800 Mbit" } ] } }
            """;
        SharePolicy shares = Read(Text, out IReadOnlyList<string> problems)!.Shares;
        Assert.Empty(problems);
        ShareRule front = shares.Rules[0], back = shares.Rules[1];
        Assert.Equal(("front", LimitedResource.NetworkOut, ScheduleMode.Auto, "eth1", 1.25e9), (front.Name, front.Resource, front.Mode, front.Place, front.Capacity));
        Assert.Equal((0.8, 0.5, TimeSpan.FromMinutes(1), 2.5 * (1 << 20), TimeSpan.FromHours(1)), (front.From, front.Until, front.Hold, front.Floor, front.Expiry));
        Assert.Equal((4.0, 2.0, 1.0), (front.WeightOf("db-1", "golden"), front.WeightOf("db-1", ""), front.WeightOf("web", "")));
        Assert.Equal((true, false), (front.IsAbout("front-1"), front.IsAbout("back-1")));
        Assert.Equal((1e8, 0.9, 0.7, 1_048_576.0), (back.Capacity, back.From, back.Until, back.Floor));
        Assert.Equal(["front", "back"], shares.RulesOf("front-1").Select(r => r.Name));
        Assert.Empty(Read("{}", out _)!.Shares.Rules);
    }

    [Fact]
    public void TryRead_SharesOfCpu_NeedNoCapacity()
    {
        SharePolicy shares = Read("""{ "shares": { "rules": [{ "name": "cpu", "resource": "cpu", "mode": "auto" }, { "name": "low", "resource": "cpu", "mode": "observe", "floor": 2.5 }] } }""", out IReadOnlyList<string> problems)!.Shares;
        Assert.Empty(problems);
        Assert.Equal((LimitedResource.Cpu, "", null, 10.0, 2.5), (shares.Rules[0].Resource, shares.Rules[0].Place, shares.Rules[0].Capacity, shares.Rules[0].Floor, shares.Rules[1].Floor));
    }

    [Fact]
    public void TryRead_SharesOfPools_HaveACapacityInTheirUnit()
    {
        const string Text = """
            { "shares": { "rules": [{ "name": "iops", "resource": "disk-operations", "mode": "auto", "pool": "san-*", "capacity": 20000, "floor": 50 },
                                    { "name": "bytes", "resource": "disk-bytes", "mode": "auto", "pool": "san-*", "capacity": "2GiB" }] } }
            """;
        SharePolicy shares = Read(Text, out IReadOnlyList<string> problems)!.Shares;
        Assert.Empty(problems);
        ShareRule iops = shares.Rules[0], bytes = shares.Rules[1];
        Assert.Equal(("san-*", 20_000.0, 50.0), (iops.Place, iops.Capacity, iops.Floor));
        Assert.Equal(("san-*", 2.0 * (1 << 30), 1_048_576.0), (bytes.Place, bytes.Capacity, bytes.Floor));
        Assert.Equal(["iops", "bytes"], shares.RulesOfPool("san-1", ["any"]).Select(r => r.Name));
    }

    private static SchedulePolicy? Read(string json, out IReadOnlyList<string> problems)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, json);
            return SchedulePolicyReader.TryRead(path, out problems);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
