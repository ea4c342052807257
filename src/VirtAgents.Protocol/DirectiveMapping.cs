using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using DirectiveState = VirtAgents.Core.Directives.DirectiveState;
using RefusalReason = VirtAgents.Core.Directives.RefusalReason;

namespace VirtAgents.Protocol;

/// <summary>Directives and their news on the wire.</summary>
public static class DirectiveMapping
{
    private const int MostParameters = 64;

    /// <summary>A directive as a message.</summary>
    /// <exception cref="ArgumentException">The kind is none of the catalogue.</exception>
    public static Directive ToWire(DirectiveOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        DirectiveDefinition definition = DirectiveCatalogue.Find(order.Kind)
            ?? throw new ArgumentException($"there is no kind of directive {order.Kind}", nameof(order));
        var message = new Directive
        {
            Id = WireGuid.ToWire(order.Id),
            Epoch = (ulong)order.Epoch,
            DeadlineUnixMs = order.DeadlineUnixMs,
            Kind = definition.Name,
            VmId = order.Vm == default ? ByteString.Empty : WireGuid.ToWire(order.Vm.Value),
            Reason = order.Reason,
            DryRun = order.IsDryRun,
        };
        foreach ((string name, string text) in order.Parameters)
        {
            message.Parameters[name] = text;
        }

        return message;
    }

    /// <summary>
    /// Reads a directive and checks it against the catalogue. When it cannot be carried out, the problem names the field,
    /// its value and what is allowed.
    /// </summary>
    public static bool TryFromWire(
        Directive message,
        ProtocolLimits limits,
        [NotNullWhen(true)] out DirectiveOrder? order,
        out RefusalReason refusal,
        [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(limits);
        order = null;
        (refusal, problem) = ProblemOf(message, limits);
        if (problem is not null)
        {
            return false;
        }

        _ = WireGuid.TryRead(message.Id, out Guid id);
        _ = WireGuid.TryRead(message.VmId, out Guid vm);
        order = new DirectiveOrder(
            id, (long)message.Epoch, message.DeadlineUnixMs, DirectiveCatalogue.Find(message.Kind)!.Kind, new VmId(vm),
            message.Parameters.ToImmutableSortedDictionary(StringComparer.Ordinal), message.Reason, message.DryRun);
        return true;
    }

    /// <summary>The state that an agent tells, or <see cref="DirectiveState.None"/> for one that agents do not tell.</summary>
    public static DirectiveState FromWire(V1.DirectiveState state) => state switch
    {
        V1.DirectiveState.Accepted => DirectiveState.Accepted,
        V1.DirectiveState.Refused => DirectiveState.Refused,
        V1.DirectiveState.Running => DirectiveState.Running,
        V1.DirectiveState.Done => DirectiveState.Done,
        V1.DirectiveState.Failed => DirectiveState.Failed,
        V1.DirectiveState.Expired => DirectiveState.Expired,
        V1.DirectiveState.Cancelled => DirectiveState.Cancelled,
        _ => DirectiveState.None,
    };

    /// <summary>A state as an agent tells it; unspecified for those that only the collector knows.</summary>
    public static V1.DirectiveState ToWire(DirectiveState state) => state switch
    {
        DirectiveState.Accepted => V1.DirectiveState.Accepted,
        DirectiveState.Refused => V1.DirectiveState.Refused,
        DirectiveState.Running => V1.DirectiveState.Running,
        DirectiveState.Done => V1.DirectiveState.Done,
        DirectiveState.Failed => V1.DirectiveState.Failed,
        DirectiveState.Expired => V1.DirectiveState.Expired,
        DirectiveState.Cancelled => V1.DirectiveState.Cancelled,
        _ => V1.DirectiveState.Unspecified,
    };

    private static (RefusalReason Refusal, string? Problem) ProblemOf(Directive message, ProtocolLimits limits)
    {
        if (!WireGuid.TryRead(message.Id, out Guid id) || id == Guid.Empty)
        {
            return (RefusalReason.BadParameter, $"directive: id has {message.Id.Length} bytes (16, not all zero)");
        }

        if (DirectiveCatalogue.Find(message.Kind) is not { } definition)
        {
            return (RefusalReason.Unsupported, $"directive: this agent knows no kind '{Shown(message.Kind)}'");
        }

        if (message.VmId.Length != (definition.Target == DirectiveTarget.Vm ? 16 : 0))
        {
            string needed = definition.Target == DirectiveTarget.Vm ? "16" : "none, as it does not act on a VM";
            return (RefusalReason.BadParameter, $"{definition.Name}: vm_id has {message.VmId.Length} bytes ({needed})");
        }

        if (message.Epoch > long.MaxValue || message.DeadlineUnixMs < 0 || message.Reason.Length > limits.TextLength)
        {
            return (RefusalReason.BadParameter, $"{definition.Name}: epoch, deadline_unix_ms or reason is out of range");
        }

        return ParameterProblem(message, definition);
    }

    private static (RefusalReason Refusal, string? Problem) ParameterProblem(Directive message, DirectiveDefinition definition)
    {
        if (message.Parameters.Count > MostParameters)
        {
            return (RefusalReason.BadParameter, $"{definition.Name}: {message.Parameters.Count} parameters (at most {MostParameters})");
        }

        ImmutableArray<string> problems = definition.ProblemsWith(message.Parameters);
        return problems.IsEmpty ? (RefusalReason.None, null) : (RefusalReason.BadParameter, string.Join("; ", problems));
    }

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
