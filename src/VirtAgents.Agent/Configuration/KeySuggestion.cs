namespace VirtAgents.Agent.Configuration;

/// <summary>Finds the key that was probably meant.</summary>
internal static class KeySuggestion
{
    private const int MostEdits = 4;

    /// <summary>The nearest key, by edits or by its last part; null when none is near.</summary>
    public static string? For(string written)
    {
        (string? best, int edits) = (null, Math.Min(MostEdits, written.Length / 2) + 1);
        foreach (ConfigurationKey key in AgentKeys.All)
        {
            string last = key.Name[(key.Name.LastIndexOf(':') + 1)..];
            int distance = Math.Min(Distance(written, key.Name), Distance(written, last));
            if (distance < edits)
            {
                (best, edits) = (key.Name, distance);
            }
        }

        return best;
    }

    private static int Distance(string a, string b)
    {
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                int change = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + change);
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
