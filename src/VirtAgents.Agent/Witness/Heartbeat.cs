using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Witness;

/// <summary>What the heartbeat file of a host says.</summary>
/// <param name="Line">Who wrote it.</param>
/// <param name="Sequence">Grows with each beat, also over restarts of agent and host; above 0.</param>
internal sealed record Heartbeat(WitnessLine Line, long Sequence)
{
    /// <summary>Longest file, in bytes; more is never read.</summary>
    public const int Longest = 256;

    private const string Protocol = "VIRTAGENTS-HEARTBEAT/1";

    /// <summary>Name of the file of a host; each host has its own.</summary>
    public static string FileOf(HostId host) => $"virtagents-heartbeat-{host.Value:D}";

    public byte[] ToBytes() =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Protocol} {Line.Host.Value:D} {Line.Boot.Value:D} {Sequence}\n"));

    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Heartbeat? beat)
    {
        beat = null;
        string[] words = Encoding.ASCII.GetString(bytes).Split(' ');
        if (words.Length == 4 && words[0] == Protocol && Guid.TryParseExact(words[1], "D", out Guid host) && Guid.TryParseExact(words[2], "D", out Guid boot)
            && words[3].EndsWith('\n') && long.TryParse(words[3].AsSpan()[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long sequence) && sequence > 0)
        {
            beat = new(new(new HostId(host), new BootId(boot)), sequence);
        }

        return beat is not null;
    }
}
