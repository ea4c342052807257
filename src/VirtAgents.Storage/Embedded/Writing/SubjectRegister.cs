using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Sqlite;

namespace VirtAgents.Storage.Embedded.Writing;

/// <summary>The numbers of all subjects and their owners, in memory and in the file. Only the writer uses it.</summary>
internal sealed class SubjectRegister : IDisposable
{
    private readonly Dictionary<Subject, SubjectEntry> _entries = [];
    private readonly Dictionary<int, SubjectEntry> _byId = [];
    private readonly Dictionary<Guid, int> _owners = [];
    private readonly List<SubjectEntry> _addedSubjects = [];
    private readonly List<Guid> _addedOwners = [];
    private readonly Statement _insertOwner;
    private readonly Statement _insertSubject;
    private int _lastSubject;
    private int _lastOwner;

    public SubjectRegister(Database database)
    {
        Load(database);
        _insertOwner = database.Prepare("INSERT INTO owner (id, uuid) VALUES (?, ?)");
        _insertSubject = database.Prepare("INSERT INTO subject (id, owner, kind, device) VALUES (?, ?, ?, ?)");
    }

    public SubjectEntry? ById(int id) => _byId.GetValueOrDefault(id);

    /// <summary>The entries for the rows of a report.</summary>
    public ResolvedSubjects Resolve(StreamState stream, ReportRecord report)
    {
        if (!stream.Resolved.IsFor(report.Subjects))
        {
            stream.Resolved = new ResolvedSubjects(report.Subjects);
        }

        for (int i = 0; i < report.Samples.TableCount; i++)
        {
            SampleTable table = report.Samples[i];
            foreach (int index in table.Subjects)
            {
                stream.Resolved.Resolve(table.Kind, index, this);
            }
        }

        return stream.Resolved;
    }

    /// <summary>The entry of a subject; a new one is written with the batch.</summary>
    public SubjectEntry EntryOf(Subject subject)
    {
        if (!_entries.TryGetValue(subject, out SubjectEntry? entry))
        {
            entry = new SubjectEntry(subject, ++_lastSubject, OwnerOf(subject.Owner));
            Remember(entry);
            _addedSubjects.Add(entry);
        }

        return entry;
    }

    public void Save()
    {
        foreach (Guid owner in _addedOwners)
        {
            _insertOwner.Bind(1, _owners[owner]).Bind(2, owner).Run();
        }

        foreach (SubjectEntry entry in _addedSubjects)
        {
            Subject subject = entry.Subject;
            _insertSubject.Bind(1, entry.Id).Bind(2, entry.OwnerId).Bind(3, (int)subject.Kind).Bind(4, subject.Device).Run();
        }
    }

    public void Commit()
    {
        _addedOwners.Clear();
        _addedSubjects.Clear();
    }

    public void RollBack()
    {
        _addedOwners.ForEach(owner => _owners.Remove(owner));
        _lastOwner -= _addedOwners.Count;
        foreach (SubjectEntry entry in _addedSubjects)
        {
            _entries.Remove(entry.Subject);
            _byId.Remove(entry.Id);
        }

        _lastSubject -= _addedSubjects.Count;
        Commit();
    }

    public void Dispose()
    {
        _insertOwner.Dispose();
        _insertSubject.Dispose();
    }

    private int OwnerOf(Guid owner)
    {
        if (!_owners.TryGetValue(owner, out int id))
        {
            id = ++_lastOwner;
            _owners.Add(owner, id);
            _addedOwners.Add(owner);
        }

        return id;
    }

    private void Remember(SubjectEntry entry)
    {
        if (!_entries.TryAdd(entry.Subject, entry) || !_byId.TryAdd(entry.Id, entry))
        {
            throw new InvalidDataException($"subject {entry.Id} is there twice");
        }
    }

    private void Load(Database database)
    {
        using Statement all = database.Prepare(
            "SELECT s.id, s.owner, s.kind, s.device, o.uuid FROM subject s JOIN owner o ON o.id = s.owner");
        while (all.Step())
        {
            var subject = new Subject((SubjectKind)all.Int32(2), all.Guid(4), all.Text(3));
            var entry = new SubjectEntry(subject, all.Int32(0), all.Int32(1));
            Remember(entry);
            _owners[subject.Owner] = entry.OwnerId;
            _lastSubject = Math.Max(_lastSubject, entry.Id);
            _lastOwner = Math.Max(_lastOwner, entry.OwnerId);
        }
    }
}
