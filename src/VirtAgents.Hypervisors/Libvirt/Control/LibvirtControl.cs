using System.Collections.Frozen;
using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Acts on the VMs and pools of one host through libvirt, over a connection that is open only while it is needed.</summary>
/// <remarks>
/// Before anything is done to a VM its state is read and its monitor is made to answer. A VM that hangs, and a libvirt that is
/// away, are an unknown state: nothing is done. An order is done when its post-condition was read back from libvirt.
/// Limits (memory, vCPUs, CPU, disk, interface) hold until the VM ends; disks and the state of links are also changed
/// in the definition that its next start uses.
/// </remarks>
public sealed class LibvirtControl : IHypervisorControl
{
    private readonly LibvirtControlOptions _options;
    private readonly ControlLine _line;
    private readonly ControlRunner _runner;
    private readonly FrozenDictionary<DirectiveKind, ControlAction> _actions;
    private readonly OfflineMoveAction _offlineMove;
    private readonly Recovery? _recovery;
    private FrozenDictionary<DirectiveKind, string> _lacking = FrozenDictionary<DirectiveKind, string>.Empty;
    private FrozenDictionary<DirectiveKind, ImmutableArray<ParameterGap>> _gaps = FrozenDictionary<DirectiveKind, ImmutableArray<ParameterGap>>.Empty;
    private string _away = "libvirt was not asked yet";

    /// <summary>Makes an adapter that does nothing yet.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="time">Clock.</param>
    /// <param name="kept">What other hosts keep on storage that they share with this one; null = nothing is shared, and no VM of theirs can be recovered.</param>
    /// <exception cref="ArgumentException">A setting is out of range; the message names all of them.</exception>
    public LibvirtControl(LibvirtControlOptions options, TimeProvider time, IKeptDefinitions? kept = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<string> errors = options.Validate();
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", errors), nameof(options));
        }

        _options = options;
        _line = new ControlLine(options, time);
        _runner = new ControlRunner(options, time, _line);
        var shared = new SharedStorage(options);
        var needs = new DefinitionNeeds(shared, options.Roots);
        (_offlineMove, _recovery) = (new OfflineMoveAction(needs), kept is null ? null : new Recovery(kept, _runner, needs));
        ControlAction[] actions =
        [
            .. PowerDirectives.All(_line.Events),
            .. ResourceDirectives.All(options.Roots),
            new LinkAction(),
            new AttachDiskAction(),
            new DetachDiskAction(),
            new CreateVolumeAction(options.Roots),
            new ResizeVolumeAction(shared),
            new DeleteVolumeAction(shared),
            new MigrateAction(options, _line),
        ];
        _actions = actions.ToFrozenDictionary(action => action.Kind);
    }

    /// <inheritdoc />
    public ImmutableArray<KindSupport> Support => [.. DirectiveCatalogue.All.Select(definition => SupportOf(definition.Kind))];

    /// <summary>Whether the connection that may act is open now.</summary>
    public bool IsConnected => _line.IsOpen;

    /// <inheritdoc />
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        (_lacking, _gaps) = (HostLimits.Find(_options.Roots), HostLimits.FindGaps(_options.Roots));
        try
        {
            _ = await _line.CallAsync(connection => connection.Version(), _options.LookTimeout, cancellationToken);
            _away = "";
        }
        catch (TimeoutException)
        {
            _away = $"libvirt does not answer within {_options.LookTimeout}";
        }
        catch (LibvirtException failure)
        {
            _away = failure.Message;
        }
    }

    /// <inheritdoc />
    public async Task<ForeignVm> FindForeignAsync(DirectiveOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        return Impossible(order.Kind) is { } why
            ? ForeignVm.No(RefusalReason.Unsupported, why)
            : await _recovery!.FindVmAsync(order, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<ControlCheck> CheckAsync(DirectiveOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        return Impossible(order.Kind) is { } why
            ? ControlCheck.No(RefusalReason.Unsupported, why)
            : order.Kind == DirectiveKind.Recover ? await _recovery!.CheckAsync(order, cancellationToken)
            : await _runner.CheckAsync(ActionOf(order), order, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<ControlOutcome> CarryOutAsync(
        DirectiveOrder order, ControlEvidence before, Action<ControlProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        return Impossible(order.Kind) is { } why
            ? ControlOutcome.Failed($"nothing was done: {why}")
            : order.Kind == DirectiveKind.Recover ? await _recovery!.CarryOutAsync(order, before, progress, cancellationToken)
            : await _runner.CarryOutAsync(ActionOf(order), order, before, progress, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<ControlOutcome> FollowUpAsync(
        DirectiveOrder order, ControlEvidence before, Action<ControlProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        return Impossible(order.Kind) is { } why
            ? ControlOutcome.Failed($"not observed: {why}")
            : order.Kind == DirectiveKind.Recover ? await _recovery!.FollowUpAsync(order, before, progress, cancellationToken)
            : await _runner.FollowUpAsync(ActionOf(order), order, before, progress, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _line.DisposeAsync();

    private ControlAction ActionOf(DirectiveOrder order) => order.Kind == DirectiveKind.Migrate && order.Flag(DirectiveCatalogue.Offline) ? _offlineMove : _actions[order.Kind];

    private KindSupport SupportOf(DirectiveKind kind)
    {
        string why = Impossible(kind) ?? _away;
        return new KindSupport(kind, why.Length == 0, why) { Gaps = _gaps.GetValueOrDefault(kind, []) };
    }

    /// <summary>Why this host can never do a kind; null when it can, whether or not libvirt is there now.</summary>
    private string? Impossible(DirectiveKind kind) =>
        kind == DirectiveKind.Recover ? _recovery is null ? "the agent has no Witness:HeartbeatDirectories, so it sees nothing that other hosts keep" : null
        : _actions.ContainsKey(kind) ? _lacking.GetValueOrDefault(kind) : "libvirt has nothing of this kind";
}
