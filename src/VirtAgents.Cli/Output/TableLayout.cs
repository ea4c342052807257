namespace VirtAgents.Cli.Output;

/// <summary>Rows as text, and which of their columns a terminal has room for.</summary>
internal sealed record TableLayout(IReadOnlyList<TableLayout.Head> Heads, IReadOnlyList<IReadOnlyList<TableLayout.Field>> Rows)
{
    // A boxed column takes one blank on each side and one line; the box one more line.
    private const int BoxPerColumn = 3;

    public static TableLayout Of<T>(IEnumerable<Column<T>> columns, IEnumerable<T> rows)
    {
        var shown = columns.Where(column => column.Header.Length > 0).ToArray();
        var fields = rows.Select(row => (IReadOnlyList<Field>)[.. shown.Select(column => new Field(Formatting.SafeText.Line(column.TextOf(row)), column.ToneOf(row)))]);
        return new TableLayout([.. shown.Select(column => new Head(column.Header, column.AlignRight, column.Rank))], [.. fields]);
    }

    /// <summary>Leaves out columns, those of the highest rank first, until the box is no wider than <paramref name="width"/>.</summary>
    public TableLayout FitBox(int width)
    {
        var kept = Enumerable.Range(0, Heads.Count).ToList();
        while (kept.Sum(i => WidthOf(i) + BoxPerColumn) + 1 > width)
        {
            var victim = kept.Where(i => Heads[i].Rank > 0).OrderByDescending(i => Heads[i].Rank).FirstOrDefault(-1);
            if (victim < 0)
            {
                break;
            }

            kept.Remove(victim);
        }

        return kept.Count == Heads.Count ? this : new TableLayout([.. kept.Select(i => Heads[i])], [.. Rows.Select(row => (IReadOnlyList<Field>)[.. kept.Select(i => row[i])])]);
    }

    public int WidthOf(int column) =>
        Math.Max(TextWidth.Of(Heads[column].Text), Rows.Count == 0 ? 0 : Rows.Max(row => TextWidth.Of(row[column].Text)));

    internal readonly record struct Head(string Text, bool AlignRight, int Rank);

    internal readonly record struct Field(string Text, Tone Tone);
}
