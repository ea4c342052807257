using Google.Protobuf;
using Microsoft.Extensions.Logging;
using VirtAgents.Agent.Spool;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Stream;

/// <summary>
/// What one stream has to say, in order: the inventory, events ahead of reports, reports as differences, and the numbers
/// that will never come. For one writer.
/// </summary>
/// <remarks>
/// Two cursors go through the same spool. One looks for events only and is always ahead, so that a crash is told before
/// hours of spooled reports; events keep their order among themselves. The other one brings the reports, leaves out the
/// events that were told, and notices holes in the sequence. A hole goes before events that lie behind it, since the
/// collector forgets at a hole what it knew. When all is sent after a hole, states are told once more.
/// </remarks>
internal sealed partial class StreamContent : IDisposable
{
    private const string Unreadable = "unreadable in the spool of the agent";

    private static readonly TimeSpan KeyframeRhythm = TimeSpan.FromMinutes(5);

    private readonly StateRepeat _repeat;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SpoolCursor _all;
    private readonly SpoolCursor _events;
    private readonly Queue<AgentMessage> _staged = new();
    private readonly InventoryTeller _inventory = new();
    private readonly ReportEncoder _encoder = new();
    private readonly ReportDecoder _decoder = new(ProtocolLimits.Default);
    private readonly SampleSet _samples = new();
    private bool _begun;
    private bool _isUrgent;
    private bool _owesStates;
    private bool _keyframeDue = true;
    private long _keyframeAt;
    private long _expected;
    private long _lastEvent;

    public StreamContent(MessageSpool spool, long acked, StateRepeat repeat, TimeProvider time, ILogger logger)
    {
        (_repeat, _time, _logger) = (repeat, time, logger);
        long begin = Math.Max(acked, spool.GivenUp);
        _all = spool.OpenCursor(begin, eventsOnly: false);
        _events = spool.OpenCursor(begin, eventsOnly: true);
        _expected = acked + 1;
        _lastEvent = begin;
    }

    /// <summary>The next message; null when there is none for now.</summary>
    public AgentMessage? Next()
    {
        if (!_begun)
        {
            // The inventory in force at the first record goes before everything, also before events.
            _begun = true;
            StageFromAll();
            if (_staged.TryPeek(out AgentMessage? first) && first.MessageCase == AgentMessage.MessageOneofCase.Inventory)
            {
                return _staged.Dequeue();
            }
        }

        // An event that was met on the way goes before newer ones, so that events keep their order.
        AgentMessage? next = (_isUrgent ? NextStaged() : null) ?? NextEvent() ?? NextStaged();
        if (next is null)
        {
            // Not before all is sent: in a full spool the repetition would push out what is not sent yet, a new gap.
            _owesStates = _owesStates && !_repeat.TryAsk();
        }

        return next;
    }

    public void Dispose()
    {
        _all.Dispose();
        _events.Dispose();
    }

    private AgentMessage? NextEvent()
    {
        while (_events.TryRead(out SpoolRecord record))
        {
            if (record.Sequence > _lastEvent)
            {
                return ToEvent(record) ?? Gap(record.Sequence, record.Sequence, Unreadable);
            }
        }

        return null;
    }

    private AgentMessage? NextStaged()
    {
        if (_staged.Count == 0)
        {
            StageFromAll();
        }

        bool any = _staged.TryDequeue(out AgentMessage? message);
        _isUrgent &= _staged.Count > 0;
        return any ? message : null;
    }

    /// <summary>Goes on in the spool until there is something to say or nothing more to read.</summary>
    private void StageFromAll()
    {
        while (_staged.Count == 0 && _all.TryRead(out SpoolRecord record))
        {
            StageInventory();
            if (record.Sequence > _expected)
            {
                _isUrgent = true;
                _staged.Enqueue(Gap(_expected, record.Sequence - 1, "dropped by the agent: its spool was full, too old or damaged, or the collector refused it"));
            }

            _expected = record.Sequence + 1;
            Stage(record);
        }

        StageInventory();
    }

    private void Stage(SpoolRecord record)
    {
        bool isReport = record.Kind == RecordKind.Report;
        if (!isReport && record.Sequence <= _lastEvent)
        {
            return;
        }

        AgentMessage? message = isReport ? ToReport(record) : ToEvent(record);
        _isUrgent |= !isReport || message is null;
        _staged.Enqueue(message ?? Gap(record.Sequence, record.Sequence, Unreadable));
    }

    private void StageInventory()
    {
        if (!_inventory.HasTold(_all.Inventory))
        {
            _keyframeDue = true;
            _staged.Enqueue(new AgentMessage { Inventory = _inventory.Tell(_all.Inventory!) });
        }
    }

    private AgentMessage Gap(long from, long to, string reason)
    {
        LogGap(from, to, reason);
        _owesStates |= _repeat.IsOwedAfter(to, _lastEvent);
        return new AgentMessage { Gap = new SequenceGap { FromSequence = (ulong)from, ToSequence = (ulong)to, Reason = reason } };
    }

    private AgentMessage? ToEvent(SpoolRecord record)
    {
        _lastEvent = record.Sequence;
        try
        {
            Event happened = Event.Parser.ParseFrom(record.Payload.Span);
            happened.Sequence = (ulong)record.Sequence;
            return new AgentMessage { Event = happened };
        }
        catch (InvalidProtocolBufferException e)
        {
            LogUnreadable(record.Sequence, e.Message);
            return null;
        }
    }

    private AgentMessage? ToReport(SpoolRecord record)
    {
        try
        {
            if (!_decoder.TryDecode(Report.Parser.ParseFrom(record.Payload.Span), _samples, out string? problem))
            {
                LogUnreadable(record.Sequence, problem);
                return null;
            }
        }
        catch (InvalidProtocolBufferException e)
        {
            LogUnreadable(record.Sequence, e.Message);
            return null;
        }

        bool keyframe = _keyframeDue || _time.GetElapsedTime(_keyframeAt) >= KeyframeRhythm;
        if (keyframe)
        {
            (_keyframeDue, _keyframeAt) = (false, _time.GetTimestamp());
        }

        return new AgentMessage { Report = _encoder.Encode(_samples, record.Sequence, keyframe) };
    }

    [LoggerMessage(1301, LogLevel.Warning, "Sequence {From} to {To} is missing: {Reason}.")]
    private partial void LogGap(long from, long to, string reason);

    [LoggerMessage(1302, LogLevel.Error, "Sequence {Sequence} in the spool cannot be read: {Problem}")]
    private partial void LogUnreadable(long sequence, string problem);
}
