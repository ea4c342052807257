using System.Globalization;

namespace VirtAgents.Agent.Hosting;

/// <summary>A part of the address space that shows a file as it is on disk: no page of it was ever changed, and none can be.</summary>
/// <param name="Start">First address.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct CleanMapping(ulong Start, ulong Length)
{
    private const int ModeLength = 4;

    /// <summary>Those of a process, from the text of its <c>/proc/PID/smaps</c> (proc_pid_smaps(5)).</summary>
    /// <remarks>Pages that were changed before their mapping became read-only, such as relocated data, show as anonymous.</remarks>
    public static IEnumerable<CleanMapping> Parse(IEnumerable<string> smaps)
    {
        CleanMapping? mapping = null;
        foreach (string line in smaps)
        {
            if (TryParseHead(line, out CleanMapping? head))
            {
                mapping = head;
            }
            else if (mapping is { } found && line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                mapping = null;
                if (line.AsSpan("Anonymous:".Length).Trim() is "0 kB")
                {
                    yield return found;
                }
            }
        }
    }

    /// <summary>Whether a line begins a mapping; null = one that is not of a file, or can be written or shared.</summary>
    private static bool TryParseHead(string line, out CleanMapping? mapping)
    {
        mapping = null;
        int dash = line.IndexOf('-', StringComparison.Ordinal);
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        if (dash <= 0 || space <= dash
            || !ulong.TryParse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong start)
            || !ulong.TryParse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong end))
        {
            return false;
        }

        string mode = line.Substring(space + 1, ModeLength);
        if (mode is "r-xp" or "r--p" && line.Contains('/', StringComparison.Ordinal))
        {
            mapping = new CleanMapping(start, end - start);
        }

        return true;
    }
}
