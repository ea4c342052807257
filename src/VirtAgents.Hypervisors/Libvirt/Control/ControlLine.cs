using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>
/// The connection that may act: opened when it is first needed, closed when it was not used for a while. Each call has a
/// thread of its own, so that one that blocks holds up nobody else.
/// </summary>
internal sealed class ControlLine : IAsyncDisposable
{
    private readonly LibvirtControlOptions _options;
    private readonly TimeProvider _time;
    private readonly CallCounter _calls = new();
    private readonly AbandonedThreads _abandoned;
    private readonly AbandonedThreads _abandonedElsewhere;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ITimer _idle;
    private ControlLink? _link;
    private int _users;

    public ControlLine(LibvirtControlOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _abandoned = new AbandonedThreads(options.AbandonedThreadLimit);
        _abandonedElsewhere = new AbandonedThreads(options.AbandonedThreadLimit);
        _idle = time.CreateTimer(_ => _ = CloseIfIdleAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What libvirt tells of VMs on which an order works.</summary>
    public ControlEvents Events { get; } = new();

    /// <summary>Whether a connection is open now.</summary>
    public bool IsOpen => Volatile.Read(ref _link) is { IsClosed: false };

    /// <summary>Keeps the connection open until the result is disposed, for events.</summary>
    public IDisposable Hold()
    {
        _ = Interlocked.Increment(ref _users);
        return new Use(this);
    }

    /// <summary>Makes a call. A call that is late goes on; its thread is left to itself.</summary>
    /// <exception cref="LibvirtException">The call failed, or there is no connection.</exception>
    /// <exception cref="TimeoutException">There is no answer yet.</exception>
    public async Task<T> CallAsync<T>(Func<LibvirtConnection, T> call, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using IDisposable use = Hold();
        ControlLink link = await OpenAsync(cancellationToken);
        return await OnThreadAsync(() => call(link.Connection), deadline, cancellationToken);
    }

    /// <summary>Runs something that may block in libvirt on a thread of its own.</summary>
    /// <exception cref="LibvirtException">It failed.</exception>
    /// <exception cref="TimeoutException">There is no answer yet.</exception>
    public async Task<T> OnThreadAsync<T>(Func<T> call, TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (!_abandoned.HasRoom)
        {
            throw new LibvirtException("acting", 0, $"{_abandoned.Count} threads are blocked in libvirt");
        }

        using var thread = new NativeThread("libvirt-control", _abandoned);
        return await thread.CallAsync(call, deadline, _time, cancellationToken);
    }

    /// <summary>Asks another host for a VM, and for what that needs there. One that hangs blocks threads of its own, so that acting on this host goes on.</summary>
    public async Task<Whereabouts> FindAsync(string uri, Guid vm, HostNeeds needs)
    {
        if (!_abandonedElsewhere.HasRoom)
        {
            return Whereabouts.Silent($"{_abandonedElsewhere.Count} threads wait already for hosts that do not answer");
        }

        using var thread = new NativeThread("libvirt-elsewhere", _abandonedElsewhere);
        try
        {
            return await thread.CallAsync(() => Find(uri, vm, needs), _options.LookTimeout, _time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            return Whereabouts.Silent($"{uri} does not answer within {_options.LookTimeout}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _idle.DisposeAsync();
        await _gate.WaitAsync();
        Interlocked.Exchange(ref _link, null)?.Close(_abandoned);
        _gate.Dispose();
    }

    private Whereabouts Find(string uri, Guid vm, HostNeeds needs)
    {
        string lacks = "";
        try
        {
            using LibvirtConnection other = LibvirtConnection.Open(uri, _calls);
            lacks = needs.MissingOn(other) ?? "";
            using DomainHandle domain = other.Lookup(vm);
            (int state, int reason) = other.StateOf(domain);
            return new Whereabouts(StateMapping.Map(state, reason), "", IsSilent: false) { Lacks = lacks };
        }
        catch (LibvirtException failure)
        {
            return new Whereabouts(null, failure.Code == LibvirtException.NoDomain ? "" : failure.Message, IsSilent: false) { Lacks = lacks };
        }
    }

    private async Task<ControlLink> OpenAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_link is { IsClosed: false } open)
            {
                return open;
            }

            Interlocked.Exchange(ref _link, null)?.Close(_abandoned);
            string uri = LibvirtSockets.ToAct(_options.Uri) ?? LibvirtSockets.FindUriToAct(_options.RunDirectory)
                ?? throw new LibvirtException("looking for libvirt", 0, $"there is no socket to act over in {_options.RunDirectory}/libvirt");
            ControlLink link = await OnThreadAsync(() => Connect(uri), _options.ConnectTimeout, cancellationToken);
            Volatile.Write(ref _link, link);
            return link;
        }
        finally
        {
            _ = _gate.Release();
        }
    }

    private ControlLink Connect(string uri)
    {
        try
        {
            LibvirtLibrary.Prepare();
        }
        catch (HypervisorUnavailableException missing)
        {
            throw new LibvirtException("loading libvirt", 0, missing.Message);
        }

        return ControlLink.Open(uri, _time, _calls, Events);
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _ = _idle.Change(_options.IdleTime, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task CloseIfIdleAsync()
    {
        // Whoever opens it at the moment uses it, so there is nothing to close then.
        if (Volatile.Read(ref _users) == 0 && await _gate.WaitAsync(0))
        {
            if (Volatile.Read(ref _users) == 0)
            {
                Interlocked.Exchange(ref _link, null)?.Close(_abandoned);
            }

            _ = _gate.Release();
        }
    }

    private sealed class Use(ControlLine line) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                line.Leave();
            }
        }
    }
}
