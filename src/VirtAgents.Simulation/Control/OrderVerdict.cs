using VirtAgents.Core.Directives;

namespace VirtAgents.Simulation.Control;

/// <summary>Whether an order can be carried out now.</summary>
/// <param name="Refusal"><see cref="RefusalReason.None"/> when it can.</param>
/// <param name="Detail">Why not, or what would happen; for people.</param>
public sealed record OrderVerdict(RefusalReason Refusal, string Detail)
{
    /// <summary>Whether it can.</summary>
    public bool IsPossible => Refusal == RefusalReason.None;

    /// <summary>It can; the text says what would happen.</summary>
    internal static OrderVerdict Possible(string effect) => new(RefusalReason.None, effect);

    /// <summary>The VM is in a state in which it cannot be done.</summary>
    internal static OrderVerdict WrongState(string why) => new(RefusalReason.WrongState, why);

    /// <summary>The host does not have what the order names.</summary>
    internal static OrderVerdict UnknownTarget(string why) => new(RefusalReason.UnknownTarget, why);

    /// <summary>How the target stands cannot be told now.</summary>
    internal static OrderVerdict UnknownState(string why) => new(RefusalReason.UnknownState, why);

    /// <summary>A parameter does not fit the target.</summary>
    internal static OrderVerdict BadParameter(string why) => new(RefusalReason.BadParameter, why);

    /// <summary>Memory or space is lacking.</summary>
    internal static OrderVerdict NoRoom(string why) => new(RefusalReason.NoRoom, why);

    /// <summary>Something else goes on with the VM.</summary>
    internal static OrderVerdict Busy(string why) => new(RefusalReason.Busy, why);
}
