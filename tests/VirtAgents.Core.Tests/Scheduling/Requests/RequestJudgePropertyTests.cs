using System.Collections.Immutable;
using CsCheck;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Queues;
using VirtAgents.Core.Scheduling.Requests;
using static VirtAgents.Core.Tests.Scheduling.Requests.RequestScene;

namespace VirtAgents.Core.Tests.Scheduling.Requests;

/// <summary>Whatever is asked for, in whatever order, and whatever becomes invisible meanwhile.</summary>
public sealed class RequestJudgePropertyTests
{
    // From a start until it is seen, and from an end until that is: estimates that are too short promise nothing.
    private const int StepsUnseen = 2;

    private const int Hosts = 2, StepSeconds = 10, FreeMib = HostMib - (HostMib / 20);

    private static readonly string[] Tenants = ["", "red", "blue"];

    private static readonly Gen<Wish[]> Wishes = Gen.Select(
        Gen.Int[1, Hosts], Gen.Int[1, HostVcpus], Gen.Int[1, 20], Gen.Int[0, 2], Gen.Int[1, 12], Gen.Int[0, 8], Gen.Bool,
        (host, vcpus, gib, tenant, steps, comes, isTold) => new Wish(host, vcpus, gib, Tenants[tenant], steps, comes, isTold)).Array[1, 12];

    private static readonly Gen<QueuePolicy> Policies = Gen.Select(
        Gen.Int[0, QueueDisciplines.Names.Count - 1].Select(at => QueueDisciplines.Names[at]), Gen.Bool, Gen.Int[1, 3], Gen.Int[2, 10], (discipline, isEasy, starts, quota) => new QueuePolicy(
            QueueDisciplines.Named(discipline)!, isEasy ? Backfilling.Easy : Backfilling.None, starts,
            ImmutableDictionary<string, TenantShare>.Empty.Add("red", new TenantShare(2, new Resources(quota, 20 * 1_024)))));

    private static readonly Gen<(int What, int Which)[]> Events = Gen.Select(Gen.Int[0, 7], Gen.Int[1, 12]).Array[40];

    [Fact]
    public void Decide_AnyEvents_NeverOverCapacityQuotaOrOnWhatIsUnknown() =>
        Gen.Select(Wishes, Policies, Events).Sample((wishes, policy, events) =>
        {
            Run run = new(wishes, policy);
            foreach ((int what, int which) in events)
            {
                run.Happen(what, which);
                run.Step();
            }
        });

    [Fact]
    public void Decide_FiniteDurations_EachRequestThatCanBeServedEndsOnce() =>
        Gen.Select(Wishes, Policies).Sample((wishes, policy) =>
        {
            Run run = new(wishes, policy);
            for (int step = 0; step < 200; step++)
            {
                run.Step();
            }

            Assert.All(wishes.Index(), w => Assert.Equal(run.CanBeServed(w.Item) ? RequestStage.Ended : RequestStage.Waiting, run.StageOf(w.Index + 1)));
        });

    [Fact]
    public void Decide_OneHostMayFail_TheOtherOneHoldsAllThatStart() =>
        Gen.Select(Wishes, Policies).Sample((wishes, policy) =>
        {
            RequestScene scene = new(Hosts) { Policy = policy, Failover = 1 };
            foreach ((int at, Wish wish) in wishes.Index())
            {
                scene.With(at + 1, host: wish.Host, vcpus: wish.Vcpus, gib: wish.Gib, tenant: wish.Tenant);
            }

            int[] starts = scene.Starts([.. wishes.Index().Select(w => Request(w.Index + 1, w.Item.Host, null, w.Item.Tenant))]);
            Assert.InRange(starts.Sum(s => wishes[s - 1].Gib * 1_024), 0, FreeMib);
        });

    [Fact]
    public void Decide_AgingWhileShortRequestsKeepComing_ALongOneIsServed() =>
        Gen.Select(Gen.Int[1, HostVcpus], Gen.Int[2, 30], Gen.Bool).Sample((vcpus, steps, isEasy) =>
        {
            Wish large = new(1, HostVcpus, 1, "", steps, 0, true);
            Wish[] stream = [.. Enumerable.Range(0, 150).Select(at => new Wish(1, vcpus, 1, "", 1, at, true))];
            Run run = new([large, .. stream], QueuePolicy.Default with { Discipline = new Aging(), Backfilling = isEasy ? Backfilling.Easy : Backfilling.None, StartsPerHost = 100 });
            for (int step = 0; step < (3 * steps) + 20; step++)
            {
                run.Step();
            }

            Assert.NotEqual(RequestStage.Waiting, run.StageOf(1));
        });

    /// <summary>What somebody asks for: when it comes, and for how many steps the VM runs.</summary>
    private sealed record Wish(int Host, int Vcpus, int Gib, string Tenant, int Steps, int Comes, bool IsTold);

    private sealed class Run
    {
        private readonly Wish[] _wishes;
        private readonly RequestScene _scene;
        private readonly QueuePolicy _policy;
        private readonly Dictionary<int, StartRequest> _requests = [];
        private readonly Dictionary<int, int> _started = [];
        private readonly HashSet<int> _hidden = [];
        private int _blindHost, _step;

