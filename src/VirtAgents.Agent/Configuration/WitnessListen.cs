using System.Net;

namespace VirtAgents.Agent.Configuration;

/// <summary>Reads where the witness port is.</summary>
internal static class WitnessListen
{
    public const string Allowed = "IP address and port, such as 0.0.0.0:7447 or [fd00::7]:7447; empty = no port";

    /// <summary>Takes it over; what is wrong with it, or null.</summary>
    public static string? Apply(AgentOptions options, IReadOnlyList<string> items)
    {
        string text = items[0].Trim();

        // The framework reads an address without a port, or a number alone, as something too.
        bool isWhole = text.Contains('.', StringComparison.Ordinal) || text.Contains("]:", StringComparison.Ordinal);
        IPEndPoint? where = null;
        if (text.Length > 0 && !(isWhole && IPEndPoint.TryParse(text, out where) && where.Port > 0))
        {
            return $"is not an address with a port from 1 to 65535; allowed: {Allowed}";
        }

        options.Witness.Listen = where;
        return null;
    }
}
