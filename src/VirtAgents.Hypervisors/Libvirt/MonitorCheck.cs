using VirtAgents.Core.Model;
using VirtAgents.Hypervisors.Libvirt.Native;
using VirtAgents.Hypervisors.Linux;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>
/// Finds VMs whose monitor does not answer. Only virDomainGetControlInfo can be asked without risk, and it only sees a
/// monitor that somebody waits for; so for a VM whose process stands still a thread of its own is made to wait.
/// </summary>
internal sealed class MonitorCheck(
    LibvirtOptions options, TimeProvider time, HostModel model, StuckVms stuck, AbandonedThreads abandoned, CallCounter calls) : IDisposable
{
    private static readonly TimeSpan CallDeadline = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SearchTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SearchPause = TimeSpan.FromMilliseconds(400);

    /// <summary>A fast sample counts as recent for so many of our own rounds.</summary>
    private const int RecentProbes = 3;

    private readonly Lock _gate = new();
    private readonly HashSet<Guid> _touched = [];
    private readonly byte[] _buffer = new byte[1024];
    private NativeThread? _thread;
    private volatile LibvirtConnection? _connection;
    private volatile string _uri = "";
    private long _lastSaw;

    /// <summary>Sets the connection to ask over, or null while there is none.</summary>
    public void Use(LibvirtConnection? connection, string uri)
    {
        _uri = uri;
        _connection = connection;
    }

    /// <summary>Looks at all running VMs, for a call that is late; for so long at most. Returns whether any is stuck.</summary>
    public async Task<bool> FindStuckAsync(IEnumerable<VmEntry> vms, TimeSpan limit, CancellationToken cancellationToken)
    {
        TimeSpan searchTime = limit < SearchTime ? limit : SearchTime;
        List<Guid> running = [.. vms.Where(vm => vm.Condition.IsAlive).Select(vm => vm.Info.Id.Value)];
        long start = time.GetTimestamp();
        for (TimeSpan left = searchTime; left > TimeSpan.Zero; left = searchTime - time.GetElapsedTime(start))
        {
            if (await AskAsync(running, left, cancellationToken))
            {
                return true;
            }

            await Task.Delay(SearchPause, time, cancellationToken);
        }

        return false;
    }

    /// <summary>Takes over which VMs' processes the fast tier found stopped, so that nobody reads them for it once more.</summary>
    public void Saw(IReadOnlyList<VmId> stopped)
    {
        Volatile.Write(ref _lastSaw, time.GetTimestamp());
        for (int i = 0; i < stopped.Count && _connection is not null; i++)
        {
            SuspectStopped(stopped[i].Value);
        }
    }

    /// <summary>Looks at the VMs that are stuck or give reason for suspicion.</summary>
    public async Task PollAsync(CancellationToken cancellationToken)
    {
        if (_connection is null)
        {
            return;
        }

        if (!KnowsFromSamples)
        {
            foreach (QemuProcess process in model.Snapshot.Processes)
            {
                if (IsStopped(process.Pid))
                {
                    SuspectStopped(process.Vm.Value);
                }
            }
        }

        List<Guid> candidates = stuck.Candidates();
        if (candidates.Count > 0)
        {
            _ = await AskAsync(candidates, CallDeadline, cancellationToken);
        }
    }

    public void Dispose() => _thread?.Dispose();

    private bool KnowsFromSamples =>
        Volatile.Read(ref _lastSaw) is not 0 and var last && time.GetElapsedTime(last) < RecentProbes * options.HungProbeInterval;

    private void SuspectStopped(Guid vm)
    {
        if (stuck.Since(vm) is null)
        {
            stuck.Suspect(vm);
            Touch(vm);
        }
    }

    private async Task<bool> AskAsync(IReadOnlyList<Guid> vms, TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (_connection is not { } connection || !abandoned.HasRoom)
        {
            return false;
        }

        NativeThread thread = _thread ??= new NativeThread("libvirt-check", abandoned);
        try
        {
            return await thread.CallAsync(() => Ask(connection, vms), deadline, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            _thread = null;
            return false;
        }
        catch (LibvirtException)
        {
            return false; // the connection has just gone; the watch tells it
        }
    }

    private bool Ask(LibvirtConnection connection, IReadOnlyList<Guid> vms)
    {
        bool any = false;
        foreach (Guid vm in vms)
        {
            try
            {
                using DomainHandle domain = connection.Lookup(vm);
                any |= stuck.Judge(vm, connection.ControlInfo(domain));
            }
            catch (LibvirtException failure) when (failure.Code is LibvirtException.NoDomain or LibvirtException.OperationInvalid)
            {
                stuck.Forget(vm); // gone, or off, meanwhile
            }
        }

        return any;
    }

    /// <summary>Whether a process is stopped by a signal or a debugger.</summary>
    private bool IsStopped(int pid)
    {
        lock (_gate)
        {
            using KernelFile file = new($"{options.Roots.Proc}/{pid}/stat", null);
            return ProcessStat.TryParse(file.Read(_buffer), out ProcessStat stat) && stat.IsStopped;
        }
    }

    /// <summary>Makes a thread wait for the monitor of a VM, once; it is left to itself.</summary>
    private void Touch(Guid vm)
    {
        lock (_gate)
        {
            if (!abandoned.HasRoom || !_touched.Add(vm))
            {
                return;
            }
        }

        string uri = _uri;
        var thread = new NativeThread("libvirt-touch", abandoned);
        thread.Abandon(thread.RunAsync(() => Touch(uri, vm)));
    }

    private bool Touch(string uri, Guid vm)
    {
        try
        {
            using LibvirtConnection connection = LibvirtConnection.Open(uri, calls);
            using DomainHandle domain = connection.Lookup(vm);
            connection.TouchMonitor(domain);
            return true;
        }
        finally
        {
            lock (_gate)
            {
                _ = _touched.Remove(vm);
            }
        }
    }
}
