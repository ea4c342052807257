using VirtAgents.Core.Model;

namespace VirtAgents.Benchmarks;

/// <summary>A pattern of VMs that lack memory, and the causes that worlds of it have.</summary>
/// <param name="Name">What is printed.</param>
/// <param name="Began">Event that tells it.</param>
/// <param name="Ended">Event that tells its end.</param>
/// <param name="Causes">Causes for which it has to be told.</param>
/// <param name="Harmless">Causes of something else, for which it must not be told.</param>
internal sealed record MemoryShortage(string Name, HostEventKind Began, HostEventKind Ended, string[] Causes, string[] Harmless)
{
    /// <summary>More is wanted than there is.</summary>
    public const string Programs = "programs";

    /// <summary>The balloon takes a third of the memory, of which 70 % are used.</summary>
    public const string Balloon = "balloon";

    /// <summary>The balloon takes a third of the memory, of which 45 % are used.</summary>
    public const string SpareBalloon = "balloon of spare memory";

    /// <summary>Nothing happens.</summary>
    public const string Nothing = "nothing";

    public static MemoryShortage Thrashing { get; } = new("thrashing", HostEventKind.VmThrashing, HostEventKind.VmThrashingEnded, [Programs, Balloon], [Nothing]);

    public static MemoryShortage Starvation { get; } =
        new("balloon", HostEventKind.VmBalloonStarved, HostEventKind.VmBalloonStarvationEnded, [Balloon], [Programs, SpareBalloon, Nothing]);

    /// <summary>Percent of its memory that the VM wants, for a time or always.</summary>
    public static double Wanted(string by, Random random) => by switch { Programs => 95 + (10 * random.NextDouble()), SpareBalloon => 45, _ => 70 };
}
