using System.Globalization;
using VirtAgents.Cli;
using VirtAgents.Cli.Backtests;
using VirtAgents.Cli.Output;
using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Benchmarks;

/// <summary>Scores of recorded series, as <c>virtctl backtest</c> writes them, with figures other than the shipped ones.</summary>
internal static class AnomalyVariant
{
    private static readonly SortedDictionary<string, Func<AnomalyTuning, double, AnomalyTuning>> Figures = new(StringComparer.Ordinal)
    {
        ["alarm-evidence"] = (tuning, value) => tuning with { AlarmEvidence = value },
        ["episode-hours"] = (tuning, value) => tuning with { EpisodeTime = TimeSpan.FromHours(value) },
        ["episode-weight"] = (tuning, value) => tuning with { EpisodeWeight = value },
        ["level-span"] = (tuning, value) => tuning with { LevelSpan = (int)value },
        ["most-evidence"] = (tuning, value) => tuning with { MostEvidence = value },
        ["peak-memory"] = (tuning, value) => tuning with { PeakMemory = value },
        ["peak-run"] = (tuning, value) => tuning with { PeakRun = (int)value },
        ["peaks"] = (tuning, value) => tuning with { Peaks = (int)value },
        ["profile-days"] = (tuning, value) => tuning with { ProfileDays = value },
        ["recent-level-span"] = (tuning, value) => tuning with { RecentLevelSpan = (int)value },
        ["tail-index"] = (tuning, value) => tuning with { UsualTailIndex = value },
        ["tail-weight"] = (tuning, value) => tuning with { UsualTailWeight = value },
        ["weight-level"] = (tuning, value) => Weigh(tuning, AnomalyChannel.Level, value),
        ["weight-recent-level"] = (tuning, value) => Weigh(tuning, AnomalyChannel.RecentLevel, value),
        ["weight-step"] = (tuning, value) => Weigh(tuning, AnomalyChannel.Step, value),
        ["weight-time-of-day"] = (tuning, value) => Weigh(tuning, AnomalyChannel.TimeOfDay, value),
    };

    public static int Run(string[] args)
    {
        AnomalyTuning tuning = AnomalyTuning.Shipped;
        foreach (string[] figure in args.Skip(2).Select(arg => arg.Split('=')))
        {
            if (figure.Length != 2 || !Figures.TryGetValue(figure[0], out Func<AnomalyTuning, double, AnomalyTuning>? set)
                || !double.TryParse(figure[1], CultureInfo.InvariantCulture, out double value))
            {
                return Usage();
            }

            tuning = set(tuning, value);
        }

        return args.Length < 2 ? Usage() : Score(args[0], args[1], tuning);
    }

    private static int Score(string input, string output, AnomalyTuning tuning)
    {
        var environment = new CliEnvironment { Output = Console.Out, Error = Console.Error, Time = TimeProvider.System, Variable = _ => null };
        using var context = new CommandContext(environment, new CommonSettings(new Uri("http://127.0.0.1:7443"), "", null, OutputFormat.Table, Colour: false, TimeSpan.FromSeconds(1)));
        var backtest = new Backtest(context, tuning);
        backtest.Run(BacktestPaths.Of(input, output), CancellationToken.None);
        BacktestListing.Write(context, backtest.Totals);
        return backtest.Totals.Rows > 0 ? 0 : 1;
    }

    private static AnomalyTuning Weigh(AnomalyTuning tuning, AnomalyChannel channel, double weight)
    {
        double[] weights = [.. tuning.ChannelWeights];
        weights[(int)channel - 1] = weight;
        return tuning with { ChannelWeights = weights };
    }

    private static int Usage()
    {
        Console.Error.WriteLine($"usage: anomalies [INPUT OUTPUT [FIGURE=VALUE ...]], FIGURE being one of {string.Join(", ", Figures.Keys)}");
        return 2;
    }
}
