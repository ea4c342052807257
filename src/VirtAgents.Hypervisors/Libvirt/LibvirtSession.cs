using System.Xml;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt;

/// <summary>The connection for events and listings, with its thread. Its calls end at the latest when the keep-alive fails.</summary>
internal sealed class LibvirtSession : IDisposable
{
    // virConnectListAllDomains: only domains that are forgotten when they end.
    private const uint Transient = 1 << 3;
    private const uint StateGroup = 1;

    private readonly NativeThread _thread;
    private readonly EventSubscription _subscription;

    private LibvirtSession(NativeThread thread, LibvirtConnection connection, EventSubscription subscription)
    {
        _thread = thread;
        Connection = connection;
        _subscription = subscription;
    }

    /// <summary>The connection itself, for calls that may be made from other threads.</summary>
    public LibvirtConnection Connection { get; }

    /// <summary>Connects and registers for events, before anything is listed.</summary>
    /// <exception cref="LibvirtException">The daemon refuses or is not there.</exception>
    /// <exception cref="TimeoutException">It does not answer in time.</exception>
    public static async Task<LibvirtSession> OpenAsync(
        string uri, EventSink sink, CallCounter calls, AbandonedThreads abandoned, TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        var thread = new NativeThread("libvirt-session", abandoned);
        try
        {
            return await thread.CallAsync(() => Open(uri, sink, calls, thread), deadline, time, cancellationToken);
        }
        catch (LibvirtException)
        {
            thread.Dispose();
            throw;
        }
    }

    /// <summary>Runs a call on the session's thread.</summary>
    public Task<T> CallAsync<T>(Func<LibvirtConnection, T> call, CancellationToken cancellationToken) =>
        _thread.RunAsync(() => call(Connection)).WaitAsync(cancellationToken);

    /// <summary>Every domain with its state, in three calls whatever their number.</summary>
    public static List<VmObservation> List(LibvirtConnection connection)
    {
        List<DomainHandle> domains = connection.ListDomains();
        List<DomainHandle> transient = connection.ListDomains(Transient);
        try
        {
            Dictionary<Guid, (int State, int Reason)> states = States(connection);
            HashSet<Guid> forgotten = [.. transient.Select(domain => domain.Uuid)];
            return [.. domains.Where(domain => states.ContainsKey(domain.Uuid)).Select(domain => Observe(domain, states[domain.Uuid], forgotten))];
        }
        finally
        {
            domains.ForEach(domain => domain.Dispose());
            transient.ForEach(domain => domain.Dispose());
        }
    }

    /// <summary>One domain, with whether it starts with its host where it is persistent; null when it is gone.</summary>
    /// <param name="connection">Connection.</param>
    /// <param name="uuid">The domain.</param>
    /// <param name="withNext">Whether what its next start uses is asked for too.</param>
    public static (DomainDefinition Definition, VmObservation Observation)? Read(LibvirtConnection connection, Guid uuid, bool withNext)
    {
        try
        {
            using DomainHandle domain = connection.Lookup(uuid);
            string xml = connection.XmlOf(domain);
            bool isPersistent = connection.IsPersistent(domain);
            DomainDefinition definition = Parse(xml, domain);
            return (isPersistent ? Complete(connection, domain, definition, withNext) : definition, Observe(domain, connection.StateOf(domain), isPersistent ? [] : [uuid]));
        }
        catch (LibvirtException failure) when (failure.Code == LibvirtException.NoDomain)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _thread.EndWith(() =>
        {
            _subscription.Dispose();
            Connection.Dispose();
        });
    }

    private static LibvirtSession Open(string uri, EventSink sink, CallCounter calls, NativeThread thread)
    {
        LibvirtConnection connection = LibvirtConnection.Open(uri, calls);
        try
        {
            return new LibvirtSession(thread, connection, connection.Subscribe(sink));
        }
        catch (LibvirtException)
        {
            connection.Dispose();
            throw;
        }
    }

    private static DomainDefinition Parse(string xml, DomainHandle domain)
    {
        try
        {
            return DomainDefinition.Parse(xml);
        }
        catch (XmlException)
        {
            // A domain with a definition that nobody can read still runs, and its state and process can be told.
            return new DomainDefinition(domain.Uuid, domain.Name, "", 0, 0, [], []);
        }
    }

    private static DomainDefinition Complete(LibvirtConnection connection, DomainHandle domain, DomainDefinition definition, bool withNext)
    {
        definition = definition with { HasAutostart = AutostartOf(connection, domain) };
        try
        {
            return withNext ? definition with { Next = NextDefinition.Parse(connection.InactiveXmlOf(domain)) } : definition;
        }
        catch (XmlException)
        {
            return definition; // what nobody can read is not kept either
        }
    }

    private static bool? AutostartOf(LibvirtConnection connection, DomainHandle domain)
    {
        try
        {
            return connection.HasAutostart(domain);
        }
        catch (LibvirtException failure) when (failure.Code == LibvirtException.NoSupport)
        {
            return null;
        }
    }

    private static Dictionary<Guid, (int State, int Reason)> States(LibvirtConnection connection)
    {
        using DomainStatsRecords records = connection.AllDomainStats(StateGroup, 0);
        var states = new Dictionary<Guid, (int State, int Reason)>(records.Count);
        for (int i = 0; i < records.Count; i++)
        {
            (int state, int reason) = (0, 0);
            TypedParameters parameters = records.Parameters(i);
            while (parameters.TryRead(out TypedParameter parameter))
            {
                if (parameter.TryGetNumber(out long value))
                {
                    state = parameter.Name.SequenceEqual("state.state"u8) ? (int)value : state;
                    reason = parameter.Name.SequenceEqual("state.reason"u8) ? (int)value : reason;
                }
            }

            states[records.Uuid(i)] = (state, reason);
        }

        return states;
    }

    private static VmObservation Observe(DomainHandle domain, (int State, int Reason) state, HashSet<Guid> forgotten) => new(
        domain.Uuid,
        domain.Name,
        StateMapping.Map(state.State, state.Reason),
        domain.Id,
        !forgotten.Contains(domain.Uuid),
        $"libvirt state {state.State}/{state.Reason}");
}
