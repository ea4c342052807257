using System.Globalization;
using VirtAgents.Simulation.Worlds;

namespace VirtAgents.Simulation.Control;

/// <summary>What was seen before an order was begun.</summary>
/// <param name="WorldStartUnixMs">Tells this world from one that was begun anew, whose effects are others.</param>
/// <param name="AtMs">Virtual time of the look.</param>
/// <param name="Boots">How often the operating system of the VM had booted; 0 when it is about no VM.</param>
internal sealed record OrderEvidence(long WorldStartUnixMs, long AtMs, int Boots)
{
    public static OrderEvidence Of(WorldState world, SimVm? vm) => new(world.StartUnixMs, world.NowMs, vm?.Boots ?? 0);

    /// <summary>Reads evidence. Without any, that a VM booted since cannot be shown.</summary>
    /// <param name="text">Empty, or a text of <see cref="ToText"/>.</param>
    /// <param name="world">The world that is looked at.</param>
    /// <returns>Null when it is neither, or of another world.</returns>
    public static OrderEvidence? Parse(string text, WorldState world)
    {
        OrderEvidence? read = text.Length == 0 ? new(world.StartUnixMs, world.NowMs, int.MaxValue) : Parse(text);
        return read?.WorldStartUnixMs == world.StartUnixMs ? read : null;
    }

    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{WorldStartUnixMs} {AtMs} {Boots}");

    private static OrderEvidence? Parse(string text)
    {
        string[] parts = text.Split(' ');
        return parts.Length == 3 && TryRead(parts[0], out long start) && TryRead(parts[1], out long at) && TryRead(parts[2], out long boots)
            ? new(start, at, (int)boots)
            : null;
    }

    private static bool TryRead(string text, out long value) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
