using System.Globalization;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded;

/// <summary>The event feed in the file.</summary>
internal static class EventTable
{
    private const string Columns = "host, host_name, kind, time_ms, vm, vm_name, device, state, reason, evidence, from_state, received_ms";

    /// <summary>Appends events and returns the id of the first.</summary>
    public static long Append(Database database, IReadOnlyList<FleetEvent> events)
    {
        using Statement insert = database.Prepare(
            $"INSERT INTO event ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id");
        long first = 0;
        foreach (FleetEvent item in events)
        {
            Bind(insert, item).Step();
            long id = insert.Int64(0);
            first = first == 0 ? id : first;
            insert.Reset();
        }

        return first;
    }

    /// <summary>
    /// Id of the first of these events if all of them are there, one after another; 0 if not. A batch is written whole, so
    /// a batch that comes again finds its events so.
    /// </summary>
    public static long Find(Database database, IReadOnlyList<FleetEvent> events)
    {
        using Statement same = database.Prepare($"SELECT id, {Columns} FROM event WHERE time_ms = ?1 ORDER BY id");
        using Statement next = database.Prepare($"SELECT id, {Columns} FROM event WHERE id = ?1");
        same.Bind(1, events[0].Event.TimeUnixMs);
        while (same.Step())
        {
            long first = same.Int64(0);
            if (Equal(Read(same), events[0]) && FollowFrom(next, first, events))
            {
                return first;
            }
        }

        return 0;
    }

    public static IReadOnlyList<FleetEvent> Query(Database database, EventQuery query, long floorMs, CancellationToken cancellationToken)
    {
        if (query.Limit is < 1 or > 10_000)
        {
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, "Limit must be 1 to 10,000");
        }

        using Statement select = database.Prepare(Sql(query));
        select.Bind(1, query.AfterId).Bind(2, query.FromUnixMs == 0 ? floorMs : Math.Max(floorMs, query.FromUnixMs))
            .Bind(3, query.Limit);
        if (query.ToUnixMs != 0)
        {
            select.Bind(4, query.ToUnixMs);
        }

        if (query.Host is HostId host)
        {
            select.Bind(5, host.Value);
        }

        if (query.Vm is VmId vm)
        {
            select.Bind(6, vm.Value);
        }

        var events = new List<FleetEvent>();
        while (select.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            events.Add(Read(select));
        }

        return events;
    }

    private static string Sql(EventQuery query)
    {
        string kinds = string.Join(',', query.Kinds.Select(k => ((int)k).ToString(CultureInfo.InvariantCulture)));
        return $"SELECT id, {Columns} FROM event WHERE id > ?1 AND time_ms >= ?2"
            + (query.ToUnixMs != 0 ? " AND time_ms < ?4" : "")
            + (query.Host is null ? "" : " AND host = ?5")
            + (query.Vm is null ? "" : " AND vm = ?6")
            + (kinds.Length == 0 ? "" : $" AND kind IN ({kinds})")
            + $" ORDER BY id {(query.NewestFirst ? "DESC" : "ASC")} LIMIT ?3";
    }

    private static bool FollowFrom(Statement next, long first, IReadOnlyList<FleetEvent> events)
    {
        for (int i = 1; i < events.Count; i++)
        {
            if (!next.Bind(1, first + i).Step())
            {
                return false;
            }

            bool equal = Equal(Read(next), events[i]);
            next.Reset();
            if (!equal)
            {
                return false;
            }
        }

        return true;
    }

    private static bool Equal(FleetEvent stored, FleetEvent wanted) => stored with { Id = wanted.Id } == wanted;

    private static Statement Bind(Statement insert, FleetEvent item)
    {
        HostEvent what = item.Event;
        insert.Bind(1, item.HostId.Value).Bind(2, item.HostName).Bind(3, (int)what.Kind).Bind(4, what.TimeUnixMs);
        _ = what.Vm is VmId vm ? insert.Bind(5, vm.Value) : insert.BindNull(5);
        return insert.Bind(6, what.VmName).Bind(7, what.Device).Bind(8, (int)what.State).Bind(9, (int)what.Reason)
            .Bind(10, what.Evidence).Bind(11, (int)item.FromState).Bind(12, item.ReceivedUnixMs);
    }

    private static FleetEvent Read(Statement row)
    {
        VmId? vm = row.IsNull(5) ? null : new VmId(row.Guid(5));
        var what = new HostEvent(
            (HostEventKind)row.Int32(3), row.Int64(4), vm, row.Text(6), row.Text(7), (VmState)row.Int32(8), (VmStateReason)row.Int32(9), row.Text(10));
        return new FleetEvent(new HostId(row.Guid(1)), row.Text(2), what, (VmState)row.Int32(11), row.Int64(12), row.Int64(0));
    }
}
