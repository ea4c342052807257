using VirtAgents.Collector.Directives;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using Inventory = VirtAgents.Core.Model.Inventory;
using V1Inventory = VirtAgents.Protocol.V1.Inventory;

namespace VirtAgents.Collector.Sessions;

/// <summary>
/// Takes the messages of one stream in order: checks them, drops what was received before, and hands the rest to the host.
/// </summary>
internal sealed class MessageReceiver(SessionParts parts, HostId host, SequenceSpace space, IHostGrain grain, DirectiveLink directives)
{
    // What a message takes beside its values.
    private const int BaseBytes = 1_024;

    private const int BytesPerCell = 9;

    private readonly ReportDecoder _decoder = new(ProtocolLimits.Default);
    private SubjectTable? _subjects;
    private long _lastReport;

    public ValueTask TakeAsync(AgentMessage message, CancellationToken cancellationToken) => message.MessageCase switch
    {
        AgentMessage.MessageOneofCase.Report => TakeReportAsync(message.Report, cancellationToken),
        AgentMessage.MessageOneofCase.Event => TakeEventAsync(message.Event, cancellationToken),
        AgentMessage.MessageOneofCase.Inventory => TakeInventoryAsync(message.Inventory),
        AgentMessage.MessageOneofCase.Gap => TakeGapAsync(message.Gap, cancellationToken),
        AgentMessage.MessageOneofCase.Heartbeat => ValueTask.CompletedTask,
        AgentMessage.MessageOneofCase.DirectiveUpdate => TakeNews(message.DirectiveUpdate),
        AgentMessage.MessageOneofCase.ProbeResult => TakeResult(message.ProbeResult),
        AgentMessage.MessageOneofCase.Hello => throw StreamRefusal.Violation("hello came twice; it is the first message only"),
        _ => throw StreamRefusal.Violation("a message is empty, or of a kind this protocol version does not have"),
    };

    private ValueTask TakeInventoryAsync(V1Inventory message)
    {
        if (!InventoryMapping.TryFromWire(message, ProtocolLimits.Default, out InventoryChange? change, out string? problem))
        {
            throw StreamRefusal.Violation($"inventory: {problem}");
        }

        long version = _subjects?.Inventory.Version ?? 0;
        if (change.Version < 1 || (change.BaseVersion != 0 && (change.BaseVersion != version || change.Version <= version)))
        {
            throw StreamRefusal.Violation(
                $"inventory goes from version {change.BaseVersion} to {change.Version}, but the stream is at version {version} (0 = none yet)");
        }

        if (change.Host.Id != host)
        {
            throw StreamRefusal.Violation($"inventory is of host {change.Host.Id}, but the stream is of host {host}");
        }

        Inventory inventory = change.ApplyTo(_subjects?.Inventory ?? Inventory.Empty);
        if (!SubjectTable.TryBuild(inventory, out SubjectTable? subjects, out problem))
        {
            throw StreamRefusal.Violation(problem);
        }

        _subjects = subjects;
        return grain.InventoryAsync(new(inventory));
    }

    private async ValueTask TakeReportAsync(Report message, CancellationToken cancellationToken)
    {
        SampleSet samples = parts.Pool.Take();
        bool handedOver = false;
        try
        {
            SubjectTable subjects = Decode(message, samples);
            long sequence = (long)message.Sequence, bytes = SizeOf(samples);
            await parts.Writer.Budget.TakeAsync(bytes, cancellationToken);
            if (Receive(sequence, sequence, bytes))
            {
                handedOver = true;
                await HandOverAsync(grain.ReportAsync(new(space, new(host, space.Boot, sequence, samples, subjects.Subjects), bytes)));
            }
        }
        finally
        {
            if (!handedOver)
            {
                parts.Pool.Return(samples);
            }
        }
    }

    private SubjectTable Decode(Report message, SampleSet samples)
    {
        if (_subjects is null)
        {
            throw StreamRefusal.Violation("a report came before the inventory");
        }

        if (!_decoder.TryDecode(message, samples, out string? problem))
        {
            throw StreamRefusal.Violation(problem);
        }

        problem = (long)message.Sequence <= _lastReport
            ? $"report {message.Sequence} came after report {_lastReport} of this stream"
            : _subjects.ProblemOf(samples);
        _lastReport = (long)message.Sequence;
        return problem is null ? _subjects : throw StreamRefusal.Violation(problem);
    }

    private async ValueTask TakeEventAsync(Event message, CancellationToken cancellationToken)
    {
        if (!EventMapping.TryFromWire(message, ProtocolLimits.Default, out HostEvent? happened, out string? problem))
        {
            throw StreamRefusal.Violation(problem);
        }

        long sequence = (long)message.Sequence, bytes = BaseBytes + (2L * happened.Evidence.Length);
        await parts.Writer.Budget.TakeAsync(bytes, cancellationToken);
        if (Receive(sequence, sequence, bytes))
        {
            await HandOverAsync(grain.EventAsync(new(space, sequence, happened, bytes)));
        }
    }

    private async ValueTask TakeGapAsync(SequenceGap message, CancellationToken cancellationToken)
    {
        (ulong first, ulong last) = (message.FromSequence, message.ToSequence);
        if (first == 0 || last < first || last >= long.MaxValue || message.Reason.Length > ProtocolLimits.Default.TextLength)
        {
            throw StreamRefusal.Violation(
                $"gap from {first} to {last} is out of range (1 to {long.MaxValue - 1}, ascending), or its reason is longer than {ProtocolLimits.Default.TextLength}");
        }

        await parts.Writer.Budget.TakeAsync(BaseBytes, cancellationToken);
        if (Receive((long)first, (long)last, BaseBytes))
        {
            parts.Metrics.Missing((long)(last - first) + 1);
            await HandOverAsync(grain.GapAsync(new(space, (long)first, (long)last, message.Reason, BaseBytes)));
        }
    }

    private bool Receive(long first, long last, long bytes)
    {
        Arrival arrival = space.Receive(first, last);
        if (arrival == Arrival.New)
        {
            return true;
        }

        parts.Writer.Budget.Release(bytes);
        if (arrival == Arrival.TooManyHoles)
        {
            throw StreamRefusal.Violation($"message {first} leaves more than {SequenceSpace.MostHoles} holes in the sequence");
        }

        parts.Metrics.Duplicate();
        return false;
    }

    // From here on the message counts as received. If the host cannot take it, the store is asked again what is durable.
    private async ValueTask HandOverAsync(ValueTask taken)
    {
        try
        {
            await taken;
        }
        catch
        {
            parts.Ledger.Forget(space);
            throw;
        }
    }

    private static long SizeOf(SampleSet samples)
    {
        long cells = 0;
        for (int i = 0; i < samples.TableCount; i++)
        {
            cells += (long)samples[i].RowCount * samples[i].Metrics.Length;
        }

        return BaseBytes + (cells * BytesPerCell);
    }

    private ValueTask TakeResult(ProbeResult message)
    {
        parts.Witnesses.Board.Take(host, message);
        return ValueTask.CompletedTask;
    }

    private ValueTask TakeNews(DirectiveUpdate message)
    {
        directives.Take(DirectiveNews.Read(message));
        return ValueTask.CompletedTask;
    }
}
