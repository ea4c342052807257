namespace VirtAgents.Cli.Formatting;

/// <summary>A series as one line of blocks. A cell without a value stays blank: a gap is not a zero.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";

    public static string Draw(IEnumerable<(long TimeUnixMs, double Value)> points, long fromUnixMs, long toUnixMs, int width)
    {
        var cells = Means(points, fromUnixMs, Math.Max(toUnixMs, fromUnixMs + 1), width);
        var known = cells.Where(double.IsFinite).ToArray();
        if (known.Length == 0)
        {
            return new string(' ', width);
        }

        var (low, high) = (known.Min(), known.Max());
        return string.Create(width, (cells, low, high), static (line, state) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = Block(state.cells[i], state.low, state.high);
            }
        });
    }

    private static double[] Means(IEnumerable<(long TimeUnixMs, double Value)> points, long from, long to, int width)
    {
        var sums = new double[width];
        var counts = new int[width];
        foreach (var (time, value) in points)
        {
            if (double.IsFinite(value))
            {
                var cell = (int)Math.Clamp(((double)time - from) / ((double)to - from) * width, 0, width - 1);
                sums[cell] += value;
                counts[cell]++;
            }
        }

        return [.. sums.Select((sum, i) => counts[i] == 0 ? double.NaN : sum / counts[i])];
    }

    private static char Block(double value, double low, double high)
    {
        if (!double.IsFinite(value))
        {
            return ' ';
        }

        // A level series has no shape: draw it low when it is zero, in the middle otherwise.
        var share = high > low ? (value - low) / (high - low) : value == 0 ? 0 : 0.5;
        return Blocks[(int)Math.Clamp(share * (Blocks.Length - 1) + 0.5, 0, Blocks.Length - 1)];
    }
}
