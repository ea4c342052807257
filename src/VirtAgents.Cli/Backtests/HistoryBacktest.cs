using System.CommandLine;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Listings;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Backtests;

/// <summary>The options and the run of a backtest on what the collector has recorded.</summary>
internal sealed class HistoryBacktest(TimeProvider clock)
{
    // Beside the time that any call may take: months of events are read first. After that the collector tells how far it is.
    private static readonly TimeSpan Reckoning = TimeSpan.FromMinutes(5), Pause = TimeSpan.FromSeconds(10);

    private readonly Option<TimePoint?> _from = Parsed.Time(new("--from") { Description = "Judge what the collector has recorded since then: how long ago, or an ISO 8601 time." }, clock);
    private readonly Option<TimePoint?> _to = Parsed.Time(new("--to") { Description = "With --from: end, likewise. Default: now." }, clock);
    private readonly Option<string?> _host = new("--host") { Description = "With --from: only this host.", HelpName = "NAME|UUID" };
    private readonly Option<string?> _cluster = new("--cluster") { Description = "With --from: only hosts of this cluster.", HelpName = "NAME" };
    private readonly Option<string?> _vm = new("--vm") { Description = "With --from: only incidents about VMs of such a name: * stands for any characters, ? for any one.", HelpName = "GLOB" };
    private readonly Option<string?> _tenant = new("--tenant") { Description = "With --from: only incidents about VMs of this tenant.", HelpName = "NAME" };

    private readonly Option<string?> _thresholds = new("--thresholds")
    {
        Description = "With --from: a table of thresholds to try. Default: the one the collector runs with.", HelpName = "FILE",
    };

    public void AddTo(Command command) => Array.ForEach<Option>([_from, _to, _host, _cluster, _vm, _tenant, _thresholds], command.Add);

    public bool IsAsked(ParseResult parse) => parse.GetValue(_from) is not null;

    /// <summary>An option that says nothing without --from; null = none was given.</summary>
    public string? Stray(ParseResult parse) =>
        new Option[] { _to, _host, _cluster, _vm, _tenant, _thresholds }.FirstOrDefault(o => parse.GetResult(o) is { Implicit: false })?.Name;

    public async Task RunAsync(ParseResult parse, CommandContext context, CancellationToken cancel)
    {
        var request = new BacktestIncidentsRequest
        {
            FromUnixMs = UnixMs(parse.GetValue(_from)!.Value, context),
            ToUnixMs = parse.GetValue(_to) is { } to ? UnixMs(to, context) : 0,
            Host = parse.GetValue(_host) ?? "",
            Cluster = parse.GetValue(_cluster) ?? "",
            Vm = parse.GetValue(_vm) ?? "",
            Tenant = parse.GetValue(_tenant) ?? "",
            Thresholds = parse.GetValue(_thresholds) is { } file ? Text(file) : "",
        };
        ComparisonListing.Write(context, await AnswerAsync(context, request, cancel));
    }

    private static async Task<BacktestIncidentsResponse> AnswerAsync(CommandContext context, BacktestIncidentsRequest request, CancellationToken cancel)
    {
        var told = context.Now;
        await foreach (var news in context.Client.StreamAsync(options => context.Client.IncidentHistory.WatchBacktest(request, options), context.Settings.Timeout + Reckoning, cancel))
        {
            if (news.Result is { } answer)
            {
                return answer;
            }

            if (context.Now - told >= Pause)
            {
                told = context.Now;
                context.Notice($"{news.Percent} % of the samples are judged");
            }
        }

        throw new CliFailureException(ExitCode.Failure, "the collector ended the backtest without an answer; try again.");
    }

    private static long UnixMs(TimePoint point, CommandContext context) => (point.Instant ?? context.Now - point.Ago!.Value).ToUnixTimeMilliseconds();

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliFailureException(ExitCode.Failure, SafeText.Line($"--thresholds: {e.Message}"), e);
        }
    }
}
