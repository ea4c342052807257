using System.CommandLine;
using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Cli.Planning;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Cli.Commands;

internal static class PlanCommand
{
    public static Command Create(CommandBinder binder)
    {
        var options = new PlanCommandOptions();
        var command = new CliCommand(
            "plan",
            "Plans migrations for a cluster in a file, or for the hosts of a collector: spread load, empty hosts, use fewer hosts, or keep rules. Nothing is carried out. Also shows, approves and cancels plans of the scheduler.",
            ("virtctl plan cluster.json --goal balance", "what to move where, and why"),
            ("virtctl plan cluster.json --goal evacuate --host h0003 -o plan.json", "empty a host; the plan goes into a file"),
            ("virtctl plan cluster.json --goal balance --max-moves 10 --explain vm00042", "at most ten moves, and why one VM is moved or not"),
            ("virtctl plan --live --goal evacuate --host alpha", "what could leave a host now; no host is told"))
        {
            Remarks =
            [
                "docs/planning.md tells the form of the files, how a plan is made, and its limits.",
                "With --live hosts and VMs are given by name or UUID, the search ends after at most 20 s, and what takes no part is told with its reason: what is not known is not moved, and nothing is moved there.",
                "-o table, json and csv print the plan; any other word is the name of a file that gets it as JSON.",
                "Ends with 0 when all that was asked for is had, also without moves; with 2 when rules cannot all be kept or hosts cannot be emptied (the plan says which and why); with 1 when the file is wrong.",
            ],
        };
        options.AddTo(command);
        foreach (var one in ScheduleCommands.CreateOfOne(binder))
        {
            command.Add(one);
        }

        binder.Run(command, (parse, context, cancel) => RunAsync(context, options, parse, cancel));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, PlanCommandOptions options, ParseResult parse, CancellationToken cancel)
    {
        var made = options.Source.Read(parse) is { } file
            ? new MadePlan(FromFile(context, options, parse, file, cancel), options.Read(parse).Seed, null)
            : await LivePlan.AskAsync(context, options, parse, cancel);
        Write(context, parse.GetValue(options.Output), made);
        return made.Plan.Unsatisfied.IsEmpty ? ExitCode.Success : ExitCode.Usage;
    }

    private static MigrationPlan FromFile(CommandContext context, PlanCommandOptions options, ParseResult parse, string file, CancellationToken cancel)
    {
        if (parse.GetValue(options.NoForecast))
        {
            throw new CliFailureException(ExitCode.Usage, "--no-forecast is for --live; a file says what VMs use");
        }

        var cluster = ClusterFile.Read(file);
        var asked = options.Read(parse, cluster);
        var explain = parse.GetValue(options.Explain);
        if (explain is not null && !cluster.Vms.Any(vm => vm.Id == explain))
        {
            throw new CliFailureException(ExitCode.Failure, $"--explain: '{SafeText.Line(explain)}' is not allowed; give the id of a VM of the cluster");
        }

        var plan = Planner.Plan(cluster, asked, explain, Limit(context, parse.GetValue(options.TimeLimit), cancel));
        cancel.ThrowIfCancellationRequested();
        return plan;
    }

    private static Func<bool> Limit(CommandContext context, double? seconds, CancellationToken cancel)
    {
        var started = context.Environment.Time.GetTimestamp();
        return () => cancel.IsCancellationRequested || context.Environment.Time.GetElapsedTime(started).TotalSeconds > (seconds ?? double.PositiveInfinity);
    }

    private static void Write(CommandContext context, string? output, MadePlan made)
    {
        switch (output)
        {
            case "json":
                JsonOutput.WriteDocument(context.Output, json => PlanFile.Write(json, made.Plan, made.Seed, made.Notes));
                break;
            case null or "table" or "csv":
                using (var listing = new CommandContext(context.Environment, context.Settings with { Format = output == "csv" ? OutputFormat.Csv : OutputFormat.Table }))
                {
                    PlanListing.WriteMoves(listing, made.Plan);
                }

                Tell(context, made);
                break;
            default:
                WriteFile(output, made);
                Tell(context, made);
                break;
        }
    }

    // Beside the output: what is read by programs has the plan alone.
    private static void Tell(CommandContext context, MadePlan made)
    {
        foreach (var line in PlanListing.Summary(made.Plan).Append(made.Plan.Explanation ?? "").Concat(made.Notes ?? []).Where(line => line.Length > 0))
        {
            context.Notice(SafeText.Line(line));
        }
    }

    private static void WriteFile(string path, MadePlan made)
    {
        try
        {
            using var text = new StringWriter(CultureInfo.InvariantCulture);
            JsonOutput.WriteDocument(text, json => PlanFile.Write(json, made.Plan, made.Seed, made.Notes));
            File.WriteAllText(path, text.ToString());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliFailureException(ExitCode.Failure, $"cannot write the plan: {e.Message}", e);
        }
    }
}