        public Run(Wish[] wishes, QueuePolicy policy)
        {
            (_wishes, _policy, _scene) = (wishes, policy, new RequestScene(Hosts) { Policy = policy });
            foreach ((int at, Wish wish) in wishes.Index())
            {
                _scene.With(at + 1, VmState.ShutOff, wish.Host, wish.Vcpus, wish.Gib, wish.Tenant);
            }
        }

        public RequestStage StageOf(int number) => _requests[number].Stage;

        public bool CanBeServed(Wish wish) =>
            _policy.Tenants.GetValueOrDefault(wish.Tenant)?.Quota is not { } quota || new Resources(wish.Vcpus, wish.Gib * 1_024).FitsIn(quota);

        public void Happen(int what, int which)
        {
            int vm = 1 + (which % _wishes.Length);
            _scene.Held = what == 0 ? "storm" : null;
            _hidden.Clear();
            _blindHost = what == 1 ? 1 + (which % Hosts) : 0;
            if (what == 2)
            {
                _hidden.Add(vm);
            }
        }

        public void Step()
        {
            Come();
            Show();
            StartRequest[] begun = [.. _requests.Values.Where(r => r.Stage is RequestStage.Sent or RequestStage.Running)];
            StartRequest[] waiting = [.. _requests.Values.Where(r => r.Stage == RequestStage.Waiting)];
            IReadOnlyList<RequestDecision> decisions = _scene.Decide(waiting, begun);
            Assert.Equal(waiting.Length, decisions.Count);
            Assert.Equal(decisions, _scene.Decide([.. waiting.Reverse()], begun));
            foreach (RequestDecision decision in decisions.Where(d => d.Action == RequestAction.Start))
            {
                Begin((int)decision.Request.Number);
            }

            CheckLimits();
            (_step, _scene.Now) = (_step + 1, _scene.Now + (StepSeconds * 1_000));
        }

        private void Come()
        {
            foreach ((int at, Wish wish) in _wishes.Index().Where(w => w.Item.Comes <= _step && !_requests.ContainsKey(w.Index + 1)))
            {
                _requests[at + 1] = Request(at + 1, wish.Host, wish.IsTold ? (wish.Steps + StepsUnseen) * StepSeconds : null) with { SubmittedUnixMs = _scene.Now };
            }
        }

        // A start is seen with the next step, and an end after the steps that the VM runs.
        private void Show()
        {
            for (int host = 1; host <= Hosts; host++)
            {
                string? unseen = host == _blindHost ? "silent" : null;
                _scene.See(host, h => h with { OutOfSight = unseen });
            }

            foreach ((int number, StartRequest request) in _requests.ToArray().Select(r => (r.Key, r.Value)))
            {
                bool runs = _started.TryGetValue(number, out int begun) && _step > begun;
                bool isOver = runs && _step > begun + _wishes[number - 1].Steps;
                bool isHidden = _hidden.Contains(number) && (!_started.ContainsKey(number) || runs);
                _scene.See(number, isHidden ? VmState.Unknown : runs && !isOver ? VmState.Running : VmState.ShutOff);
                _requests[number] = request.Stage switch
                {
                    RequestStage.Sent when runs => request with { Stage = RequestStage.Running, StartedUnixMs = _scene.Now },
                    RequestStage.Running => RequestFollower.Next(request, _scene.View()),
                    _ => request,
                };
            }
        }

        private void Begin(int number)
        {
            Assert.True(_started.TryAdd(number, _step));
            Assert.Equal(VmState.ShutOff, _scene.StateOf(number));
            Assert.Null(_scene.Held);
            Assert.NotEqual(_blindHost, _wishes[number - 1].Host);
            _requests[number] = _requests[number] with { Stage = RequestStage.Sent, SentUnixMs = _scene.Now };
        }

        private void CheckLimits()
        {
            var sent = _requests.Where(r => r.Value.Stage == RequestStage.Sent && _scene.StateOf(r.Key) == VmState.ShutOff).Select(r => _wishes[r.Key - 1]).ToArray();
            for (int host = 1; host <= Hosts; host++)
            {
                (int vcpus, int mib) = _scene.PromisedOn(host);
                bool isQuiet = _hidden.Count == 0;
                Assert.True(!isQuiet || vcpus + sent.Where(w => w.Host == host).Sum(w => w.Vcpus) <= HostVcpus);
                Assert.True(!isQuiet || mib + sent.Where(w => w.Host == host).Sum(w => w.Gib * 1_024) <= FreeMib);
            }

            Wish[] red = [.. _requests.Where(r => r.Value.Stage is RequestStage.Sent or RequestStage.Running).Select(r => _wishes[r.Key - 1]).Where(w => w.Tenant == "red")];
            Resources? quota = _policy.Tenants.GetValueOrDefault("red")?.Quota;
            Assert.True(quota is null || new Resources(red.Sum(w => w.Vcpus), red.Sum(w => w.Gib * 1_024)).FitsIn(quota.Value));
        }
    }
}
