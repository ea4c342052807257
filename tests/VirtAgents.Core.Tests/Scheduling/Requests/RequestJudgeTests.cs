using System.Collections.Immutable;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Live;
using VirtAgents.Core.Scheduling.Queues;
using VirtAgents.Core.Scheduling.Requests;
using static VirtAgents.Core.Tests.Scheduling.Requests.RequestScene;

namespace VirtAgents.Core.Tests.Scheduling.Requests;

public sealed class RequestJudgeTests
{
    [Fact]
    public void Decide_RoomForSome_StartsInOrderUntilOneDoesNotFit()
    {
        RequestScene scene = new RequestScene().With(1, vcpus: 4).With(2, vcpus: 5).With(3, vcpus: 1);
        IReadOnlyList<RequestDecision> decisions = scene.Decide([Request(3), Request(1), Request(2)]);
        Assert.Equal([(1L, RequestAction.Start, 1), (2L, RequestAction.Wait, 2), (3L, RequestAction.Wait, 3)], decisions.Select(d => (d.Request.Number, d.Action, d.Place!.Value)));
        Assert.Equal("waits: first in the order of host h1, needs 5 vCPUs and 1024 MiB, 4 vCPUs and 30105 MiB may still be promised", decisions[1].Reason);
        Assert.Equal("waits: the first in the order of host h1 does not fit, and nothing may pass it", decisions[2].Reason);
    }

