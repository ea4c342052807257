using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Acting;

/// <summary>A directive that is being judged or carried out.</summary>
internal sealed class LiveDirective(DirectiveOrder order) : IDisposable
{
    private readonly CancellationTokenSource _abort = new();
    private volatile ControlProgress? _progress;
    private volatile string? _takenBack;

    public Guid Id => order.Id;

    public DirectiveOrder Order => order;

    /// <summary>Why it must not be begun, found when it came; null = to be judged.</summary>
    public DirectiveEnd? Early { get; init; }

    /// <summary>It holds the place of its VM: no other one may work on it.</summary>
    public bool HoldsVm { get; init; }

    /// <summary>It was in the journal when the agent started.</summary>
    public DirectiveRecord? Former { get; init; }

    /// <summary>The limit that this host takes back by itself; null = the collector ordered it.</summary>
    public LimitLease? Lease { get; init; }

    /// <summary>The policy allows it; it counts among those that run and in the rates.</summary>
    public PolicyUse? Use { get; set; }

    /// <summary>The hypervisor still works on it although it has ended for the collector.</summary>
    public bool IsAbandoned { get; set; }

    public ControlProgress? Progress
    {
        get => _progress;
        set => _progress = value;
    }

    /// <summary>Who took it back and why; null = nobody did.</summary>
    public string? TakenBack => _takenBack;

    public CancellationToken Aborted => _abort.Token;

    /// <summary>Stops it as far as it can be stopped.</summary>
    public void TakeBack(string reason)
    {
        _takenBack = reason;
        Abort();
    }

    public void Abort() => _ = _abort.CancelAsync();

    public void Dispose() => _abort.Dispose();
}
