using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Format;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Reading;

/// <summary>Looks up subjects, owners and where they lived. Reads the file, so it serves other processes too.</summary>
internal static class Catalogue
{
    public static int? OwnerId(Database database, Guid owner)
    {
        using Statement select = database.Prepare("SELECT id FROM owner WHERE uuid = ?");
        return select.Bind(1, owner).Step() ? select.Int32(0) : null;
    }

    public static Guid? OwnerById(Database database, int id)
    {
        using Statement select = database.Prepare("SELECT uuid FROM owner WHERE id = ?");
        return select.Bind(1, id).Step() ? select.Guid(0) : null;
    }

    public static List<(int Id, SubjectKind Kind, string Device)> SubjectsOf(Database database, int owner)
    {
        using Statement select = database.Prepare("SELECT id, kind, device FROM subject WHERE owner = ?");
        select.Bind(1, owner);
        var subjects = new List<(int, SubjectKind, string)>();
        while (select.Step())
        {
            subjects.Add((select.Int32(0), (SubjectKind)select.Int32(1), select.Text(2)));
        }

        return subjects;
    }

    /// <summary>Subjects of an owner, those of one device only when one is given.</summary>
    public static IEnumerable<(int Id, Subject Subject)> SubjectsOf(Database database, int owner, string? device)
    {
        if (OwnerById(database, owner) is not Guid uuid)
        {
            yield break;
        }

        foreach ((int id, SubjectKind kind, string name) in SubjectsOf(database, owner))
        {
            if (device is null || device == name)
            {
                yield return (id, new Subject(kind, uuid, name));
            }
        }
    }

    public static Subject? SubjectById(Database database, int id)
    {
        using Statement select = database.Prepare("SELECT s.kind, o.uuid, s.device FROM subject s JOIN owner o ON o.id = s.owner WHERE s.id = ?");
        return select.Bind(1, id).Step() ? new Subject((SubjectKind)select.Int32(0), select.Guid(1), select.Text(2)) : null;
    }

    /// <summary>All sequence spaces that ever were.</summary>
    public static List<(int Id, HostId Host, BootId Boot)> Streams(Database database)
    {
        using Statement select = database.Prepare("SELECT id, host, boot FROM stream");
        var streams = new List<(int, HostId, BootId)>();
        while (select.Step())
        {
            streams.Add((select.Int32(0), new HostId(select.Guid(1)), new BootId(select.Guid(2))));
        }

        return streams;
    }

    /// <summary>Streams that an owner was in, in the hours of a range.</summary>
    public static HashSet<int> StreamsOf(Database database, int owner, long fromMs, long toMs)
    {
        using Statement select = database.Prepare("SELECT DISTINCT stream FROM residence INDEXED BY residence_owner WHERE owner = ? AND hour BETWEEN ? AND ?");
        select.Bind(1, owner).Bind(2, Hours.Of(fromMs)).Bind(3, Hours.Of(toMs - 1));
        var streams = new HashSet<int>();
        while (select.Step())
        {
            streams.Add(select.Int32(0));
        }

        return streams;
    }

    /// <summary>Streams that any owner was in, in an hour.</summary>
    public static List<int> StreamsIn(Database database, long hour)
    {
        using Statement select = database.Prepare("SELECT DISTINCT stream FROM residence WHERE hour = ?");
        select.Bind(1, hour);
        var streams = new List<int>();
        while (select.Step())
        {
            streams.Add(select.Int32(0));
        }

        return streams;
    }

    /// <summary>Every owner that was anywhere in the hours of a range, and its streams.</summary>
    public static Dictionary<int, HashSet<int>> Residents(Database database, long fromMs, long toMs, CancellationToken cancellationToken)
    {
        using Statement select = database.Prepare("SELECT DISTINCT owner, stream FROM residence WHERE hour BETWEEN ? AND ?");
        select.Bind(1, Hours.Of(fromMs)).Bind(2, Hours.Of(toMs - 1));
        var residents = new Dictionary<int, HashSet<int>>();
        while (select.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            int owner = select.Int32(0);
            if (!residents.TryGetValue(owner, out HashSet<int>? streams))
            {
                residents.Add(owner, streams = []);
            }

            streams.Add(select.Int32(1));
        }

        return residents;
    }

    /// <summary>The hours of a range that a table has rows of; a range may be unbounded, so it is stepped through by what is there.</summary>
    public static IEnumerable<long> HoursIn(Database database, string table, long fromMs, long toMs)
    {
        using Statement next = database.Prepare($"SELECT min(hour) FROM {table} WHERE hour >= ?");
        long last = Hours.Of(toMs - 1);
        for (long hour = Hours.Of(fromMs); hour <= last; hour++)
        {
            next.Bind(1, hour);
            if (!next.Step() || next.IsNull(0))
            {
                yield break;
            }

            hour = next.Int64(0);
            next.Reset();
            if (hour <= last)
            {
                yield return hour;
            }
        }
    }
}
