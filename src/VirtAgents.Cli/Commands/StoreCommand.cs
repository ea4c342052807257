using System.CommandLine;
using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Cli.Stores;
using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Cli.Commands;

internal static class StoreCommand
{
    public static Command Create(CommandBinder binder)
    {
        var command = new CliCommand(
            "store",
            "Looks at the file of the embedded store, checks, compacts and exports it. All but compact work beside a running collector.",
            ("virtctl store info", "what is in it, and how much space it takes"),
            ("virtctl store verify", "read everything, say what is damaged"))
        {
            Info(binder), Verify(binder), Compact(binder), Export(binder),
        };
        return command;
    }

    private static CliCommand Info(CommandBinder binder)
    {
        var path = StoreFile.Option();
        var command = new CliCommand("info", "Shows what is in the file: commits, sealed hours of samples, rollups, and the space each takes.", ("virtctl store info -o json", "for a script"))
        {
            path,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            StoreListing.Write(context, await StoreFile.UseAsync(context, parse.GetValue(path), readOnly: true, store => store.ContentAsync(cancel).AsTask(), cancel));
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand Verify(CommandBinder binder)
    {
        var path = StoreFile.Option();
        var command = new CliCommand("verify", "Reads everything in the file and says what is damaged. Ends with 1 when something is.", ("virtctl store verify --path backup.db", "whether a backup is whole"))
        {
            path,
        };
        binder.Run(command, (parse, context, cancel) => VerifyAsync(context, parse.GetValue(path), cancel));
        return command;
    }

    private static CliCommand Compact(CommandBinder binder)
    {
        var path = StoreFile.Option();
        var command = new CliCommand(
            "compact",
            "Seals every hour that has ended and gives free space back. A running collector does so by itself, so this needs it stopped.",
            ("virtctl store compact", "before a backup"))
        {
            path,
        };
        binder.Run(command, (parse, context, cancel) => CompactAsync(context, parse.GetValue(path), cancel));
        return command;
    }

    private static CliCommand Export(CommandBinder binder)
    {
        var path = StoreFile.Option();
        var metric = new Option<string[]>("--metric") { Description = "Only these metrics; 'virtctl metrics' lists them. Default: all sampled ones.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
        var from = Parsed.Time(new Option<TimePoint?>("--from") { Description = "Begin: how long ago, or an ISO 8601 time. Default: all there is." }, binder.Environment.Time);
        var to = Parsed.Time(new Option<TimePoint?>("--to") { Description = "End, likewise. Default: now." }, binder.Environment.Time);
        var command = new CliCommand(
            "export",
            "Writes stored samples to the output: CSV, or one JSON object a line with -o json. Counters are written as they were read, not as rates.",
            ("virtctl store export --from 1d --metric vm_cpu_seconds_total > cpu.csv", "one metric of the last day"),
            ("virtctl store export -o json | gzip > all.json.gz", "everything"))
        {
            path, metric, from, to,
        };
        binder.Run(command, (parse, context, cancel) => ExportAsync(
            context, parse.GetValue(path), parse.GetValue(metric) ?? [], parse.GetValue(from)?.At(context.Now), parse.GetValue(to)?.At(context.Now), cancel));
        return command;
    }

    private static async Task<ExitCode> VerifyAsync(CommandContext context, string? path, CancellationToken cancel)
    {
        var shown = new StoreProgress(context);
        var report = await StoreFile.UseAsync(
            context, path, readOnly: true, store => store.VerifyAsync(shown.Of<StoreVerification>(r => $"{Number(r.Commits)} commits, {Number(r.Segments)} sealed parts read"), cancel).AsTask(), cancel);
        context.Write(
            json => JsonOutput.WriteDocument(json.Output, writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("commits", report.Commits);
                writer.WriteNumber("segments", report.Segments);
                writer.WriteStartArray("problems");
                foreach (var problem in report.Problems)
                {
                    writer.WriteStringValue(problem);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }),
            csv => csv.Output.Write(string.Concat(report.Problems.Select(problem => CsvWriter.Quote(SafeText.Line(problem)) + "\r\n"))),
            text => text.Output.Write(string.Concat(report.Problems.Select(problem => SafeText.Line(problem) + "\n"))
                + $"{Number(report.Commits)} commits and {Number(report.Segments)} sealed parts read, {(report.Problems.Count == 0 ? "all is well" : $"{report.Problems.Count} problems")}\n"));
        return report.Problems.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static Task<ExitCode> CompactAsync(CommandContext context, string? path, CancellationToken cancel) => StoreFile.UseAsync(
        context,
        path,
        readOnly: false,
        async store =>
        {
            var before = await store.ContentAsync(cancel);
            var shown = new StoreProgress(context);
            var report = await store.CompactAsync(shown.Of<UpkeepReport>(r => $"{Number(r.Hours)} hours sealed"), cancel);
            var after = await store.ContentAsync(cancel);
            context.Notice($"{Number(report.Hours)} hours sealed; {Units.Value(before.FileBytes, "bytes")} before, {Units.Value(after.FileBytes, "bytes")} now");
            return ExitCode.Success;
        },
        cancel);

    private static Task<ExitCode> ExportAsync(
        CommandContext context, string? path, string[] names, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancel)
    {
        MetricDefinition[] metrics = names.Length == 0 ? [.. MetricCatalogue.All] : Array.ConvertAll(names, name => MetricCatalogue.Find(name)
            ?? throw new CliFailureException(ExitCode.Usage, $"there is no sampled metric '{SafeText.Line(name)}'; 'virtctl metrics' lists them."));
        return StoreFile.UseAsync(
            context,
            path,
            readOnly: true,
            async store =>
            {
                var export = new StoreExport(context.Output, context.Format == OutputFormat.Json, await store.HostsAsync(cancel));
                var shown = new StoreProgress(context);
                foreach (var metric in metrics)
                {
                    await export.WriteAsync(store, metric, from?.ToUnixTimeMilliseconds() ?? 0, (to ?? context.Now).ToUnixTimeMilliseconds() + 1, cancel);
                    shown.Show($"{Number(export.Values)} values written");
                }

                context.Notice($"{Number(export.Values)} values written");
                return ExitCode.Success;
            },
            cancel);
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
