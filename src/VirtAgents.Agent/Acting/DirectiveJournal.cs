using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Agent.Acting;

/// <summary>
/// The agent's memory of directives: a file to which lines are appended, each on the disk before what it says takes effect.
/// So an id is carried out at most once, whatever kills the agent and whenever.
/// </summary>
internal sealed partial class DirectiveJournal : IDisposable
{
    public const string FileName = "directives.journal";
    public const long CompactedAbove = 4 << 20;
    private const long HourMs = 3_600_000;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Lock _lock = new();
    private readonly JournalBook _book = new();
    private readonly string? _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private SafeFileHandle? _handle;
    private long _length;
    private long _compactAt = CompactedAbove;
    private bool _misses;
    private bool _closed;

    private DirectiveJournal(string? path, TimeProvider time, ILogger logger) => (_path, _time, _logger) = (path, time, logger);

    /// <summary>Highest epoch that is recorded.</summary>
    public long Epoch => Ask(book => book.Epoch);

    /// <summary>The host is marked as being drained.</summary>
    public bool IsDraining => Ask(book => book.IsDraining);

    /// <summary>Lines were damaged when it was opened: what it does not say may have been said. The next line makes it whole.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Bytes of the file.</summary>
    public long Length => Interlocked.Read(ref _length);

    /// <summary>Directives that have not ended.</summary>
    public ImmutableArray<DirectiveRecord> Unended => Ask(book => book.Records.Where(r => !r.IsEnded).ToImmutableArray());

    /// <summary>Without a file, for simulated hosts that keep nothing: it is empty at each start.</summary>
    public static DirectiveJournal InMemory(TimeProvider time, ILogger logger) => new(null, time, logger);

    /// <summary>Reads the file, or makes it. A line that was cut off by a crash, and what is damaged, is passed over.</summary>
    /// <exception cref="IOException">It cannot be read or written, or another agent has it.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    public static DirectiveJournal Open(string directory, TimeProvider time, ILogger logger)
    {
        Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        var journal = new DirectiveJournal(Path.Combine(directory, FileName), time, logger);
        journal.Load();
        return journal;
    }

    /// <summary>Limits that are to be taken back.</summary>
    public ImmutableArray<LimitLease> Leases => Ask(book => book.Leases.ToImmutableArray());

    public DirectiveRecord? Find(Guid id) => Ask(book => book.Find(id));

    /// <summary>What the policy allowed within the last hour, or after now when the clock was set back; one directive left out.</summary>
    public ImmutableArray<PolicyUse> RecentUses(long nowUnixMs, Guid except) => Ask(book =>
        book.Records.Where(r => r.AllowedUnixMs > nowUnixMs - HourMs && r.Id != except).Select(r => new PolicyUse(r.AllowedUnixMs, r.Rule)).ToImmutableArray());

    /// <summary>Appends steps; true when they are on the disk. An end is known from then on also when it is not.</summary>
    public bool TryAppend(params ReadOnlySpan<JournalStep> steps)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }

            bool written = TryWrite(steps);
            foreach (JournalStep step in steps)
            {
                if (written || step.Step == JournalStepKind.Ended)
                {
                    _book.Apply(step);
                }
            }

            _misses |= !written;
            if (written && (_misses || _length > _compactAt))
            {
                Compact();
            }

            return written;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            _handle?.Dispose();
        }
    }

    private T Ask<T>(Func<JournalBook, T> question)
    {
        lock (_lock)
        {
            return question(_book);
        }
    }

    private void Load()
    {
        _handle = OpenFile(_path!, FileMode.OpenOrCreate);
        byte[] content = new byte[RandomAccess.GetLength(_handle)];
        int read = RandomAccess.Read(_handle, content, 0);
        List<JournalStep> steps = [];
        _length = JournalLine.ReadAll(content.AsSpan(0, read), steps, out int damaged);
        steps.ForEach(_book.Apply);
        if (damaged > 0)
        {
            (IsDamaged, _misses) = (true, true);
            LogDamaged(_path!, damaged);
        }
    }

    private bool TryWrite(ReadOnlySpan<JournalStep> steps)
    {
        if (_handle is null)
        {
            return true;
        }

        byte[] lines = Lines(steps);
        try
        {
            // After a failure the next line is written over what the failed one left.
            RandomAccess.Write(_handle, lines, _length);
            RandomAccess.FlushToDisk(_handle);
            Interlocked.Add(ref _length, lines.Length);
            return true;
        }
        catch (IOException e)
        {
            LogNotWritten(_path!, e.Message);
            return false;
        }
    }

    private void Compact()
    {
        if (_handle is null)
        {
            return;
        }

        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        _book.Forget(now);
        byte[] lines = Lines([.. _book.Steps(now)]);
        string fresh = _path + ".new";
        try
        {
            SafeFileHandle handle = OpenFile(fresh, FileMode.Create);
            RandomAccess.Write(handle, lines, 0);
            RandomAccess.FlushToDisk(handle);
            File.Move(fresh, _path!, overwrite: true);
            _handle.Dispose();
            (_handle, _misses) = (handle, false);
            Interlocked.Exchange(ref _length, lines.Length);
        }
        catch (IOException e)
        {
            LogNotWritten(fresh, e.Message);
        }

        // What is kept may be much; the file may then grow by as much again.
        _compactAt = Math.Max(CompactedAbove, 2 * _length);
    }

    private static byte[] Lines(ReadOnlySpan<JournalStep> steps)
    {
        using var lines = new MemoryStream();
        foreach (JournalStep step in steps)
        {
            lines.Write(JournalLine.Of(step));
        }

        return lines.ToArray();
    }

    private static SafeFileHandle OpenFile(string path, FileMode mode)
    {
        if (!File.Exists(path))
        {
            // Handles cannot be opened with a mode; a stream can.
            using FileStream made = new(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        }

        return File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.None);
    }

    [LoggerMessage(1511, LogLevel.Error, "{Count} line(s) of {Path} are damaged and are passed over; what they were about is not carried out again.")]
    private partial void LogDamaged(string path, int count);

    [LoggerMessage(1512, LogLevel.Error, "The journal of directives {Path} could not be written; until it can be nothing is carried out: {Problem}")]
    private partial void LogNotWritten(string path, string problem);
}
