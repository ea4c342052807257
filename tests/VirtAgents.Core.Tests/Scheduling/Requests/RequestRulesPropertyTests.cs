using CsCheck;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Queues;
using VirtAgents.Core.Scheduling.Requests;
using static VirtAgents.Core.Tests.Scheduling.Requests.RequestScene;

namespace VirtAgents.Core.Tests.Scheduling.Requests;

/// <summary>Whatever runs, is on its way and waits, and whatever the policy says of where VMs may be.</summary>
public sealed class RequestRulesPropertyTests
{
    private const int Hosts = 3, FreeMib = HostMib - (HostMib / 20);

    private static readonly VmState[] States = [VmState.ShutOff, VmState.ShutOff, VmState.ShutOff, VmState.Running, VmState.Unknown, VmState.Paused];

    private static readonly Gen<SceneVm[]> Vms = Gen.Select(
        Gen.Int[1, Hosts], Gen.Int[1, 4], Gen.Int[1, 12], Gen.Int[0, States.Length - 1], Gen.Int[0, 5], Gen.Int[0, Hosts], Gen.Bool,
        (host, vcpus, gib, state, kind, goes, isBegun) => new SceneVm(host, vcpus, gib, States[state], kind, goes, isBegun)).Array[1, 14];

    // By the last digit of the number of a VM, or all of one digit, so that groups overlap.
    private static readonly Gen<PlacementPolicy> Policies = Gen.Select(
        Gen.Enum<GroupRule>().Select(Gen.Int[0, 9], Gen.Int[0, 9]).Array[0, 4], Gen.Int[0, 9].Select(Gen.Int[1, Hosts]).Array[0, 2], Gen.Int[0, 2].Array[Hosts],
        (groups, bindings, racks) => new PlacementPolicy(
            [.. racks.Index().Where(r => r.Item > 0).Select(r => new RackHosts($"r{r.Item}", new($"h{r.Index + 1}")))],
            [.. groups.SelectMany((g, at) => new[] { Group($"g{at}", g.Item1, g.Item2 < 5 ? $"vm*{g.Item2}" : "vm?"), Group($"w{at}", g.Item1, "vm1*") }.Take(1 + (g.Item3 % 2)))],
            [.. bindings.Select(b => new HostBinding(new(new($"vm*{b.Item1}"), new("*")), [new($"h{b.Item2}")]))], []));

    private static readonly Gen<QueuePolicy> Queues = Gen.Select(Gen.Int[1, 4], Gen.Bool, Gen.Int[0, QueueDisciplines.Names.Count - 1], (starts, isEasy, discipline) =>
        QueuePolicy.Default with { StartsPerHost = starts, Backfilling = isEasy ? Backfilling.Easy : Backfilling.None, Discipline = QueueDisciplines.Named(QueueDisciplines.Names[discipline])! });

    [Fact]
    public void Decide_AllThatStarts_BreaksNoRuleAndNoLimit() => Gen.Select(Vms, Policies, Queues).Sample((vms, rules, queue) =>
    {
        RequestScene scene = new(Hosts) { Rules = rules, Policy = queue };
        Dictionary<int, HashSet<int>> on = Enumerable.Range(1, Hosts).ToDictionary(h => h, _ => new HashSet<int>());
        foreach ((int at, SceneVm vm) in vms.Index())
        {
            scene.With(at + 1, vm.State, vm.Host, vm.Vcpus, vm.Gib);
        }

        StartRequest[] begun = [.. vms.Index().Where(v => v.Item is { IsBegun: true, State: VmState.ShutOff, Kind: 0 }).Select(v => Request(v.Index + 1, v.Item.Host) with { Stage = RequestStage.Sent })];
        Place(scene, vms, on);
        foreach (StartRequest one in begun)
        {
            on[Number(one.Host)].Add((int)one.Number);
        }

        StartRequest[] waiting = [.. vms.Index().Where(v => begun.All(b => b.Number != v.Index + 1))
            .Select(v => Request(v.Index + 1, v.Item.Host) with { IsAnywhere = v.Item.Gib % 2 == 0 })];
        RequestDecision[] starts = [.. scene.Decide(waiting, begun).Where(d => d.Action is RequestAction.Start or RequestAction.Move)];
        foreach (RequestDecision start in starts)
        {
            Assert.Equal(VmState.ShutOff, vms[start.Request.Number - 1].State);
            Assert.Equal(start.Action == RequestAction.Move, start.Target is { } target && target != start.Request.Host && start.Request.IsAnywhere);
            on[HostOf(start)].Add((int)start.Request.Number);
        }

        foreach (RequestDecision start in starts)
        {
            CheckRules(rules, on, (int)start.Request.Number, HostOf(start));
        }

        foreach (int host in starts.Select(HostOf).Distinct())
        {
            Assert.InRange(on[host].Sum(v => vms[v - 1].Vcpus), 1, HostVcpus);
            Assert.InRange(on[host].Sum(v => vms[v - 1].Gib * 1_024), 1, FreeMib);
            int others = vms.Count(v => v.Kind is 2 or 3 && v.Goes == host && !(v.Host == host && LiveCluster.Counts(v.State)));
            Assert.InRange(starts.Concat(begun.Select(b => new RequestDecision(b, RequestAction.Start, ""))).Count(s => HostOf(s) == host) + others, 1, queue.StartsPerHost);
        }
    });

    private static int Number(HostId host) => Enumerable.Range(1, Hosts).Single(h => IdOf(h) == host);

    private static int HostOf(RequestDecision decision) => Number(decision.Target ?? decision.Request.Host);

    private static void Place(RequestScene scene, SceneVm[] vms, Dictionary<int, HashSet<int>> on)
    {
        foreach ((int at, SceneVm vm) in vms.Index())
        {
            if (LiveCluster.Counts(vm.State))
            {
                on[vm.Host].Add(at + 1);
            }

            if (vm.Goes > 0 && vm.Kind is > 0 and < 4)
            {
                scene.Promise(at + 1, vm.Goes, (PromiseKind)(vm.Kind - 1));
                scene.Busy.Add(VmOf(at + 1));
                on[vm.Goes].Add(at + 1);
            }
        }
    }

    private static void CheckRules(PlacementPolicy rules, Dictionary<int, HashSet<int>> on, int vm, int host)
    {
        string? rack = rules.RackOf($"h{host}");
        foreach (VmGroup group in rules.Groups.Where(g => g.Vms.Matches($"vm{vm}", "")))
        {
            int[] hosts = [.. on.SelectMany(h => h.Value.Where(v => v != vm && group.Vms.Matches($"vm{v}", "")).Select(_ => h.Key))];
            Assert.True(group.Rule switch
            {
                GroupRule.AntiAffinity => !hosts.Contains(host),
                GroupRule.Affinity => hosts.All(h => h == host),
                _ => rack is not null && hosts.All(h => rules.RackOf($"h{h}") != rack),
            });
        }

        Assert.True(rules.BindingOf($"vm{vm}", "") is not { } isAllowed || isAllowed($"h{host}"));
    }

    /// <summary>A VM; of kinds 1 to 3 one that others have on its way to a host.</summary>
    private sealed record SceneVm(int Host, int Vcpus, int Gib, VmState State, int Kind, int Goes, bool IsBegun);
}
