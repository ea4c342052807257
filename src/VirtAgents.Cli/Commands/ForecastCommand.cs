using System.CommandLine;
using VirtAgents.Cli.Forecasts;
using VirtAgents.Cli.Queries;
using VirtAgents.Core.Forecasts;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class ForecastCommand
{
    private static readonly TimeSpan Step = TimeSpan.FromHours(1);
    private static readonly TimeSpan Longest = Step * Forecaster.MostValues;

    public static Command Create(CommandBinder binder)
    {
        var metric = new Argument<string>("METRIC") { Description = "Name of a metric; 'virtctl metrics' lists them." };
        var vm = new Option<string?>("--vm") { Description = "Only this VM.", HelpName = "NAME|UUID" };
        var host = new Option<string?>("--host") { Description = "Only this host.", HelpName = "NAME|UUID" };
        var cluster = new Option<string?>("--cluster") { Description = "Only hosts of this cluster.", HelpName = "NAME" };
        var device = new Option<string?>("--device") { Description = "Only this disk, interface, pool or host device.", HelpName = "NAME" };
        var past = Parsed.Duration(new Option<TimeSpan?>("--past") { Description = "How much of the past is looked at. Default: 28d." }, TimeSpan.FromHours(Forecaster.LeastValues), Longest);
        var ahead = Parsed.Duration(new Option<TimeSpan?>("--ahead") { Description = "How far ahead. Default: 7d." }, Step, Longest);
        var season = Parsed.Duration(new Option<TimeSpan?>("--season") { Description = "After how long it repeats. Default: 1d." }, Step, TimeSpan.FromDays(28));
        var level = new Option<double?>("--level") { Description = "Tell when this value is reached. Default: 100 for metrics in percent of a whole that fills (…_used_percent).", HelpName = "VALUE" };
        var command = new CliCommand(
            "forecast",
            "Says what a metric is expected to do, from means of hours, with intervals that hold 80 and 95 of 100 values. docs/forecasts.md tells how.",
            ("virtctl forecast storage_pool_used_percent", "which pools fill, and when"),
            ("virtctl forecast vm_memory_used_percent --vm db-1 --ahead 3d", "when the memory of a VM is used up"),
            ("virtctl forecast host_cpu_percent --season 7d --past 80d -o json | jq '.[].points[-1]'", "the week ahead of each host, for a script"))
        {
            metric, vm, host, cluster, device, past, ahead, season, level,
        };
        binder.Run(command, (parse, context, cancel) =>
        {
            var request = new QueryMetricsRequest
            {
                Metrics = { parse.GetRequiredValue(metric) },
                Vm = parse.GetValue(vm) ?? "",
                Host = parse.GetValue(host) ?? "",
                Cluster = parse.GetValue(cluster) ?? "",
                Device = parse.GetValue(device) ?? "",
                FromUnixMs = -(long)(parse.GetValue(past) ?? TimeSpan.FromDays(28)).TotalMilliseconds,
                StepMs = (ulong)Step.TotalMilliseconds,
            };
            var (seasonSteps, aheadSteps) = (StepsOf(parse.GetValue(season) ?? TimeSpan.FromDays(1)), StepsOf(parse.GetValue(ahead) ?? TimeSpan.FromDays(7)));
            return RunAsync(context, request, seasonSteps, aheadSteps, parse.GetValue(level), cancel);
        });
        return command;
    }

    private static int StepsOf(TimeSpan time) => (int)Math.Round(time / Step);

    private static async Task<ExitCode> RunAsync(CommandContext context, QueryMetricsRequest request, int season, int ahead, double? level, CancellationToken cancel)
    {
        var answer = await MetricAnswer.ReadStepsAsync(context, request, null, cancel);
        var stepMs = (long)Step.TotalMilliseconds;

        // The step of now is not over: its mean is that of another time of day.
        var whole = answer.ToUnixMs - (answer.ToUnixMs % stepMs);
        var first = answer.FromUnixMs - (answer.FromUnixMs % stepMs);
        var usual = request.Metrics[0].EndsWith("_used_percent", StringComparison.Ordinal) ? 100 : (double?)null;
        var forecasts = new List<SeriesForecast>();
        foreach (var series in answer.Series)
        {
            while (series.Points.Count > 0 && series.Points[^1].TimeUnixMs >= whole)
            {
                series.Points.RemoveAt(series.Points.Count - 1);
            }

            if (SeriesForecast.Of(series, answer.Metrics[0].Unit, first, stepMs, season, ahead, level ?? usual) is { } forecast)
            {
                forecasts.Add(forecast);
            }
        }

        ForecastListing.Write(context, forecasts);
        Tell(context, answer.Series.Count - forecasts.Count, forecasts.Count);
        return ExitCode.Success;
    }

    private static void Tell(CommandContext context, int leftOut, int told)
    {
        if (leftOut > 0)
        {
            context.Notice($"{leftOut} series left out: a forecast needs at least {Forecaster.LeastValues} hours with values.");
        }
        else if (told == 0)
        {
            context.Notice("no value in this time; 'virtctl metrics' lists what there is.");
        }
    }
}
