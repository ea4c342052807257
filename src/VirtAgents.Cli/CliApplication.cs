using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using VirtAgents.Cli.Commands;

namespace VirtAgents.Cli;

/// <summary>The whole tool apart from the process around it.</summary>
internal static class CliApplication
{
    private const int WidestHelp = 110;

    public static RootCommand CreateRoot(CliEnvironment environment)
    {
        var binder = new CommandBinder(environment);
        var root = new RootCommand("Shows what the VirtAgents collector knows of hosts and VMs, acts on them, and runs the simulator.") { HelpName = "virtctl" };
        binder.Common.AddTo(root);
        root.Add(HostsCommand.Create(binder));
        root.Add(HostCommand.Create(binder));
        root.Add(VmsCommand.Create(binder));
        root.Add(VmCommand.Create(binder));
        root.Add(PoolsCommand.Create(binder));
        root.Add(VolumeCommand.Create(binder));
        root.Add(TopCommand.Create(binder));
        root.Add(QueryCommand.Create(binder));
        root.Add(EventsCommand.Create(binder));
        root.Add(ForecastCommand.Create(binder));
        root.Add(MetricsCommand.Create(binder));
        root.Add(IncidentsCommand.Create(binder));
        root.Add(IncidentCommand.Create(binder));
        root.Add(SilenceCommand.Create(binder));
        root.Add(RemedyCommand.Create(binder));
        root.Add(DirectiveCommand.Create(binder));
        root.Add(FreezeCommand.Create(binder));
        root.Add(FreezeCommand.CreateOpposite(binder));
        root.Add(StoreCommand.Create(binder));
        root.Add(BacktestCommand.Create(binder));
        root.Add(ReplayCommand.Create(binder));
        root.Add(QueueCommand.Create(binder));
        root.Add(RequestCommand.Create(binder));
        root.Add(ConsolidateCommand.Create(binder));
        root.Add(PlanCommand.Create(binder));
        root.Add(ScheduleCommands.CreatePlans(binder));
        root.Add(ScheduleCommands.CreateLedger(binder));
        root.Add(SharesCommand.Create(binder));
        root.Add(PlaceCommand.Create(binder));
        root.Add(SimulateCommand.Create(binder));
        root.Add(InjectCommand.Create(binder));
        root.Add(CompletionCommand.Create(binder));
        root.Add(NamesCommand.Create(binder));
        root.Add(VersionCommand.Create(binder));
        SetHelp(root, environment);
        return root;
    }

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CliEnvironment environment, CancellationToken cancel)
    {
        var parse = CommandLineParser.Parse(CreateRoot(environment), arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            if (parse.Errors.Count > 0)
            {
                return Refuse(parse, environment);
            }

            // Signals are the business of Program: it knows which one came.
            var invocation = new InvocationConfiguration
            {
                Output = environment.Output,
                Error = environment.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parse.InvokeAsync(invocation, cancel);
        }
        catch (CliFailureException e)
        {
            environment.Error.WriteLine("virtctl: " + e.Message);
            return (int)e.Code;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return (int)ExitCode.Interrupted;
        }
        finally
        {
            await environment.Output.FlushAsync(CancellationToken.None);
        }
    }

    private static int Refuse(ParseResult parse, CliEnvironment environment)
    {
        foreach (var message in parse.Errors.Select(error => error.Message).Distinct())
        {
            environment.Error.WriteLine("virtctl: " + Formatting.SafeText.Line(OnOneLine(message)));
        }

        environment.Error.WriteLine($"Try '{CommandTree.LineOf(parse.CommandResult.Command)} --help'.");
        return (int)ExitCode.Usage;
    }

    // The parser writes what is allowed one below the other.
    private static string OnOneLine(string message)
    {
        var lines = message.ReplaceLineEndings("\n").Split("\n\t");
        return lines.Length == 1 ? message : $"{lines[0]} {string.Join(", ", lines[1..])}.";
    }

    private static void SetHelp(RootCommand root, CliEnvironment environment)
    {
        var width = environment.OutputIsTerminal ? Math.Clamp(environment.TerminalSize().Width, 60, WidestHelp) : WidestHelp;
        var help = new HelpWithExamples(width, wasAsked: true);
        root.Options.OfType<VersionOption>().Single().Action = new VersionCommand.PrintAction();
        root.Options.OfType<VersionOption>().Single().Description = "The version of this tool.";
        root.Options.OfType<HelpOption>().Single().Action = help;
        root.Options.OfType<HelpOption>().Single().Description = "Help, with examples and exit codes.";
        root.Action = new HelpWithExamples(width, wasAsked: false);
        foreach (var group in CommandTree.Under(root).Where(command => command.Action is null))
        {
            group.Action = new HelpWithExamples(width, wasAsked: false);
        }
    }
}
