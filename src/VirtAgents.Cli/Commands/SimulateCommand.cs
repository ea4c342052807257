using System.CommandLine;
using System.Threading.Channels;
using VirtAgents.Cli.Simulating;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Scenarios;

namespace VirtAgents.Cli.Commands;

internal static class SimulateCommand
{
    private const int LinesAhead = 1_000;

    public static Command Create(CommandBinder binder)
    {
        var file = new Argument<string>("SCENARIO") { Description = "Scenario file: JSON with comments, see docs/scenarios.md." };
        var command = new CliCommand(
            "simulate",
            "Runs a scenario in the simulator, offline and as fast as it can, and prints what its agents would report. Ends with 1 when the file has errors or a step was refused.",
            ("virtctl simulate crash.json", "what a scenario does"),
            ("virtctl simulate crash.json -o json | jq -c 'select(.kind == \"vm-crashed\")'", "its crashes, for a script"))
        {
            file,
        };
        binder.Run(command, (parse, context, cancel) => RunAsync(context, parse.GetRequiredValue(file), cancel));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string file, CancellationToken cancel)
    {
        if (!ScenarioRunner.TryLoad(await ReadAsync(file, cancel), out var scenario, out var errors) || scenario is null)
        {
            throw new CliFailureException(ExitCode.Failure, string.Join("\nvirtctl: ", errors.Select(error => $"{file}: {error}")));
        }

        var started = context.Environment.Time.GetTimestamp();
        var output = new SimulationOutput(context);
        var runner = new ScenarioRunner();
        await foreach (var happened in RunAside(runner, scenario, cancel).ReadAllAsync(cancel))
        {
            output.Write(happened);
        }

        var summary = runner.Summary ?? throw new InvalidOperationException("The run ended without a summary.");
        output.Write(summary, context.Environment.Time.GetElapsedTime(started));
        return summary.Refused == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    // The simulator computes without pause and may go long without an event; on a thread of its own Ctrl-C need not wait for it.
    private static ChannelReader<SimulatedEvent> RunAside(ScenarioRunner runner, Scenario scenario, CancellationToken cancel)
    {
        var channel = Channel.CreateBounded<SimulatedEvent>(LinesAhead);
        _ = Task.Run(() => RunAsync(runner, scenario, channel.Writer, cancel), cancel);
        return channel.Reader;
    }

    private static async Task RunAsync(ScenarioRunner runner, Scenario scenario, ChannelWriter<SimulatedEvent> writer, CancellationToken cancel)
    {
        try
        {
            foreach (var happened in runner.Run(scenario))
            {
                await writer.WriteAsync(happened, cancel);
            }

            writer.Complete();
        }
        catch (Exception e)
        {
            // The edge of the thread: whatever it was comes out where the reader waits.
            writer.Complete(e);
        }
    }

    private static async Task<string> ReadAsync(string file, CancellationToken cancel)
    {
        try
        {
            return await File.ReadAllTextAsync(file, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliFailureException(ExitCode.Failure, $"cannot read the scenario: {e.Message}", e);
        }
    }
}
