using VirtAgents.Agent.Acting;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors;
using static VirtAgents.Agent.Tests.Acting.DeskBench;

namespace VirtAgents.Agent.Tests.Acting;

/// <summary>Directives about a VM that this host does not have yet.</summary>
public sealed class RecoverDeskTests : IDisposable
{
    private static readonly (string, string)[] Parameters =
        [(DirectiveCatalogue.FromHost, "0f7ff3b5-2f57-4c8e-9e57-d1d2b4f2a001"), (DirectiveCatalogue.DefinitionOf, new string('a', 64))];

    private readonly DeskBench _bench = new();

    private FakeControl Control => _bench.Control!;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Offer_VmOfAnotherHost_IsJudgedByWhatItsDefinitionSaysAndCarriedOut()
    {
        Keep("web-9", "acme");
        _bench.Policy = Allow(new PolicyRule("acme comes back", PolicyEffect.Allow, [DirectiveKind.Recover], [new VmPattern("web-*")], [new VmPattern("acme")], null, null));
        Assert.Equal((DirectiveState.Done, RefusalReason.None, "seen"), await _bench.RunAsync(Recover()));
        Keep("db-9", "acme");
        Assert.Equal(RefusalReason.Policy, (await _bench.RunAsync(Recover())).Refusal);
    }

    [Fact]
    public async Task Offer_ProtectedVm_IsRefusedWhateverTheRulesSay()
    {
        Keep("db-9", "");
        _bench.Policy = PolicyState.On(HostPolicy.AllowAll with { ProtectedVms = [new VmPattern("db-*")] });
        (DirectiveState state, RefusalReason refusal, string detail) = await _bench.RunAsync(Recover());
        Assert.Equal((DirectiveState.Refused, RefusalReason.Policy), (state, refusal));
        Assert.Equal("recover of VM 'db-9' is denied: the VM is among the protectedVms of the host's policy", detail);
        Assert.Empty(Control.Begun);
    }

    [Fact]
    public async Task Offer_NobodyKeepsItsDefinition_IsRefusedWithWhatTheAdapterSays()
    {
        Assert.Equal((DirectiveState.Refused, RefusalReason.UnknownTarget, "nobody keeps it"), await _bench.RunAsync(Recover()));
        Assert.Empty(Control.Begun);
    }

    [Fact]
    public async Task Cancel_WhileItIsFoundOut_IsCancelledAndNothingIsDone()
    {
        var asked = new TaskCompletionSource();
        Control.OnFindForeign = _ =>
        {
            asked.SetResult();
            return new TaskCompletionSource<ForeignVm>().Task;
        };
        DirectiveOrder order = Recover();
        _bench.Offer(order);
        await asked.Task.Soon();
        _bench.Cancel(order.Id);
        Assert.Equal((DirectiveState.Cancelled, RefusalReason.None, "taken back before it was begun: changed my mind"), await _bench.EndAsync(order.Id));
        Assert.Empty(Control.Begun);
    }

    [Fact]
    public async Task Look_TakesLongerThanOneAtThisHostMay_IsWaitedFor()
    {
        Keep("web-9", "");
        var seen = new TaskCompletionSource<ControlCheck>();
        var asked = new TaskCompletionSource();
        Control.OnCheck = (_, _) =>
        {
            asked.SetResult();
            return seen.Task;
        };
        DirectiveOrder order = Recover();
        _bench.Offer(order);
        await asked.Task.Soon();
        _bench.Time.Advance(DirectiveJudge.LookBudget * 2);
        seen.SetResult(new ControlCheck(RefusalReason.None, "nobody lives there", new ControlEvidence("7")));
        Assert.Equal(DirectiveState.Done, (await _bench.EndAsync(order.Id)).State);
    }

    [Fact]
    public async Task Start_BegunWhenTheAgentDied_IsFollowedUpAndNotBegunAgain()
    {
        Keep("web-9", "");
        Control.OnCarryOut = (_, _, _) => new TaskCompletionSource<ControlOutcome>().Task;
        DirectiveOrder order = Recover();
        _bench.Offer(order);
        await _bench.NextAsync(order.Id);
        _bench.Control!.OnFollowUp = (_, before) => Task.FromResult(ControlOutcome.Done($"seen running after '{before.Text}'"));
        _bench.Start();
        Assert.Equal((DirectiveState.Done, RefusalReason.None, "seen running after 'before Recover'"), await _bench.EndAsync(order.Id));
        Assert.Equal([order.Id], Control.Begun);
    }

    private static DirectiveOrder Recover() => Order(DirectiveKind.Recover, Foreign, parameters: Parameters);

    private static PolicyState Allow(PolicyRule rule) => PolicyState.On(new HostPolicy([rule], [], HostPolicy.UsualConcurrent, null));

    private void Keep(string name, string tenant) =>
        Control.OnFindForeign = order => Task.FromResult(new ForeignVm(new VmInfo(0, order.Vm, name, tenant, 1, 1 << 30, [], []), RefusalReason.None, ""));
}
