namespace VirtAgents.Core.Forecasts;

/// <summary>Errors that a model made on the past of a series, by how far ahead.</summary>
/// <param name="model">The model.</param>
/// <param name="farthest">Most steps ahead that it was tried.</param>
/// <param name="tried">Steps of the past that it was tried on.</param>
internal sealed class Trial(ForecastModel model, int farthest, int tried)
{
    // So few errors say nothing of the outer twentieth: the greatest stands for it, made wider.
    private const double Widening = 1.25;

    private readonly List<double>[] _errors = [.. Enumerable.Range(0, farthest).Select(_ => new List<double>())];
    private readonly Dictionary<(int, int, double), double> _known = [];
    private double _sum;
    private long _count;

    public ForecastModel Model => model;

    /// <summary>From how many places it was tried.</summary>
    public int Origins { get; private set; }

    /// <summary>Mean absolute error over all places and distances; infinite when there is none.</summary>
    public double MeanError => _count > 0 ? _sum / _count : double.PositiveInfinity;

    public void Add(ReadOnlySpan<double> expected, ReadOnlySpan<double> came)
    {
        Origins++;
        for (int step = 0; step < expected.Length; step++)
        {
            double error = Math.Abs(expected[step] - came[step]);
            if (double.IsFinite(error))
            {
                _errors[step].Add(error);
                _sum += error;
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

        // Errors at a distance overlap: there are only so many that do not, and the finite sample is made up for by their number.
        return Quantile(from, to, probability * (1 + ((double)reach / tried))) * Math.Sqrt((double)step / reach);
    }

    private double Quantile(int from, int to, double probability)
    {
        if (_known.TryGetValue((from, to, probability), out double known))
        {
            return known;
        }

        double[] errors = [.. _errors.Skip(from - 1).Take(to - from + 1).SelectMany(e => e).Order()];
        int rank = (int)Math.Ceiling(errors.Length * probability);
        double quantile = errors.Length == 0 ? (from > 1 ? Quantile(1, from - 1, probability) : double.PositiveInfinity)
            : rank <= errors.Length ? errors[rank - 1] : errors[^1] * Widening;
        _known[(from, to, probability)] = quantile;
        return quantile;
    }
}
