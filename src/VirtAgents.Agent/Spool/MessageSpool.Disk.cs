using Microsoft.Extensions.Logging;
using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Spool;

internal sealed partial class MessageSpool
{
    /// <summary>Takes one step of a cursor. The lock is held for one record only, so a long way never holds up appending.</summary>
    internal CursorStep Step(SpoolCursor cursor)
    {
        lock (_lock)
        {
            CursorStep step = _store is null ? CursorStep.End : cursor.StepDisk(_store);
            if (step == CursorStep.Damaged)
            {
                LogDamage(cursor.Segment!.Path, cursor.Offset);
                Guarded(() => Dropped += _store!.CutAt(cursor.Segment!, cursor.Offset, Math.Max(cursor.LastInSegment, _acked)));
                return CursorStep.Moved;
            }

            return step == CursorStep.End ? cursor.StepMemory(_queue, _inventory) : step;
        }
    }

    private bool TryStore(RecordKind kind, long sequence, ReadOnlySpan<byte> payload, SpooledInventory? inventory)
    {
        if (_store is null)
        {
            return false;
        }

        MakeRoom(payload.Length);
        try
        {
            _store.Append(kind, sequence, payload, inventory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SetDiskFailed(e.Message);
            return false;
        }

        SetDiskHealed();
        return true;
    }

    /// <summary>Brings what had to wait in memory to the disk. True when nothing waits any more.</summary>
    private bool TryDrainQueue()
    {
        while (_store is not null && _queue.Count > 0)
        {
            RecordQueue.Entry entry = _queue.Peek();
            if (!TryStore(entry.Kind, _queue.FirstSequence, entry.Payload, entry.Inventory))
            {
                return false;
            }

            _queue.Dequeue();
        }

        return _queue.Count == 0;
    }

    private void MakeRoom(long bytes) => Guarded(() =>
    {
        while (_store?.RemoveOneBeyondLimits(bytes) is { } gone)
        {
            Dropped += Math.Max(0, gone.LastSequence - Math.Max(gone.FirstSequence - 1, _acked));
        }
    });

    /// <summary>Upkeep of the files must never stop sampling: a failure is told once and tried again later.</summary>
    private bool Guarded(Action upkeep)
    {
        try
        {
            upkeep();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SetDiskFailed(e.Message);
            return false;
        }
    }

    private void SetDiskFailed(string problem)
    {
        if (!_diskFailed)
        {
            LogDiskFailed(problem);
        }

        _diskFailed = true;
    }

    private void SetDiskHealed()
    {
        if (_diskFailed)
        {
            LogDiskHealed();
        }

        _diskFailed = false;
    }

    [LoggerMessage(1201, LogLevel.Error, "The spool cannot be written: {Problem} Going on in memory; what does not fit there is dropped and counted.")]
    private partial void LogDiskFailed(string problem);

    [LoggerMessage(1202, LogLevel.Information, "The spool can be written again.")]
    private partial void LogDiskHealed();

    [LoggerMessage(1203, LogLevel.Error, "Spool file {Path} is damaged at byte {Offset}; the rest of it is given up.")]
    private partial void LogDamage(string path, long offset);

    [LoggerMessage(1204, LogLevel.Warning, "The collector has sequence {CollectorAcked}, but this spool remembers only {SpoolLast} of {BootId}: it was set back by a power cut or from a copy. A new sequence space is begun; nothing that is spooled is lost.")]
    private partial void LogSpaceLost(long collectorAcked, long spoolLast, BootId bootId);

    [LoggerMessage(1205, LogLevel.Warning, "The spool belongs to host {Foreign}, this is host {Own}: it was copied. Its content is discarded.")]
    private partial void LogForeignSpool(HostId foreign, HostId own);

    [LoggerMessage(1206, LogLevel.Error, "A record of {Bytes} bytes is larger than the spool takes; it is dropped.")]
    private partial void LogTooLarge(int bytes);
}
