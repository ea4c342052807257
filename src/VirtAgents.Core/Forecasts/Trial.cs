namespace VirtAgents.Core.Forecasts;

/// <summary>Errors that a model made on the past of a series, by how far ahead.</summary>
internal sealed class Trial(ForecastModel model, int farthest)
{
    // So few errors say nothing of the outer twentieth: the greatest stands for it, made wider.
    private const double Widening = 1.25, MostAlike = 0.95;

    private readonly List<double>[] _errors = [.. Enumerable.Range(0, farthest).Select(_ => new List<double>())];
    private readonly Dictionary<(int, int, double), double> _known = [];
    private double _sum;
    private long _count;

    public ForecastModel Model => model;

    /// <summary>From how many places it was tried.</summary>
    public int Origins { get; private set; }

    /// <summary>Mean absolute error over all places and distances; infinite when there is none.</summary>
    public double MeanError => _count > 0 ? _sum / _count : double.PositiveInfinity;

    /// <summary>Takes what was expected from a place and what came; places in order of time.</summary>
    public void Add(ReadOnlySpan<double> expected, ReadOnlySpan<double> came)
    {
        Origins++;
        for (int step = 0; step < expected.Length; step++)
        {
            double error = came[step] - expected[step];
            if (double.IsFinite(error))
            {
                _errors[step].Add(error);
                _sum += Math.Abs(error);
                _count++;
            }
        }
    }

    /// <summary>Error that is not exceeded with a probability, at a distance of so many steps.</summary>
    public double ErrorAt(int step, double probability)
    {
        if (farthest == 0)
        {
            return double.PositiveInfinity;
        }

        // Far distances were tried from few places: those a third nearer and farther are like them.
        int reach = Math.Min(step, farthest), from = Math.Max(1, reach * 2 / 3), to = Math.Min(farthest, Math.Max(reach * 4 / 3, reach));
        return Quantile(from, to, probability) * Math.Sqrt((double)step / reach);
    }

    private double Quantile(int from, int to, double probability)
    {
        if (_known.TryGetValue((from, to, probability), out double known))
        {
            return known;
        }

        List<double>[] near = _errors[(from - 1)..to];
        double[] errors = [.. near.SelectMany(e => e).Select(Math.Abs).Order()];
        int rank = (int)Math.Ceiling(errors.Length * probability * (1 + (1 / Independent(near))));
        double quantile = errors.Length == 0 ? (from > 1 ? Quantile(1, from - 1, probability) : double.PositiveInfinity)
            : rank <= errors.Length ? errors[rank - 1] : errors[^1] * Widening;
        _known[(from, to, probability)] = quantile;
        return quantile;
    }

    // Errors from neighbouring places are alike where a series wanders, and count for fewer: for so many of a series with that
    // correlation from one to the next (Bartlett 1935).
    private static double Independent(List<double>[] near)
    {
        (double product, double square, long count) = (0, 0, 0);
        foreach (List<double> errors in near)
        {
            for (int at = 0; at < errors.Count; at++)
            {
                product += at > 0 ? errors[at] * errors[at - 1] : 0;
                square += errors[at] * errors[at];
            }

            count += errors.Count;
        }

        double alike = square > 0 ? Math.Clamp(product / square, 0, MostAlike) : 0;
        return Math.Max(1, (double)count / near.Length) * (1 - alike) / (1 + alike);
    }
}
