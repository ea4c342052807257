using System.Text.Json;

namespace VirtAgents.EndToEnd.Tests.Product;

/// <summary>A line of an agent's journal of directives, as far as tests compare it.</summary>
/// <param name="Host">UUID of the host.</param>
/// <param name="Id">The directive.</param>
/// <param name="Step">What the line says: Accepted, Begun or Ended.</param>
/// <param name="State">State of an end; else empty.</param>
internal sealed record SeenJournalLine(string Host, string Id, string Step, string State);

/// <summary>Reads the journals of an agent that plays many hosts: a directory for each.</summary>
internal static class SeenJournal
{
    private const int ChecksumLength = 9;

    public static IReadOnlyList<SeenJournalLine> Read(string directory) =>
        [.. Directory.GetDirectories(directory).SelectMany(host => LinesOf(Path.GetFileName(host), Path.Combine(host, "directives.journal")))];

    private static IEnumerable<SeenJournalLine> LinesOf(string host, string file)
    {
        foreach (string line in File.ReadLines(file))
        {
            JsonElement json = JsonDocument.Parse(line[ChecksumLength..]).RootElement;
            if (json.TryGetProperty("id", out JsonElement id))
            {
                yield return new(host, id.GetString()!, json.GetProperty("step").GetString()!, json.TryGetProperty("state", out JsonElement state) ? state.GetString()! : "");
            }
        }
    }
}
