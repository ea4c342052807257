using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>One thread with one connection for the bulk call; thrown away as a whole when the call does not return.</summary>
internal sealed class StatsLine(string uri, CallCounter calls, AbandonedThreads abandoned) : IDisposable
{
    // STATE, BALLOON, VCPU and BLOCK. Interfaces and CPU time come from the kernel, at less cost.
    private const uint Groups = 0b10_1101;

    /// <summary>
    /// Only running domains: for the others libvirt 9.0 gives a cpu.time that is that of no domain at all.
    /// </summary>
    private const uint Active = 1;
    private const uint NoWait = 1u << 29;

    private readonly NativeThread _thread = new("libvirt-stats", abandoned);
    private LibvirtConnection? _connection;
    private volatile bool _abandoned;

    /// <summary>Starts the bulk call; with <paramref name="noWait"/> domains whose monitor is in use give what needs no monitor.</summary>
    public Task<DomainStatsRecords> StartAsync(bool noWait) => _thread.RunAsync(() => Call(noWait ? Active | NoWait : Active));

    /// <summary>Gives up a call that is still running; it ends with its thread and connection when it returns after all.</summary>
    public void Abandon(Task<DomainStatsRecords> running)
    {
        _abandoned = true;
        _thread.Abandon(running);
    }

    public void Dispose() => _thread.EndWith(CloseConnection);

    private DomainStatsRecords Call(uint flags)
    {
        try
        {
            _connection ??= LibvirtConnection.Open(uri, calls);
            return _connection.AllDomainStats(Groups, flags);
        }
        finally
        {
            if (_abandoned)
            {
                CloseConnection();
            }
        }
    }

    private void CloseConnection()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
