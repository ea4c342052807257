namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>The order in which rows are appended to a table so that they fill its pages.</summary>
/// <remarks>
/// SQLite keeps what does not fit into a page on pages of its own, but the rest of each row has to lie in one, and appending begins a new page
/// when it does not: of rows of some kilobytes each in no order a tenth of the file stays empty. So the rows are put into pages beforehand, the
/// greatest rest first, each where least space is left after it ("best fit decreasing": D. S. Johnson, "Near-Optimal Bin Packing Algorithms",
/// 1973). Full pages go first; the next rows begin with a great one again, so that pages are filled as they were reckoned here.
/// The sizes are those of https://sqlite.org/fileformat2.html, section 1.6, for the page size of <see cref="Schema"/>; that they may be some
/// bytes off costs a page now and then and nothing else.
/// </remarks>
internal static class PageOrder
{
    /// <summary>Bytes of a page for rows.</summary>
    public const int Room = Usable - 8;

    private const int Usable = 8192;
    private const int MostLocal = Usable - 35;
    private const int LeastLocal = ((Usable - 12) * 32 / 255) - 23;

    // Numbers of a row of segment_column, lengths before them, pointers to row and overflow.
    private const int RowBytes = 28;

    /// <summary>Positions of rows in the order in which they are best appended.</summary>
    /// <param name="lengths">Length of the blob of each row.</param>
    public static IReadOnlyList<int> Of(IReadOnlyList<int> lengths)
    {
        List<(int Free, List<int> Rows)> pages = [];
        foreach (int row in Enumerable.Range(0, lengths.Count).OrderByDescending(i => SizeOf(lengths[i])))
        {
            int size = SizeOf(lengths[row]);
            int best = -1;
            for (int page = 0; page < pages.Count; page++)
            {
                bool fits = pages[page].Free >= size;
                best = fits && (best < 0 || pages[page].Free < pages[best].Free) ? page : best;
            }

            if (best < 0)
            {
                best = pages.Count;
                pages.Add((Room, []));
            }

            pages[best].Rows.Add(row);
            pages[best] = pages[best] with { Free = pages[best].Free - size };
        }

        return [.. pages.OrderBy(p => p.Free).SelectMany(p => p.Rows)];
    }

    /// <summary>Bytes a row takes of the page it lies in.</summary>
    public static int SizeOf(int length)
    {
        if (length + RowBytes <= MostLocal)
        {
            return length + RowBytes;
        }

        int rest = LeastLocal + ((length + RowBytes - LeastLocal) % (Usable - 4));
        return Math.Min(Room, rest <= MostLocal ? rest + RowBytes : LeastLocal + RowBytes);
    }
}
