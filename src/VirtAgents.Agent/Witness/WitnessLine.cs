using System.Diagnostics.CodeAnalysis;
using System.Text;
using VirtAgents.Core.Model;

namespace VirtAgents.Agent.Witness;

/// <summary>The one line that the witness port says: protocol, host and sequence space. Nobody learns more from it than who is there.</summary>
/// <param name="Host">The host.</param>
/// <param name="Boot">Identity of its agent's sequence space, as in its hello.</param>
internal sealed record WitnessLine(HostId Host, BootId Boot)
{
    /// <summary>Longest line, in bytes with its end; more is never read.</summary>
    public const int Longest = 128;

    private const string Protocol = "VIRTAGENTS-WITNESS/1";

    public byte[] ToBytes() => Encoding.ASCII.GetBytes($"{Protocol} {Host.Value:D} {Boot.Value:D}\n");

    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out WitnessLine? line)
    {
        line = null;
        string[] words = Encoding.ASCII.GetString(bytes).Split(' ');
        if (words.Length == 3 && words[0] == Protocol && Guid.TryParseExact(words[1], "D", out Guid host)
            && words[2].EndsWith('\n') && Guid.TryParseExact(words[2][..^1], "D", out Guid boot))
        {
            line = new(new HostId(host), new BootId(boot));
        }

        return line is not null;
    }
}
