using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VmState = VirtAgents.Core.Model.VmState;
using VmStateReason = VirtAgents.Core.Model.VmStateReason;

namespace VirtAgents.Protocol;

/// <summary>Events on the wire.</summary>
public static class EventMapping
{
    /// <summary>An event of an agent as a message.</summary>
    public static Event ToWire(HostEvent happened, long sequence)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return new Event
        {
            Sequence = (ulong)sequence,
            Kind = (EventKind)happened.Kind,
            TimeUnixMs = happened.TimeUnixMs,
            VmId = happened.Vm is { } vm ? WireGuid.ToWire(vm.Value) : ByteString.Empty,
            VmName = happened.VmName,
            Device = happened.Device,
            State = (V1.VmState)happened.State,
            Reason = (V1.VmStateReason)happened.Reason,
            Evidence = happened.Evidence,
        };
    }

    /// <summary>Reads an event of an agent.</summary>
    public static bool TryFromWire(
        Event message, ProtocolLimits limits, [NotNullWhen(true)] out HostEvent? happened, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(limits);
        happened = null;
        VmId? vm = null;
        if (message.VmId.Length > 0)
        {
            if (!WireGuid.TryRead(message.VmId, out Guid id))
            {
                problem = $"event {message.Sequence}: vm_id has {message.VmId.Length} bytes (16, or none)";
                return false;
            }

            vm = new VmId(id);
        }

        problem = ProblemOf(message, limits);
        if (problem is not null)
        {
            return false;
        }

        happened = new HostEvent(
            (HostEventKind)message.Kind, message.TimeUnixMs, vm, message.VmName, message.Device,
            (VmState)message.State, (VmStateReason)message.Reason, message.Evidence);
        return true;
    }

    /// <summary>A line of the event feed as a message.</summary>
    public static FeedEvent ToWire(FleetEvent line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return new FeedEvent
        {
            Id = (ulong)line.Id,
            HostId = line.HostId.ToString(),
            Host = line.HostName,
            Kind = (EventKind)line.Event.Kind,
            TimeUnixMs = line.Event.TimeUnixMs,
            ReceivedUnixMs = line.ReceivedUnixMs,
            VmId = line.Event.Vm?.ToString() ?? "",
            Vm = line.Event.VmName,
            Device = line.Event.Device,
            FromState = (V1.VmState)line.FromState,
            State = (V1.VmState)line.Event.State,
            Reason = (V1.VmStateReason)line.Event.Reason,
            Evidence = line.Event.Evidence,
        };
    }

    /// <summary>Reads a line of the event feed, as far as rules ask for it.</summary>
    public static bool TryFromWire(FeedEvent message, [NotNullWhen(true)] out FleetEvent? line, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(message);
        Guid vm = Guid.Empty;
        bool isHost = Guid.TryParseExact(message.HostId, "D", out Guid host), isVm = message.VmId.Length == 0 || Guid.TryParseExact(message.VmId, "D", out vm);
        problem = !isHost ? $"event {message.Id}: host_id '{message.HostId}' is no UUID" : !isVm ? $"event {message.Id}: vm_id '{message.VmId}' is no UUID" : null;
        line = problem is not null ? null : new FleetEvent(
            new HostId(host),
            message.Host,
            new HostEvent(
                (HostEventKind)message.Kind, message.TimeUnixMs, message.VmId.Length == 0 ? null : new VmId(vm), message.Vm, message.Device,
                (VmState)message.State, (VmStateReason)message.Reason, message.Evidence),
            (VmState)message.FromState,
            message.ReceivedUnixMs,
            (long)message.Id);
        return line is not null;
    }

    private static string? ProblemOf(Event message, ProtocolLimits limits)
    {
        if (message.Sequence is 0 or > long.MaxValue)
        {
            return $"event sequence {message.Sequence} is out of range (1 to {long.MaxValue})";
        }

        // Only the collector concludes kinds from 100; numbers of a newer agent are let through.
        if ((int)message.Kind is <= 0 or >= 100)
        {
            return $"event {message.Sequence}: kind {(int)message.Kind} is out of range for an agent (1 to 99)";
        }

        return WireCheck.Text($"event {message.Sequence}", limits.TextLength, message.VmName, message.Device, message.Evidence);
    }
}
