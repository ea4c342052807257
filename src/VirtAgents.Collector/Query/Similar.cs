namespace VirtAgents.Collector.Query;

/// <summary>Finds what somebody may have meant.</summary>
internal static class Similar
{
    private const int MostNames = 3;
    private const int LongestCompared = 64;

    /// <summary>A hint such as <c>; did you mean 'a' or 'b'?</c>, or the fallback when nothing is near.</summary>
    public static string Hint(string name, IEnumerable<string> names, string otherwise)
    {
        string[] near =
        [
            .. names.Distinct(StringComparer.Ordinal)
                .Select(n => (Name: n, Distance: Distance(name, n)))
                .Where(c => c.Distance <= Tolerance(name))
                .OrderBy(c => c.Distance).ThenBy(c => c.Name, StringComparer.Ordinal)
                .Take(MostNames).Select(c => $"'{c.Name}'"),
        ];
        return near.Length > 0 ? $"; did you mean {string.Join(" or ", near)}?" : $"; {otherwise}";
    }

    // Short names are near to everything after two typing errors.
    private static int Tolerance(string name) => name.Length <= 3 ? 1 : Math.Max(2, name.Length / 4);

    // A name that contains the other one is as near as one typing error.
    private static int Distance(string a, string b) =>
        a.Length > 0 && b.Contains(a, StringComparison.OrdinalIgnoreCase) ? 1 : Edits(a, b);

    private static int Edits(string a, string b)
    {
        if (a.Length > LongestCompared || b.Length > LongestCompared)
        {
            return int.MaxValue;
        }

        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 0; i < a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
            {
                int changed = diagonal + (char.ToLowerInvariant(a[i]) == char.ToLowerInvariant(b[j]) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(changed, Math.Min(row[j], diagonal) + 1);
            }
        }

        return row[b.Length];
    }
}
