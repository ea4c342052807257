namespace VirtAgents.Cli.Connection;

/// <summary>Lists that the collector answers in pages.</summary>
internal static class Pages
{
    private const int LargestPage = 1_000;

    /// <summary>The newest entries.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="read">Reads a page of at most so many, from a token on (empty = from the newest); answers it and the token of the next one (empty = there is none).</param>
    public static async Task<List<T>> ReadAsync<T>(int limit, Func<int, string, Task<(IEnumerable<T> Rows, string Next)>> read)
    {
        var rows = new List<T>();
        var token = "";
        do
        {
            var size = Math.Min(limit - rows.Count, LargestPage);
            var (page, next) = await read(size, token);
            rows.AddRange(page.Take(size));
            token = next;
        }
        while (token.Length > 0 && rows.Count < limit);
        return rows;
    }
}
