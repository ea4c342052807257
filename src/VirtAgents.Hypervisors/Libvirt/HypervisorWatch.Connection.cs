using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>Connecting, losing the connection, and reading everything anew.</summary>
internal sealed partial class HypervisorWatch
{
    private void Connect(CancellationToken cancellationToken) => _ = ConnectAsync(++_generation, cancellationToken);

    /// <summary>Tries to connect beside the mailbox, so that a daemon that does not answer holds nothing up.</summary>
    private async Task ConnectAsync(int generation, CancellationToken cancellationToken)
    {
        string uri = _options.Uri ?? LibvirtSockets.FindUri(_options.RunDirectory) ?? "";
        WatchMessage.Connected result;
        try
        {
            result = new(generation, await OpenAsync(generation, uri, cancellationToken), uri, "");
        }
        catch (LibvirtException failure)
        {
            result = new(generation, null, uri, failure.Message);
        }
        catch (TimeoutException)
        {
            result = new(generation, null, uri, $"libvirt does not answer within {_options.ConnectTimeout}");
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Post(result);
    }

    private async Task<LibvirtSession> OpenAsync(int generation, string uri, CancellationToken cancellationToken)
    {
        if (uri.Length == 0)
        {
            throw new LibvirtException("looking for libvirt", 0, $"neither of the sockets {LibvirtSockets.Describe(_options.RunDirectory)} is there");
        }

        if (!_abandoned.HasRoom)
        {
            throw new LibvirtException("connecting", 0, $"{_abandoned.Count} threads are blocked in libvirt");
        }

        var sink = new EventSink(_time, raw => Post(new WatchMessage.FromLibvirt(generation, raw)));
        try
        {
            return await LibvirtSession.OpenAsync(uri, sink, _calls, _abandoned, _options.ConnectTimeout, _time, cancellationToken);
        }
        catch
        {
            sink.Dispose();
            throw;
        }
    }

    private async Task OnConnectedAsync(WatchMessage.Connected connected, CancellationToken cancellationToken)
    {
        if (connected.Generation != _generation)
        {
            connected.Session?.Dispose(); // it broke before it could be used, and that has been told
            return;
        }

        if (connected.Session is not { } session)
        {
            Lose(connected.Problem, cancellationToken);
            return;
        }

        _session = session;
        await ReadHostAsync(session, cancellationToken);
        await ReconcileAsync(session, tellAll: true, cancellationToken);
        _check.Use(session.Connection, connected.Uri);
        _model.Change(model => model.SetReachable_NeedsLock(true));
        if (_isLost)
        {
            _events.Add(new HostEvent(HostEventKind.HypervisorRestored, Now, Evidence: $"connected to {connected.Uri} and read everything anew"));
        }

        (_isFirst, _isLost, _attempt) = (false, false, 0);
        _poolsChanged();
        _firstAttempt.TrySetResult();
    }

    private async Task ReadHostAsync(LibvirtSession session, CancellationToken cancellationToken)
    {
        string version = await session.CallAsync(connection => connection.Version(), cancellationToken);
        _model.Change(model => model.SetHost_NeedsLock(model.Snapshot.Inventory.Host with { Hypervisor = version }));
    }

    /// <summary>Says at once that libvirt is lost and tries again later. What the VMs do now is unknown.</summary>
    private void Lose(string problem, CancellationToken cancellationToken)
    {
        _generation++; // whatever still comes over the old connection is void
        _check.Use(null, "");
        Interlocked.Exchange(ref _session, null)?.Dispose();
        _model.Change(model => model.SetReachable_NeedsLock(false));
        _stuck.Clear();
        _lost();
        if (!_isLost)
        {
            _isLost = true;
            _events.Add(new HostEvent(HostEventKind.HypervisorLost, Now, Reason: VmStateReason.HypervisorLost, Evidence: problem));
        }

        _firstAttempt.TrySetResult();
        if (!cancellationToken.IsCancellationRequested)
        {
            ScheduleRetry();
        }
    }

    private void ScheduleRetry()
    {
        (TimeSpan first, TimeSpan longest) = _options.RetryDelay;
        double full = Math.Min(longest.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(_attempt++, 16)));
        TimeSpan delay = TimeSpan.FromMilliseconds(full * (0.5 + (_jitter.NextDouble() / 2)));
        PostLater(new WatchMessage.Retry(), delay);
    }

    private void PostLater(WatchMessage message, TimeSpan delay)
    {
        ITimer? timer = null;
        timer = _time.CreateTimer(
            _ =>
            {
                Post(message);
                timer?.Dispose();
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        _ = timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Lists everything, and reads definitions anew: of a limit that somebody sets for an interface libvirt tells no event.</summary>
    private async Task ReconcileAsync(LibvirtSession session, bool tellAll, CancellationToken cancellationToken)
    {
        List<VmObservation> listing = await session.CallAsync(LibvirtSession.List, cancellationToken);
        IReadOnlyList<HostEvent> events = _tracker.Observe(listing, tellAll, _isFirst, Now);
        HashSet<Guid> all = [.. _tracker.Vms.Where(vm => !vm.IsArriving).Select(vm => vm.Uuid)];
        Dictionary<Guid, DomainDefinition> definitions = await session.CallAsync(
            connection => ReadDefinitions(connection, all), cancellationToken);
        Apply(definitions);
        foreach (HostEvent happened in events)
        {
            _events.Add(happened);
        }
    }

    private Dictionary<Guid, DomainDefinition> ReadDefinitions(LibvirtConnection connection, HashSet<Guid> vms)
    {
        var definitions = new Dictionary<Guid, DomainDefinition>(vms.Count);
        foreach (Guid vm in vms)
        {
            if (LibvirtSession.Read(connection, vm, _options.KeepsDefinitions) is { } read)
            {
                definitions[vm] = _taps.Complete(read.Definition);
            }
        }

        return definitions;
    }

    /// <summary>Brings model, processes and their watch in line with the tracker.</summary>
    private void Apply(Dictionary<Guid, DomainDefinition> definitions)
    {
        Dictionary<Guid, int?> pids = _tracker.Vms
            .Where(vm => vm is { IsArriving: false, Condition.IsAlive: true })
            .ToDictionary(vm => vm.Uuid, vm => FindProcess(vm));
        _model.Change(model =>
        {
            foreach (Guid gone in model.Snapshot.Vms.Keys.Where(vm => _tracker.Find(vm) is null or { IsForeign: true }))
            {
                model.RemoveVm_NeedsLock(gone);
            }

            foreach (DomainDefinition definition in definitions.Values)
            {
                if (_tracker.Find(definition.Uuid) is { } vm)
                {
                    model.SetVm_NeedsLock(definition, vm.Condition);
                }
            }

            foreach (TrackedVm vm in _tracker.Vms)
            {
                model.SetCondition_NeedsLock(vm.Uuid, vm.Condition);
                model.SetProcess_NeedsLock(vm.Uuid, pids.GetValueOrDefault(vm.Uuid));
            }
        });
    }
}