    [Fact]
    public void Decide_MoreIsPromisedThanMayBe_NothingIsLeftAndNotLess()
    {
        RequestScene scene = new RequestScene().With(1, VmState.Running, vcpus: 12).With(2);
        Assert.EndsWith("needs 2 vCPUs and 1024 MiB, 0 vCPUs and 30105 MiB may still be promised", scene.Decide(Request(2)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_RunningVmThatNobodySees_KeepsItsQuota()
    {
        RequestScene scene = new RequestScene { Policy = With(("red", new TenantShare(1, new Resources(2, 8_192)))) }.With(1, VmState.MigratedAway, tenant: "red").With(2, tenant: "red");
        Assert.Empty(scene.Starts([Request(2)], Request(1) with { Stage = RequestStage.Running }));
    }

    [Fact]
    public void Decide_StartThatEndsWithAVmWhosePlaceIsItsNumber_IsToldApart()
    {
        RequestScene scene = new RequestScene().With(4, VmState.Running).With(2, VmState.Running).With(3);
        StartRequest runs = Request(2, estimate: 100) with { Stage = RequestStage.Running, SentUnixMs = Start };
        Assert.Equal([1], scene.Starts([Request(3, estimate: 100) with { Number = 1 }], runs));
    }

    [Fact]
    public void Decide_HeadOfOneHostDoesNotFit_OtherHostsGoOn()
    {
        RequestScene scene = new RequestScene(2).With(1, VmState.Running, vcpus: 7).With(2).With(3, host: 2);
        Assert.Equal([3], scene.Starts([Request(2), Request(3, host: 2)]));
    }

    [Fact]
    public void Decide_OneHostMayFail_StartsUntilTheOthersWouldNotHoldAll()
    {
        // Two hosts of 31,130 MiB: what one holds may be promised, 10 GiB are, so 20,890 MiB are left for the three.
        RequestScene scene = new RequestScene(2) { Failover = 1 }.With(1, VmState.Running, gib: 10).With(2, gib: 12).With(3, gib: 9, host: 2).With(4, gib: 1, host: 2);
        IReadOnlyList<RequestDecision> decisions = scene.Decide([Request(2), Request(3, host: 2), Request(4, host: 2)]);
        Assert.Equal([RequestAction.Start, RequestAction.Wait, RequestAction.Wait], decisions.Select(d => d.Action));
        Assert.Equal("waits: needs 9216 MiB, 8601 MiB may still be promised in its cluster, so that 1 of its hosts may fail", decisions[1].Reason);
        Assert.Equal("waits: one before it waits for room in the cluster, so that 1 of its hosts may fail", decisions[2].Reason);

        scene.Failover = 0;
        Assert.Equal([2, 3, 4], scene.Starts([Request(2), Request(3, host: 2), Request(4, host: 2)]));
    }

    [Fact]
    public void Decide_OneHostMayFail_WhatWasSentCountsAndAHostOutOfSightHasFailed()
    {
        RequestScene scene = new RequestScene(2) { Failover = 1 }.With(1, gib: 25).With(2, gib: 9, host: 2);
        Assert.Empty(scene.Starts([Request(2, host: 2)], Request(1) with { Stage = RequestStage.Sent, SentUnixMs = Start }));
        Assert.Equal([2], scene.Starts([Request(2, host: 2)]));

        scene.See(1, sight => sight with { OutOfSight = "its agent is not connected" });
        Assert.Equal("waits: it needs 9216 MiB, more than its cluster may promise at all when 1 of its hosts may fail", scene.Decide(Request(2, host: 2)).Reason);
    }

    [Fact]
    public void Decide_LacksRoomOnItsOwnHost_KeepsNobodyFromTheRoomOfTheCluster()
    {
        RequestScene scene = new RequestScene(2) { Failover = 1 }.With(1, VmState.Running, gib: 20).With(2, gib: 12).With(3, gib: 9, host: 2);
        Assert.Equal([3], scene.Starts([Request(2), Request(3, host: 2)]));
    }

    [Fact]
    public void Decide_Easy_WhatEndsBeforeTheReservationPasses()
    {
        RequestScene scene = new RequestScene { Policy = QueuePolicy.Default with { Backfilling = Backfilling.Easy, StartsPerHost = 9 } }
            .With(1, VmState.Running, vcpus: 6).With(2, vcpus: 4).With(3).With(4).With(5);
        StartRequest runs = Request(1, estimate: 1_000) with { Stage = RequestStage.Running, SentUnixMs = Start };
        IReadOnlyList<RequestDecision> decisions = scene.Decide([Request(2, estimate: 10), Request(3, estimate: 1_001), Request(4, estimate: 1_000)], runs);
        Assert.Equal([RequestAction.Wait, RequestAction.Start, RequestAction.Wait], decisions.Select(d => d.Action));
        Assert.Equal(Start + 1_000_000, decisions[0].ReservationUnixMs);
        Assert.StartsWith("starts: passes the head of host h1, and leaves it what it needs", decisions[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_EasyAndNothingLeftOver_WhatIsUnknownDoesNotPass()
    {
        RequestScene scene = new RequestScene { Policy = QueuePolicy.Default with { Backfilling = Backfilling.Easy, StartsPerHost = 9 } }
            .With(1, VmState.Running, vcpus: 6).With(2, vcpus: 8).With(3).With(4);
        StartRequest head = Request(2, estimate: 10), unknown = Request(3), known = Request(4, estimate: 900);
        StartRequest runs = Request(1, estimate: 1_000) with { Stage = RequestStage.Running, SentUnixMs = Start };
        Assert.Equal([4], scene.Starts([head, unknown, known], runs));
        Assert.Equal($"waits: it would delay the first in the order of host h1, which is expected to start at 2027-01-15T08:16:40Z", scene.Decide([head, unknown], runs)[1].Reason);

        // Nobody has told how long the VM runs that is in the way.
        RequestDecision[] unknowing = [.. scene.Decide([head, unknown])];
        Assert.Null(unknowing[0].ReservationUnixMs);
        Assert.Equal((RequestAction.Wait, "waits: it would delay the first in the order of host h1, whose start nobody can tell yet"), (unknowing[1].Action, unknowing[1].Reason));
    }

    [Theory]
    [InlineData(VmState.Unknown, RequestAction.Wait, "waits: the state of the VM is unknown, and only a VM that is off is started")]
    [InlineData(VmState.Crashed, RequestAction.Wait, "waits: the state of the VM is crashed, and only a VM that is off is started")]
    [InlineData(VmState.ShuttingDown, RequestAction.Wait, "waits: the state of the VM is shutting down, and only a VM that is off is started")]
    [InlineData(VmState.Running, RequestAction.Overtake, "the VM is running already")]
    [InlineData(VmState.Paused, RequestAction.Overtake, "the VM is paused already")]
    [InlineData(VmState.Gone, RequestAction.Overtake, "host h1 does not have the VM any more")]
    [InlineData(VmState.MigratedAway, RequestAction.Overtake, "the VM has left host h1")]
    public void Decide_VmThatIsNotOff_IsNotStarted(VmState state, RequestAction action, string reason) =>
        Assert.Equal((action, reason), Told(new RequestScene().With(1, state).Decide(Request(1))));

    [Theory]
    [InlineData(VmState.Running, RequestAction.Overtake, "the VM runs on host h2")]
    [InlineData(VmState.Unknown, RequestAction.Wait, "waits: the VM may be on host h2, where its state is unknown")]
    public void Decide_VmThatAnotherHostTellsOf_IsNotStarted(VmState elsewhere, RequestAction action, string reason) =>
        Assert.Equal((action, reason), Told(new RequestScene(2).With(1).With(1, elsewhere, host: 2).Decide(Request(1))));

    [Fact]
    public void Decide_WhatIsNotCertain_WaitsWithTheReasonAndBlocksNobody()
    {
        RequestScene scene = new RequestScene(2).With(1).With(2, host: 2);
        StartRequest[] both = [Request(1), Request(2, host: 2)];
        scene.See(1, h => h with { OutOfSight = "its agent is not connected; it was not heard of for 40 s" });
        Assert.Equal([2], scene.Starts(both));
        Assert.Equal("waits: host h1: its agent is not connected; it was not heard of for 40 s", scene.Decide(both)[0].Reason);
        scene.See(1, h => h with { OutOfSight = null, IsDraining = true });
        Assert.Equal(("waits: host h1 is being drained", 2), (scene.Decide(both)[0].Reason, Assert.Single(scene.Starts(both))));
        scene.See(1, h => h with { IsDraining = false, CannotStart = "no" });
        Assert.Equal("waits: host h1 cannot start VMs: no", scene.Decide(both)[0].Reason);
        scene.See(1, h => h with { CannotStart = null, Trouble = "many VMs of host h1 wait for CPU" });
        Assert.Equal(("waits: host h1 takes no VM: many VMs of host h1 wait for CPU", 2), (scene.Decide(both)[0].Reason, Assert.Single(scene.Starts(both))));
    }

    [Fact]
    public void Decide_VmOfUnknownSize_KeepsItsHostFromStarting()
    {
        RequestScene scene = new RequestScene().With(1).With(2, VmState.Running, vcpus: 0).With(3, gib: 0);
        Assert.Equal("waits: h1 takes no part: what its VM vm2 was promised is unknown", scene.Decide(Request(1)).Reason);
        Assert.Equal("waits: what the VM was promised is unknown", scene.Decide(Request(3)).Reason);
    }

    [Fact]
    public void Decide_HeldOrWithoutPolicy_StartsNothing()
    {
        RequestScene scene = new RequestScene { Held = "acting is frozen by ops: storm" }.With(1);
        Assert.Equal("waits: acting is frozen by ops: storm", scene.Decide(Request(1)).Reason);
        (scene.Held, scene.Policy) = (null, null);
        Assert.Equal("waits: the policy has no queue (any more)", scene.Decide(Request(1)).Reason);
    }

    [Fact]
    public void Decide_Times_HoldAlsoWhileNothingMayBegin()
    {
        RequestScene scene = new RequestScene { Held = "storm" }.With(1);
        Assert.Equal((RequestAction.Expire, "its deadline was 2027-01-15T07:59:59Z"), Told(scene.Decide(Request(1) with { DeadlineUnixMs = Start - 1_000 })));
        scene.Held = null;
        Assert.Equal((RequestAction.Wait, "waits: not before 2027-01-15T08:00:01Z"), Told(scene.Decide(Request(1) with { NotBeforeUnixMs = Start + 1_000 })));
        Assert.Equal(RequestAction.Start, scene.Decide(Request(1) with { NotBeforeUnixMs = Start, DeadlineUnixMs = Start }).Action);
    }

    [Fact]
    public void Decide_MoreThanTheHostPromises_WaitsAndBlocksNobody()
    {
        RequestScene scene = new RequestScene().With(1, vcpus: 9).With(2);
        Assert.Equal([2], scene.Starts([Request(1), Request(2)]));
        Assert.StartsWith("waits: it needs 9 vCPUs and 1024 MiB, and host h1 promises 8 vCPUs and ", scene.Decide(Request(1)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_SentStartThatIsNotSeenYet_TakesItsRoomAndItsTurn()
    {
        RequestScene scene = new RequestScene { Policy = QueuePolicy.Default with { StartsPerHost = 2 } }.With(1, vcpus: 5).With(2, vcpus: 4).With(3, vcpus: 1).With(4, vcpus: 1);
        StartRequest sent = Request(1) with { Stage = RequestStage.Sent };
        Assert.Equal("waits: first in the order of host h1, needs 4 vCPUs and 1024 MiB, 3 vCPUs and 30105 MiB may still be promised", scene.Decide([Request(2)], sent)[0].Reason);
        Assert.Equal([3], scene.Starts([Request(3), Request(4)], sent));
        Assert.Equal("waits: 2 VMs are on their way up on host h1, and so many may be at a time", scene.Decide([Request(3), Request(4)], sent)[1].Reason);
    }

    [Fact]
    public void Decide_VmOnItsWayToTheHost_CountsThere()
    {
        RequestScene scene = new RequestScene(2).With(1, VmState.Running, host: 2, vcpus: 7).With(2);
        Assert.Equal([2], scene.Starts([Request(2)]));
        scene.Promise(1, host: 1, PromiseKind.Move);
        Assert.Empty(scene.Starts([Request(2)]));
    }

    [Fact]
    public void Decide_Quota_CountsOverAllHostsAndBlocksNobodyElse()
    {
        RequestScene scene = new RequestScene(2) { Policy = With(("red", new TenantShare(1, new Resources(4, 8_192)))) }
            .With(1, VmState.Running, host: 2, tenant: "red").With(2, tenant: "red").With(3, tenant: "red").With(4, tenant: "blue");
        Assert.Equal([2, 4], scene.Starts([Request(2), Request(3), Request(4)]).Order());
        Assert.Equal("waits: the quota of tenant 'red' is used up", scene.Decide([Request(2), Request(3)])[1].Reason);
    }

    [Fact]
    public void Decide_Tenant_IsThatOfTheVmAndElseThatOfItsRequest()
    {
        RequestScene scene = new RequestScene { Policy = With(("red", new TenantShare(1, new Resources(2, 8_192)))) }.With(1, VmState.Running).With(2).With(3, tenant: "blue");
        StartRequest runs = Request(1, tenant: "red") with { Stage = RequestStage.Running };
        Assert.Equal([3], scene.Starts([Request(2, tenant: "red"), Request(3, tenant: "red")], runs));
    }

    [Fact]
    public void Decide_WeightedShares_InterleaveTenants()
    {
        RequestScene scene = new RequestScene { Policy = With(("red", new TenantShare(2))) }.With(1, tenant: "blue", vcpus: 1).With(2, tenant: "blue", vcpus: 1)
            .With(3, tenant: "red", vcpus: 1).With(4, tenant: "red", vcpus: 1).With(5, tenant: "red", vcpus: 1);
        Assert.Equal([1L, 3, 4, 2, 5], scene.Decide([.. Enumerable.Range(1, 5).Select(vm => Request(vm))]).Select(d => d.Request.Number));
    }

    [Fact]
    public void Decide_Discipline_OrdersWhatWaits()
    {
        RequestScene scene = new RequestScene { Policy = QueuePolicy.Default with { Discipline = new ShortestFirst(), StartsPerHost = 9 } }.With(1, vcpus: 5).With(2, vcpus: 5).With(3, vcpus: 5);
        Assert.Equal([3L, 2, 1], scene.Decide([Request(1), Request(2, estimate: 100), Request(3, estimate: 10)]).Select(d => d.Request.Number));
    }

    [Fact]
    public void Decide_TwoRequestsForOneVm_StartItOnce()
    {
        RequestScene scene = new RequestScene().With(1);
        Assert.Equal([1], scene.Starts([Request(1), Request(1) with { Number = 2 }]));
    }

    [Fact]
    public void Decide_HostThatIsNotKnown_Waits()
    {
        RequestScene scene = new RequestScene().With(1);
        Assert.Equal("waits: its host is not known", scene.Decide(Request(1, host: 7)).Reason);
    }

    private static QueuePolicy With(params (string Tenant, TenantShare Share)[] tenants) =>
        QueuePolicy.Default with { StartsPerHost = 100, Tenants = tenants.ToImmutableDictionary(t => t.Tenant, t => t.Share) };

    private static (RequestAction Action, string Reason) Told(RequestDecision decision) => (decision.Action, decision.Reason);
}
